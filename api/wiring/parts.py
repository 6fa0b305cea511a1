"""Settings -> the single parts: clock, files of a home, model."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidSettings
from ..settings import Settings

if TYPE_CHECKING:
    from corpus.store import CorpusStore
    from index.manifest import Recipe
    from index.ports import Encoder
    from qa.writing.ports import Writer

    from ..jobs import JobStore
    from ..keys import KeyStore


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def new_id() -> str:
    return uuid.uuid4().hex


def open_store(settings: Settings) -> CorpusStore:
    """The documents of the home. Raises StoreUnavailable."""
    return open_file(settings.home / "corpus.sqlite", create=True)


def open_file(path: Path, *, create: bool) -> CorpusStore:
    """A store outside a home, such as a backup. Raises StoreUnavailable."""
    from corpus.store import CorpusStore

    return CorpusStore(path, clock=now, create=create)


def open_encoder(settings: Settings) -> Encoder:
    """The settings' model. Raises EncoderUnavailable."""
    from index.encoder import HashingEncoder, resolve_encoder

    if settings.model == "hashing":  # words without meaning, for tests
        return HashingEncoder()
    return resolve_encoder(
        settings.model, cache_dir=settings.cache, allow_hub=settings.allow_hub, threads=settings.threads
    )


def open_cached_encoder(settings: Settings) -> Encoder:
    """The settings' model for building: what was encoded once is not encoded again."""
    from index.embedding_cache import ENCODE_BATCH
    from index.encoder_pool import POOLED_BATCH, PooledEncoder
    from index.library_vectors import shipped_tokens, shipped_vectors
    from index.token_cache import remembering

    model = open_encoder(settings)
    encoder, batch = model, ENCODE_BATCH
    if settings.encoder_processes > 1:
        encoder = PooledEncoder(model, partial(open_encoder, settings), settings.encoder_processes)
        batch = POOLED_BATCH
    kept = settings.cache / "vectors.sqlite"
    return remembering(encoder, model, kept, pack=shipped_vectors(), token_pack=shipped_tokens(), batch=batch)


def open_writer(settings: Settings) -> Writer | None:
    """The language model that may rephrase answers; None when none is configured. Raises InvalidSettings."""
    if not settings.writer_url:
        return None
    if not settings.writer_model:
        raise InvalidSettings("MUHOJIR_WRITER_URL is set and MUHOJIR_WRITER_MODEL is not. Set both or none.")
    import httpx

    from ..openai_writer import OpenAIWriter

    return OpenAIWriter(
        httpx.Client(trust_env=False),  # neither a proxy nor a password file of the environment
        settings.writer_url,
        settings.writer_model,
        settings.writer_key.get_secret_value(),
        settings.writer_seconds,
        time.monotonic,
    )


def open_keys(settings: Settings) -> KeyStore:
    from ..keys import KeyStore
    from ..service_database import ServiceDatabase

    return KeyStore(ServiceDatabase(settings.home / "service.sqlite"), now)


def open_jobs(settings: Settings) -> JobStore:
    from ..jobs import JobStore
    from ..service_database import ServiceDatabase

    return JobStore(ServiceDatabase(settings.home / "service.sqlite"), now)


def recipe_of(encoder: Encoder) -> Recipe:
    from corpus.chunk import ChunkPolicy
    from index.build import recipe_for

    return recipe_for(encoder, ChunkPolicy())
