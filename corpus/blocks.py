"""Canonical text -> blocks: the pieces that a page is made of and that are kept or dropped as one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.document import Span
from corpus.sentences import paragraphs

PROSE = 100  # characters; shorter paragraphs are as often labels, teasers or links
PROSE_WORDS = 14  # a headline of the seeds and of the library's sources has at most 25 words but no full stop
LABEL_WORDS = 14
QUESTION_MAX = 160  # characters; a headline may be one question, the longest of the seeds has 130

_ENDS = re.compile(r"[.!?…;:][\"'»”’)\]\d]*$")
_QUESTION = re.compile(r"[^.!…\n]*\?[\"'»”’)]*")
_STOPS = re.compile(r"[.!?…][\"'»”’)\]]*(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item, a heading, a line of a menu."""

    span: Span
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_prose(self) -> bool:
        """Running text: long enough, with a sentence that ends."""
        long = len(self.text) >= PROSE and self.words >= PROSE_WORDS and bool(_STOPS.search(self.text))
        return long and not (len(self.text) <= QUESTION_MAX and _QUESTION.fullmatch(self.text))

    @property
    def is_label(self) -> bool:
        """A title, a menu entry, a caption: one short line that ends like no sentence."""
        return self.words <= LABEL_WORDS and "\n" not in self.text and not _ENDS.search(self.text)


def blocks_of(text: str) -> list[Block]:
    """In order, without the blank lines between them; a paragraph that was hard-wrapped is one block."""
    spans = (Span(*_trimmed(text, span)) for span in paragraphs(text))
    return [Block(span, span.slice(text)) for span in spans if len(span)]


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    piece = span.slice(text)
    start = span.end - len(piece.lstrip())
    return start, max(start, span.start + len(piece.rstrip()))
