"""What are the common words of a question called in the other languages? A table of words, as the glossary is of names.

Most of a corpus may stand in a language that the question does not: without this, the lexical leg meets names and
figures only. A word is looked for among those of the question's language alone, so that no other word is taken for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Self

from corpus.glossary import LANGUAGES, Entry, Glossary
from index.tokenize import query_terms, stem

_SHORT_IZOFAT = 4  # letters with it; of a shorter word the last letter may be the root's


@dataclass(frozen=True, slots=True)
class Translated:
    """`found`: the question's own words; `terms`: each thing that they are called, with its index terms."""

    found: str
    terms: dict[str, frozenset[str]]


class Lexicon:
    """Immutable, so thread safe."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        rows = tuple(entries)
        self._tables = {one: Glossary(rows, partial(_stem, language=one), [one]) for one in LANGUAGES}

    @classmethod
    def load(cls) -> Self:
        """The shipped table, lexicon.tsv: a meaning a line, its words in each language, commas between."""
        lines = (files("qa") / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return cls(Entry(*(_words(row[language]) for language in LANGUAGES)) for row in rows)

    def knows(self, word: str, language: str) -> bool:
        """Is it a word of this language, in any form?"""
        table = self._tables.get(language)
        return bool(table and table.expand(word))

    def translate(self, text: str, language: str) -> Iterator[Translated]:
        """The words of `text`, which is in `language`, that the table knows, in order; the meanings of one together."""
        table, found = self._tables.get(language), dict[str, dict[str, frozenset[str]]]()
        others = [other for other in LANGUAGES if other != language]
        for one in table.expand(text) if table else ():
            called = found.setdefault(one.found, {})
            called.update((word, _terms(word, other)) for other in others for word in one.entry.spelled([other]))
        return (Translated(*item) for item in found.items())


@cache
def shipped_lexicon() -> Lexicon:
    return Lexicon.load()


def _stem(word: str, language: str) -> str:
    """Of a Tajik word also where the index leaves an ending: "ҳамкории" of "ҳамкорӣ", "соли" of "сол"."""
    found = stem(word, language)
    if language != "tg":
        return found
    found = stem(found, language)
    return found[:-1] if len(found) == _SHORT_IZOFAT and found[-1] == "и" else found


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for part in cell.split(",") if (word := part.strip()))


@cache
def _terms(words: str, language: str) -> frozenset[str]:
    return frozenset(query_terms(words, language))
