from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import InvalidSettings
from api.settings import PREFIX, Settings, colour_allowed, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.log_questions, settings.allow_hub) == (
        "127.0.0.1",
        8000,
        False,
        False,
    )
    assert settings.home.is_absolute()
    assert settings.home.name == "muhojir"


def test_a_variable_sets_its_setting_and_an_option_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUHOJIR_HOME", str(tmp_path / "one"))
    monkeypatch.setenv("muhojir_port", "9000")
    assert load_settings().home == tmp_path / "one"
    assert load_settings().port == 9000
    assert load_settings(home=tmp_path / "two").home == tmp_path / "two"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHOJIR_PORT", "")
    assert load_settings().port == 8000


def test_a_relative_home_is_made_absolute_and_the_tilde_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHOJIR_HOME", "~/case")
    assert load_settings().home == Path.home() / "case"
    monkeypatch.setenv("MUHOJIR_HOME", "case")
    assert load_settings().home == Path.cwd() / "case"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUHOJIR_PORT", "0"),
        ("MUHOJIR_PORT", "65536"),
        ("MUHOJIR_PORT", "http"),
        ("MUHOJIR_THREADS", "0"),
        ("MUHOJIR_KEEP_SNAPSHOTS", "0"),
        ("MUHOJIR_LOG_QUESTIONS", "perhaps"),
        ("MUHOJIR_PUBLIC_URL", "ask.example.org"),
        ("MUHOJIR_MAX_BODY_BYTES", "1"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=f"{name}='{value}'"):
        load_settings()


@pytest.mark.parametrize(("name", "hint"), [("MUHOJIR_HOEM", "MUHOJIR_HOME"), ("MUHOJIR_XYZ", "docs/cli.md")])
def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, hint: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(InvalidSettings, match=f"unknown setting {name}.*{hint}"):
        load_settings()


def test_every_setting_describes_itself() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("name", "value", "allowed"), [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False)]
)
def test_colour_obeys_no_color_and_dumb_terminals(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert colour_allowed() is allowed
