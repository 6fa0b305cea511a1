"""The nouns of the corpus: what a document is, and where in it something stands.

Offsets count Unicode code points of the canonical text, half-open. Everything here is frozen; equal
content means equal value. Nothing here reads a file or knows about vectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "ru", "tg", "und"]
Precision = Literal["day", "month", "year"]
Basis = Literal["stated", "given", "inferred", "unknown"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points. Law: 0 <= start <= end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def slice(self, text: str) -> str:
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as exactly as the source supports it: `2011`, `2011-08` or `2011-08-25`, and how it is known."""

    value: str
    basis: Basis

    @property
    def precision(self) -> Precision:
        return ("year", "month", "day")[self.value.count("-")]


@dataclass(frozen=True, slots=True)
class Record:
    """The bibliographic record. Unknown fields are empty, never guessed.

    `copy_of` is the source whose text this document repeats; the store fills it in, no document says it of itself.
    """

    title: str = ""
    author: tuple[str, ...] = ()
    publisher: str = ""
    relayed_by: str = ""
    symbol: str = ""
    url: str = ""
    url_alt: str = ""
    source_type: str = ""
    source_language: str = ""
    country: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    summary: str = ""
    edition: str = ""
    digest: bool = False
    translation_of: str = ""
    copy_of: str = ""
    published: Dated | None = None
    modified: Dated | None = None
    event: Dated | None = None
    accessed: Dated | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line of the canonical text; `level` is 1 for the highest."""

    span: Span
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document. `text` is canonical: every offset in the product refers to it.

    `version` is the first 12 hex digits of the sha256 of `text`. `pages` holds the start offset of each
    page (empty when the format has none). `hidden` spans (boilerplate) are part of the text but never
    retrieved. `revision` counts the store's changes up to its last own one, of words or record; it is no content.
    """

    id: str
    version: str
    name: str
    language: Language
    text: str
    record: Record = field(default_factory=Record)
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    hidden: tuple[Span, ...] = ()
    revision: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable run of whole sentences. Law: `document.text[start:end] == passage.text`.

    `sentences` and `windows` are spans relative to the start of the passage; a window is one sentence or
    two neighbouring ones, and every sentence is a window of its own. `heading` is the path of the headings
    above it, highest first. `page` is 1-based.
    """

    document_id: str
    version: str
    ordinal: int
    span: Span
    text: str
    language: Language
    heading: tuple[str, ...] = ()
    page: int | None = None
    sentences: tuple[Span, ...] = ()
    windows: tuple[Span, ...] = ()

    @property
    def id(self) -> str:
        return passage_id(self.document_id, self.version, self.span)


def passage_id(document_id: str, version: str, span: Span) -> str:
    """A passage is named by its span, so the name resolves whatever the chunker does later."""
    return f"{document_id}@{version}:{span.start}-{span.end}"


def parse_passage_id(text: str) -> tuple[str, str, Span]:
    """The inverse of `passage_id`. Raises ValueError when `text` is no passage id."""
    head, _, tail = text.rpartition(":")
    document_id, _, version = head.rpartition("@")
    start, _, end = tail.partition("-")
    if not document_id or not version or not (start.isdecimal() and end.isdecimal()):
        raise ValueError(f"not a passage id: {text!r} (it looks like document@version:start-end)")
    return document_id, version, Span(int(start), int(end))
