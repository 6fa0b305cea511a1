"""A page as its record is read from it: the lines above its text, the first paragraph, the lines below. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from corpus.blocks import Block, blocks_of
from corpus.boilerplate import Dropped
from corpus.document import Span
from corpus.record_lines import is_labelled

HEAD = 40  # blocks; a page that says later who wrote it says it in a label
LETTERHEAD = 3  # blocks; an emblem's words and an office's parent may stand above and below its name


class PageParts:
    """`head` stands above the first paragraph of prose, `lead` is that paragraph, `tail` stands below the last one;
    `opening` are the first lines of the page, hidden or not, `site` is what its title says beside the headline.
    """

    def __init__(self, text: str, dropped: Sequence[Dropped], site: str = "") -> None:
        self.text = text
        self.dropped = dropped
        self.site = site
        blocks = blocks_of(text)
        self.opening = [block.text for block in blocks[:LETTERHEAD]]  # a menu below may have hidden the name
        self.visible = list(_visible(blocks, [one.span for one in dropped]))
        prose = [index for index, block in enumerate(self.visible) if block.is_prose and not is_labelled(block.text)]
        self.first = prose[0] if prose else len(self.visible)
        self.head = self.visible[: min(self.first, HEAD)]
        self.tail = self.visible[prose[-1] + 1 :] if prose else []
        self.lead = self.visible[self.first].text if prose else ""


def _visible(blocks: Sequence[Block], hidden: Sequence[Span]) -> Iterator[Block]:
    """What is left of each block; a dropped stretch at its start is cut off."""
    ends = {span.start: span.end for span in sorted(hidden)}
    starts = sorted(span.start for span in hidden)
    furthest = list(accumulate((span.end for span in sorted(hidden)), max))
    for block in blocks:
        start = ends.get(block.span.start, block.span.start)
        at = bisect_left(starts, block.span.start)
        inside = at > 0 and furthest[at - 1] > block.span.start
        rest = block.text[start - block.span.start :].strip()
        if rest and not inside and start < block.span.end:
            yield Block(Span(block.span.end - len(rest), block.span.end), rest)
