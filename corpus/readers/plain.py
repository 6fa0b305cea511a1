"""Plain text: canonical text, a title when the first lines plainly hold one, and few headings.

A line taken for a heading leaves the passages, so only a short line between two long paragraphs counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.clean import clean
from corpus.document import Heading, Span
from corpus.encoding import decode
from corpus.readers.base import RawText
from corpus.sentences import WRAPPED

TITLE_MAX = 150  # characters; the longest title line of a press release tried has 132
HEADING_MAX = 80  # characters: a line of running text is about as long
LONG = 100  # characters; a paragraph this long is prose, not another title, byline or label

_ENDS_SENTENCE = re.compile(r"[.,;:!?…][\"'»”)]*$")
_ALMOST_DATE = re.compile(r"\b(?:1[89]|20)\d\d\b|https?:|@")


def read_plain(data: bytes, name: str) -> RawText:
    text = clean(decode(data, name))
    blocks = list(_blocks(text))
    title = _title(text, blocks)
    return RawText(text, headings=tuple(_headings(text, blocks)), metadata={"title": title} if title else {})


def _blocks(text: str) -> Iterator[Span]:
    """Paragraphs: stretches between blank lines, or lines where these are too long to be wrapped."""
    unwrapped = any(len(line) >= WRAPPED.stop for line in text.split("\n"))
    start = 0
    for gap in re.finditer(r"\n+" if unwrapped else r"\n{2,}", text):
        yield Span(start, gap.start())
        start = gap.end()
    if start < len(text):
        yield Span(start, len(text))


def _title(text: str, blocks: list[Span]) -> str:
    """The first short line that stands alone among the first three blocks, dates and addresses left out."""
    for block in blocks[:3]:
        line = block.slice(text)
        if len(line) > TITLE_MAX:
            return ""
        if _is_label(line, TITLE_MAX) and len(blocks) > 1:
            return line
    return ""


def _headings(text: str, blocks: list[Span]) -> Iterator[Heading]:
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        line = block.slice(text)
        if len(before) >= LONG and len(after) >= LONG and _is_label(line, HEADING_MAX):
            yield Heading(block, 1, line)


def _is_label(line: str, limit: int) -> bool:
    return (
        len(line) <= limit
        and "\n" not in line
        and (line[0].isupper() or line[0].isdigit() or line[0] in '«"“')
        and any(character.isalpha() for character in line)
        and not _ENDS_SENTENCE.search(line)
        and not _ALMOST_DATE.search(line)
    )
