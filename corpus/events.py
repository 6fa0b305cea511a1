"""Events that people date things by ("after Crocus"), with their days: data, in library/events.json or one's own file.

Names are found like those of the glossary: the longest wins, in any inflected form that `stem` knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpus.errors import InvalidMetadata
from corpus.glossary import LANGUAGES, Entry, Glossary, unstemmed
from corpus.metadata import date_interval

_SHAPE = '{"from": "2024-03-22", "to": "2024-03-22" or "", "en": [...], "ru": [...], "tg": [...]}'


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """`found` is the text's own words; `first` and `last` are days as yyyymmdd, `last` None while it goes on."""

    found: str
    first: int
    last: int | None


class Events:
    """Immutable, so thread safe."""

    def __init__(self, days: dict[Entry, tuple[int, int | None]], stem: Callable[[str], str] = unstemmed) -> None:
        self._days = days
        self._names = Glossary(days, stem)

    @classmethod
    def load(cls, path: Path | None = None, stem: Callable[[str], str] = unstemmed) -> Events:
        """The shipped table, or the one at `path`. Raises InvalidMetadata."""
        source = files("corpus") / "library" / "events.json" if path is None else path
        try:
            rows = _listed(json.loads(source.read_text(encoding="utf-8")))
            days = {_entry(row): (date_interval(row["from"])[0], _last(row["to"])) for row in rows}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InvalidMetadata(f"{source}: no table of events ({error!r}); it is a JSON list of {_SHAPE}") from error
        return cls(days, stem)

    def find(self, text: str) -> list[FoundEvent]:
        """The events that `text` names, in order of occurrence, each once."""
        return [FoundEvent(one.found, *self._days[one.entry]) for one in self._names.expand(text)]


def _listed(rows: object) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        raise ValueError("it is no list")
    return rows


def _entry(row: dict[str, Any]) -> Entry:
    entry = Entry(**{language: tuple(row.get(language, ())) for language in LANGUAGES})
    if not entry.aliases:
        raise ValueError(f"{row} has no name")
    return entry


def _last(value: str) -> int | None:
    return date_interval(value)[1] if value else None
