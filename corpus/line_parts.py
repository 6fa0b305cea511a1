"""What goes alone out of a block that is kept: a counter beside a date, contacts behind the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.blocks import Block
from corpus.document import Span

HEADER_MAX = 220  # characters; the longest byline with date, place and counters in the pages tried has 120

_SHARE_COUNT = re.compile(
    r"(?:read|viewed|views:?|hits:?|просмотров:?|прочитано|тамошо:?)\s+\d[\d\s,.]*(?:times|раза?|бор)?(?=\s+\S)",
    re.IGNORECASE,
)


def parts_of(block: Block) -> Iterator[tuple[Span, str]]:
    """The stretches of the block that are boilerplate, each with its reason."""
    match = _SHARE_COUNT.match(block.text)
    if match and len(block.text) <= HEADER_MAX:
        yield Span(block.span.start, block.span.start + match.end()), "view counter"
