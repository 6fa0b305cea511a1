"""What the pages for readers show, as values for the templates: languages, filters, quoted text. Pure.

The pages work without JavaScript; with it, the same answer is taken over by the chat element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from .reading_schemas import CountOut, DocumentResponse
from .schemas import DocumentOut

TEMPLATES = Path(__file__).with_name("templates")
LANGUAGES = ("en", "ru", "tg")
LISTS = ("publisher", "source_type", "topic", "language")
DATES = ("published_from", "published_to")
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "tg": "январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри",
}
_RU_MONTHS_ALONE = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"


class Params(Protocol):
    """The parameters of an address, each with one or more values."""

    def getlist(self, key: Any, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph, in pieces that lie inside or outside of the quoted span."""

    heading: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one interface language."""

    language: str
    words: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        return self.words[key].format(**values)

    def name(self, facet: str, value: str) -> str:
        """A facet's value in this language; values without a translation show as they are."""
        return self.names.get(facet, {}).get(value, value)

    def byline(self, document: DocumentOut) -> str:
        """Who and when: "Asia-Plus, 29 April 2024"."""
        who = document.publisher or ", ".join(document.author) or document.title
        published = document.dates.published
        return f"{who}, {self.date(published.value) if published else self('undated')}"

    def date(self, value: str) -> str:
        year, *rest = value.split("-")
        if not rest:
            return year
        alone = self.language == "ru" and len(rest) == 1
        month = (_RU_MONTHS_ALONE if alone else _MONTHS[self.language]).split()[int(rest[0]) - 1]
        return " ".join([*(str(int(day)) for day in rest[1:]), month, year])


@cache
def words_of(language: str) -> Words:
    table = json.loads((TEMPLATES / "words.json").read_text(encoding="utf-8"))[language]
    return Words(language, table["words"], table["names"])


def choose_language(asked: str | None, accepted: str) -> str:
    """The asked interface language, else the first that an Accept-Language header names, else English."""
    tags = [asked or "", *(part.partition(";")[0] for part in accepted.split(","))]
    codes = [tag.strip().lower().split("-")[0] for tag in tags]
    return next((code for code in codes if code in LANGUAGES), "en")


def filters_from(params: Params) -> dict[str, Any]:
    """The filters of an address or a form; what a form leaves empty is left out."""
    lists = {name: [value for value in params.getlist(name) if value] for name in LISTS}
    dates = {name: next(iter(params.getlist(name)), "") for name in DATES}
    return {name: value for name, value in {**dates, **lists}.items() if value}


def bars(years: Sequence[CountOut], height: int) -> Iterator[tuple[CountOut, int]]:
    """Each year with the height of its bar; the fullest year has `height`, a year with any document at least 2."""
    most = max((year.documents for year in years), default=0)
    for year in years:
        yield year, max(2, round(height * year.documents / most)) if year.documents else 0


def blocks(document: DocumentResponse, start: int, end: int) -> Iterator[Block]:
    """The paragraphs of a document with text[start:end] as quoted pieces."""
    headings = {heading.start for heading in document.headings}
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", document.text):
        borders = sorted({match.start(), match.end(), *_inside(match, (start, end))})
        pieces = [Piece(document.text[first:last], start <= first and last <= end) for first, last in pairwise(borders)]
        yield Block(match.start() in headings, tuple(pieces))


def _inside(match: re.Match[str], points: Iterable[int]) -> Iterator[int]:
    return (point for point in points if match.start() < point < match.end())
