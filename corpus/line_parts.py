"""What goes alone out of a block that is kept: a counter beside a date, contacts behind the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.blocks import Block
from corpus.document import Span
from corpus.phrases import line_reason
from corpus.record_lines import is_record_line, segment_spans

HEADER_MAX = 220  # characters; the longest byline with date, place and counters in the pages tried has 120

_SHARE_COUNT = re.compile(
    r"(?:read|viewed|views:?|hits:?|просмотров:?|прочитано|тамошо:?)\s+\d[\d\s,.]*(?:times|раза?|бор)?(?=\s+\S)",
    re.IGNORECASE,
)

_COUNTERS = ("view counter", "reading time")
_ADDRESS = r"(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\+?\d[\d\s()–-]{5,20}\d)"
_LABEL = (
    r"(?:(?:(?:press|media|our)\s)?contacts?(?:\sus)?|e-?mail|tel|phone|telephone|контакты?|связь|тел|телефон|"
    r"эл\. ?почта|почта|электронная почта|тамос|телефони мо|почтаи электронӣ|"
    r"for (?:more |further )?information|подробнее|тел\. для справок|справки по тел)\s?[.:]{1,2}\s?"
)
_CONTACT = re.compile(
    rf"(?:(?<=[.!?…]\s)|^){_LABEL}{_ADDRESS}(?:[\s,;|]{{1,3}}(?:{_LABEL})?{_ADDRESS}){{0,5}}\.?(?=\s|$)", re.IGNORECASE
)


def parts_of(block: Block) -> Iterator[tuple[Span, str]]:
    """The stretches of the block that are boilerplate, each with its reason."""
    match = _SHARE_COUNT.match(block.text)
    if match and len(block.text) <= HEADER_MAX:
        yield Span(block.span.start, block.span.start + match.end()), "view counter"
    elif len(block.text) <= HEADER_MAX and is_record_line(block.text):
        yield from _counters(block)
    for found in _CONTACT.finditer(block.text):
        yield Span(*found.span()).shift(block.span.start), "contact lines"


def _counters(block: Block) -> Iterator[tuple[Span, str]]:
    """The counters of "3 May 2016 | By A. Name | Views: 1874", each with the mark before it."""
    end = 0
    for span in segment_spans(block.text):
        reason = line_reason(span.slice(block.text))
        if reason in _COUNTERS and end:
            yield Span(end, span.end).shift(block.span.start), reason
        end = span.end
