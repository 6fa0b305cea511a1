"""Every setting of the program, and the only place that reads the environment.

A setting `port` is the variable MUHOJIR_PORT. An unknown MUHOJIR_ variable is refused by name, so that a
misspelt one is never silently ignored.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import InvalidSettings

PREFIX = "MUHOJIR_"


def _header_value(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]*", secret.get_secret_value()):
        raise ValueError("a key is one line of visible ASCII characters")
    return secret


Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class Settings(BaseSettings):
    """Frozen once read. Each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    home: Folder = Field(
        default_factory=lambda: user_data_path("muhojir", appauthor=False),
        description="the folder of corpus.sqlite and the snapshots",
    )
    cache: Folder = Field(
        default_factory=lambda: user_cache_path("muhojir", appauthor=False),
        description="prepared model files and vectors, shared by all homes; safe to delete",
    )
    model: str = Field(
        default="intfloat/multilingual-e5-small",
        min_length=1,
        description="a sentence-transformers model, by name or folder",
    )
    allow_hub: bool = Field(default=False, description="may a model be downloaded from the hub")
    threads: int = Field(default=1, ge=1, le=256, description="threads of the encoder in one process")
    encoder_processes: int = Field(
        default=1, ge=1, le=256, description="processes that encode documents, each with a model of its own in memory"
    )
    tokens: bool = Field(
        default=True,
        description="keep how each token of a passage reads, about 15 kB a passage, and read the best sentences again, "
        "for better answers",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="address that the service listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port that the service listens on")
    workers: int = Field(default=1, ge=1, le=64, description="processes of the service; they share the index's memory")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="address under which readers reach the service; permalinks begin with it",
    )
    max_body_bytes: int = Field(
        default=1 << 20, ge=1 << 10, le=1 << 30, description="largest accepted body of a question, in bytes"
    )
    max_document_bytes: int = Field(
        default=50 << 20, ge=1 << 10, le=1 << 30, description="largest accepted document over HTTP, in bytes"
    )
    require_key: bool = Field(default=False, description="reading needs a key, too")
    allowed_origins: str = Field(
        default="",
        pattern=r"^(https?://[^\s/,*]+(,https?://[^\s/,*]+)*)?$",
        description="origins whose pages may ask, separated by commas",
    )
    address_rate: int = Field(
        default=600, ge=0, le=10**6, description="requests a minute of one address without a key; 0 sets no limit"
    )
    key_rate: int = Field(default=1200, ge=0, le=10**6, description="requests a minute of one key; 0 sets no limit")
    trusted_proxies: str = Field(
        default="127.0.0.1", description="addresses of proxies whose X-Forwarded-For is believed, separated by commas"
    )
    server_key: Annotated[SecretStr, AfterValidator(_header_value)] = Field(
        default=SecretStr(""), description="the key that `--server` is asked with; never shown"
    )
    log_questions: bool = Field(default=False, description="write questions into the log; they may be confidential")
    writer_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#@]+)?$",
        description="OpenAI-compatible endpoint of the writer, such as http://127.0.0.1:11434/v1; unset, there is none",
    )
    writer_model: str = Field(default="", description="the writer's model, by the endpoint's name for it")
    writer_key: Annotated[SecretStr, AfterValidator(_header_value)] = Field(
        default=SecretStr(""), description="the endpoint's key; never shown"
    )
    writer_seconds: float = Field(default=20, ge=0.1, le=120, description="how long an answer waits for the writer")
    backend: Literal["embedded", "milvus"] = Field(
        default="embedded", description="where the index lives: in the home, or in a Milvus engine (docs/scale.md)"
    )
    backend_uri: str = Field(
        default="", pattern=r"^[^\s@]*$", description="address of the engine, such as http://milvus:19530"
    )
    backend_token: Annotated[SecretStr, AfterValidator(_header_value)] = Field(
        default=SecretStr(""), description="the engine's user:password or token; never shown"
    )
    backend_alias: str = Field(
        default="muhojir",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$",
        description="name of the live index in the engine; homes that share one need different names",
    )
    keep_snapshots: int = Field(default=3, ge=1, le=1000, description="snapshots kept for rolling back")


_SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def load_settings(home: Path | None = None) -> Settings:
    """The environment's settings, with `home` in place of MUHOJIR_HOME when given. Raises InvalidSettings."""
    _refuse_unknown(os.environ)
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        shown = "" if first["loc"][0] in _SECRETS else f"={first['input']!r}"
        raise InvalidSettings(f"{name}{shown}: {first['msg']}. Correct it or unset it.") from None


def hand_on(settings: Settings) -> None:
    """Puts the settings into the environment, for processes that this one starts; secrets are there already."""
    for name, value in settings.model_dump(mode="json", exclude=set(_SECRETS)).items():
        os.environ[PREFIX + name.upper()] = str(value)


def written_out(settings: Settings) -> str:
    """JSON for a process that this one starts, which finds the secrets in its environment; `read_in` reads it there."""
    return settings.model_dump_json(exclude=set(_SECRETS))


def read_in(text: str) -> Settings:
    return Settings(**json.loads(text))


def colour_allowed() -> bool:
    """False under NO_COLOR (no-color.org) and on a terminal without styles."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _refuse_unknown(environment: os._Environ[str]) -> None:
    known = sorted(Settings.model_fields)
    for variable in sorted(environment):
        name = variable.lower().removeprefix(PREFIX.lower())
        if variable.upper().startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {PREFIX}{near[0].upper()}?" if near else "docs/cli.md lists the settings; unset it."
            raise InvalidSettings(f"unknown setting {variable}: {hint}")
