"""What a reader gives: canonical text with the places of its headings, pages and boilerplate.

A reader takes the bytes of one format and knows nothing of files, stores or other formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from corpus.clean import clean
from corpus.document import Heading, Span


@dataclass(frozen=True, slots=True)
class RawText:
    """`text` is canonical (`clean(text) == text`); headings, pages and hidden refer to it.

    `metadata` has the keys of corpus/metadata.py, still unchecked. `language` is the format's own hint ("" if
    it has none), `site` what a page's title says beside the headline: its publisher, a section or nothing of the kind.
    """

    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    hidden: tuple[Span, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    language: str = ""
    site: str = ""


class Reader(Protocol):
    """Bytes of one format -> RawText. Pure. Raises UnreadableDocument, InvalidMetadata; `name` is for messages."""

    def __call__(self, data: bytes, name: str) -> RawText: ...


class TextBuilder:
    """Joins blocks into canonical text and notes where each stands. Blocks are separated by one blank line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._pages: list[int] = []
        self._hidden: list[Span] = []

    def paragraph(self, block: str) -> Span:
        """Appends the cleaned block; the span is empty when nothing of it is left."""
        cleaned = clean(block)
        if not cleaned:
            return Span(self._length, self._length)
        if self._parts:
            self._append("\n\n")
        start = self._length
        self._append(cleaned)
        return Span(start, self._length)

    def heading(self, block: str, level: int) -> Span:
        """A heading stands on one line; `level` is 1 for the highest."""
        span = self.paragraph(" ".join(clean(block).split()))
        if len(span):
            self._headings.append(Heading(span, level, self._parts[-1]))
        return span

    def boilerplate(self, block: str) -> Span:
        """Text that is kept and never retrieved."""
        span = self.paragraph(block)
        if len(span):
            self._hidden.append(span)
        return span

    def page(self, at: int | None = None) -> None:
        """A new page begins with the next block, or at an offset of what was written."""
        self._pages.append(at if at is not None else self._length + 2 if self._parts else 0)

    def build(self, metadata: Mapping[str, object] | None = None, language: str = "") -> RawText:
        return RawText(
            text="".join(self._parts),
            headings=tuple(self._headings),
            pages=tuple(min(page, self._length) for page in self._pages),
            hidden=tuple(self._hidden),
            metadata=metadata or {},
            language=language,
        )

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
