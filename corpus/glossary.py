"""Names and terms across scripts and spellings: what else may this be called?

The table is data (library/glossary.json, or a person's own file) and nothing is guessed beyond it: Rahmon is
Рахмон because a row says so. What was added to a question is shown with the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.errors import InvalidMetadata

LANGUAGES = ("en", "ru", "tg")

_WORD = re.compile(r"\w+")
# Tajik is often typed on Russian keyboards, and ё without its dots.
_FOLD = str.maketrans("ҳқғӣӯҷё", "хкгиуче")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name or term; every alias means the same. At least two aliases in all."""

    en: tuple[str, ...] = ()
    ru: tuple[str, ...] = ()
    tg: tuple[str, ...] = ()

    @property
    def aliases(self) -> tuple[str, ...]:
        return tuple(self.spelled(LANGUAGES))

    def spelled(self, languages: Iterable[str]) -> list[str]:
        """Its aliases in these languages."""
        own = {"en": self.en, "ru": self.ru, "tg": self.tg}
        return [alias for language in languages for alias in own[language]]


@dataclass(frozen=True, slots=True)
class Expansion:
    """`found` is the text's own words; `aliases` are the entry's other spellings, each once."""

    found: str
    aliases: tuple[str, ...]
    entry: Entry


def unstemmed(word: str) -> str:
    """The stemmer that stems nothing: only the exact forms of the table are found."""
    return word


class Glossary:
    """`stem` maps a case-folded word to its stem; words with equal stems match. Only aliases in `languages` are looked
    for. Immutable, so thread safe."""

    def __init__(
        self, entries: Iterable[Entry], stem: Callable[[str], str] = unstemmed, languages: Iterable[str] = LANGUAGES
    ) -> None:
        self.entries, looked_for = tuple(entries), tuple(languages)
        self._stem = stem
        self._exact: dict[Key, list[Entry]] = {}
        self._stemmed: dict[Key, list[Entry]] = {}
        self._longest: dict[str, int] = {}
        for entry in self.entries:
            words = {_folded(alias) for alias in entry.spelled(looked_for)} - {()}
            for key in words:
                self._exact.setdefault(key, []).append(entry)
            for key in {tuple(map(stem, key)) for key in words}:
                self._stemmed.setdefault(key, []).append(entry)
                self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    @classmethod
    def load(cls, path: Path | None = None, stem: Callable[[str], str] = unstemmed) -> Glossary:
        """The shipped table, or the one at `path`. Raises InvalidMetadata."""
        source = files("corpus") / "library" / "glossary.json" if path is None else path
        try:
            rows = json.loads(source.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidMetadata(f"{source}: no glossary ({error}); it is a JSON list of {_SHAPE}") from error
        if not isinstance(rows, list):
            raise InvalidMetadata(f"{source}: a glossary is a JSON list of {_SHAPE}")
        return cls([_entry(row, f"{source}: entry {number}") for number, row in enumerate(rows, 1)], stem)

    def expand(self, text: str) -> list[Expansion]:
        """The entries that occur in `text`, in order of occurrence, each once.

        The longest alias wins a place, and the very words of an alias win over words of equal stems.
        """
        places = [match.span() for match in _WORD.finditer(text)]
        words = _folded(text)
        stems = tuple(map(self._stem, words))
        found: dict[int, Expansion] = {}
        at = 0
        while at < len(stems):
            length = self._match(stems, at)
            end = at + max(length, 1)
            own = text[places[at][0] : places[end - 1][1]]
            for entry in self._exact.get(words[at:end]) or self._stemmed.get(stems[at:end], []):
                found.setdefault(id(entry), Expansion(own, _others(entry, own), entry))
            at = end
        return list(found.values())

    def aliases(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What `expand` finds, as pairs of the words found and their other spellings."""
        return ((expansion.found, expansion.aliases) for expansion in self.expand(text))

    def _match(self, stems: Key, at: int) -> int:
        """How many words from `at` on are an alias; 0 when none are."""
        for length in range(min(self._longest.get(stems[at], 0), len(stems) - at), 0, -1):
            if stems[at : at + length] in self._stemmed:
                return length
        return 0


def _folded(text: str) -> Key:
    return tuple(word.casefold().translate(_FOLD) for word in _WORD.findall(text))


def _others(entry: Entry, words: str) -> tuple[str, ...]:
    same = " ".join(words.split()).casefold()
    return tuple(dict.fromkeys(alias for alias in entry.aliases if alias.casefold() != same))


_SHAPE = '{"en": [...], "ru": [...], "tg": [...]}'


def _entry(row: object, place: str) -> Entry:
    if not isinstance(row, dict) or not set(row) <= set(LANGUAGES):
        raise InvalidMetadata(f"{place}: {row!r} is not allowed; give {_SHAPE}")
    for language, aliases in row.items():
        if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
            raise InvalidMetadata(f"{place}: {language}: {aliases!r} is not allowed; give a list of texts")
    entry = Entry(**{language: tuple(aliases) for language, aliases in row.items()})
    if len(entry.aliases) < 2:
        raise InvalidMetadata(f"{place}: {row!r} is not allowed; an entry needs two aliases or more")
    return entry
