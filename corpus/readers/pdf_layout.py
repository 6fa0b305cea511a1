"""Where the pieces of a PDF page stand -> lines in reading order and paragraphs. Pure geometry, no PDF library.

Coordinates are points, y grows upwards. A page of columns is read column by column, a table row by row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

GUTTER = 8.0  # points; journals leave 12 and more between columns, words of justified text stand at most 7 apart
COLUMN_LINES = 4  # fewer lines side by side are a table or a letterhead
COLUMN_FILL = 0.6  # of its column a line of running text fills, in the middle of all lines
SPANNING = 0.4  # share of lines that may run across both columns: titles, abstracts, wide figures
BREAK = 1.35  # times the usual distance of lines; a wider gap parts paragraphs
SHORT_LINE = 0.8  # of the column's width; a line that ends earlier with a full stop closes its paragraph
EDGE_LINES = 3  # lines at the top and at the bottom of a page among which running heads are looked for
HEADS_MIN = 3  # pages on which the same words must stand there
NOTE_SIZE = 0.92  # of the body's type size; notes of journals are set at .75 to .9
HEADING_SIZE = 1.15  # of the body's type size
WORD_MAX = 60  # letters; only the last word of a line can be divided, and looking at all of it takes square time

_NUMBER = re.compile(
    r"[-–—\s|]*(?:page|стр\.?|с\.|саҳ\.?|саҳифаи?)?\s*\d{1,4}\s*(?:(?:of|из|аз|/)\s*\d{1,4})?[-–—\s|]*", re.IGNORECASE
)
_ENDS = re.compile(r"[.!?…:;][\"'»”’)\]\d]*$")
_NOTE = re.compile(r"\s*(?:\[?\d{1,3}\]?[.)]?|[*†‡§]{1,3})\s*\S")
_NEXT_NOTE = re.compile(r"\s*\[?\d{1,3}\]?\s+[A-ZА-Я«\"“]")
_SOFT = re.compile("[\x02\ufffe\xad]$")
_HYPHEN = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
_ITEM = re.compile(r"\s*(?:[•·▪●◦*–—-]|\(?\d{1,2}[.)]|\(?[a-zа-я][.)])\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line; `size` is its type size."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines joined. `kind` is body, heading, note or furniture; `opens` is false where it may run on from before,
    `closed` where it may run on behind.
    """

    text: str
    kind: str
    size: float
    opens: bool
    closed: bool


def lines_of(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces that stand on one line and close together become one, in reading order."""
    return _ordered([line for row in _rows(pieces) for line in _joined(row)])


def _rows(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: (-one.middle, one.left)):
        if row and abs(row[0].middle - piece.middle) > 0.5 * max(row[0].size, piece.size, 1):
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _joined(row: list[Piece]) -> Iterator[Piece]:
    line = row[0]
    for piece in row[1:]:
        gap = piece.left - line.right
        if gap > max(GUTTER, 0.9 * line.size):
            yield line
            line = piece
        else:
            blank = " " if gap > 0.12 * line.size and not line.text.endswith(" ") else ""
            larger = line if len(line.text) >= len(piece.text) else piece
            line = Piece(
                line.text + blank + piece.text, line.left, min(line.bottom, piece.bottom), max(line.right, piece.right),
                max(line.top, piece.top), larger.size,
            )  # fmt: skip
    yield line


def _ordered(lines: list[Piece]) -> list[Piece]:
    """Bands between the lines that span the gutter; in each the left column, then the right one."""
    gutter = _gutter(lines)
    if gutter is None:
        return [line for row in _rows(lines) for line in _table_row(row)]
    ordered: list[Piece] = []
    spans = [line for line in lines if line.left < gutter < line.right]
    tops = sorted((line.middle for line in spans), reverse=True)
    for _, band in groupby(
        sorted(lines, key=lambda line: _band(line, gutter, tops)), key=lambda line: _band(line, gutter, tops)
    ):
        members = list(band)
        left = [line for line in members if line.right <= gutter]
        right = [line for line in members if line.left >= gutter]
        across = [line for line in members if line.left < gutter < line.right]
        ordered += [*across, *_ordered(left), *_ordered(right)]
    return ordered


def _band(line: Piece, gutter: float, tops: list[float]) -> int:
    """Spanning lines have even numbers of their own, what stands between them odd ones."""
    above = sum(1 for top in tops if top > line.middle)
    return 2 * above if line.left < gutter < line.right else 2 * above - 1


def _gutter(lines: list[Piece]) -> float | None:
    """The x at which the page parts into columns of running text; None when it does not."""
    if len(lines) < 2 * COLUMN_LINES:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    starts = {line.left for line in lines if left + 0.2 * (right - left) < line.left < left + 0.8 * (right - left)}
    best: tuple[int, float] | None = None
    for start in starts:
        at = start - GUTTER / 2
        crossing = sum(1 for line in lines if line.left < at < line.right)
        if _parts(lines, at, left, right) and (best is None or crossing < best[0]):
            best = (crossing, at)
    return best[1] if best and best[0] <= SPANNING * len(lines) else None


def _parts(lines: list[Piece], at: float, left: float, right: float) -> bool:
    before = [line for line in lines if line.right <= at]
    after = [line for line in lines if line.left >= at]
    if min(len(before), len(after)) < COLUMN_LINES:
        return False
    edge = max(line.right for line in before)
    filled = [
        median((line.right - line.left) / max(1.0, width) for line in side)
        for side, width in ((before, edge - left), (after, right - min(line.left for line in after)))
    ]
    return min(line.left for line in after) - edge >= GUTTER / 2 and min(filled) >= COLUMN_FILL


def _table_row(row: list[Piece]) -> Iterator[Piece]:
    if len(row) < 2:
        yield from row
        return
    text = " | ".join(piece.text.strip() for piece in row)
    yield replace(row[0], text=text, right=row[-1].right)


def running_heads(pages: Sequence[Sequence[Piece]]) -> frozenset[str]:
    """What stands at the edge of many pages, digits aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_faceless(line.text) for line in [*page[:EDGE_LINES], *page[-EDGE_LINES:]]})
    needed = max(HEADS_MIN, len(pages) // 5)
    return frozenset(text for text, count in seen.items() if count >= needed and text)


def _faceless(text: str) -> str:
    return re.sub(r"[\d\W_]+", " ", text.lower()).strip()


def body_size(pages: Sequence[Sequence[Piece]]) -> float:
    """The type size of most letters; 0 when there are none."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def paragraphs_of(page: Sequence[Piece], body: float, heads: frozenset[str], known: frozenset[str]) -> list[Paragraph]:
    """The page's paragraphs in order, furniture and notes last. `known` words decide whether a hyphen stays."""
    kinds = [_kind(index, line, page, body, heads) for index, line in enumerate(page)]
    found: list[Paragraph] = []
    for kind in ("body", "note", "furniture"):
        wanted = ("body", "heading") if kind == "body" else (kind,)
        lines = [(line, own) for line, own in zip(page, kinds, strict=True) if own in wanted]
        found += _paragraphs(lines, known)
    return found


def _kind(index: int, line: Piece, page: Sequence[Piece], body: float, heads: frozenset[str]) -> str:
    edge = index < EDGE_LINES or index >= len(page) - EDGE_LINES
    if edge and (_NUMBER.fullmatch(line.text) or _faceless(line.text) in heads):
        return "furniture"
    if line.size >= HEADING_SIZE * body and len(line.text) <= 200 and re.search(r"[^\W\d]{2}", line.text):
        return "heading"
    if line.size >= NOTE_SIZE * body:
        return "body"
    below = all(other.size < NOTE_SIZE * body or _is_edge(other, heads) for other in page[index:])
    noted = any(_NOTE.match(other.text) and other.size < NOTE_SIZE * body for other in page[: index + 1])
    return "note" if below and noted else "body"


def _is_edge(line: Piece, heads: frozenset[str]) -> bool:
    return bool(_NUMBER.fullmatch(line.text)) or _faceless(line.text) in heads


def _paragraphs(lines: list[tuple[Piece, str]], known: frozenset[str]) -> Iterator[Paragraph]:
    pitch = _pitch([line for line, _ in lines])
    right = max((line.right for line, _ in lines), default=0.0)
    group: list[Piece] = []
    for index, (line, kind) in enumerate(lines):
        apart = kind == "furniture" or kind != lines[index - 1][1]
        if group and _parts_from(group, line, apart, pitch):
            yield _paragraph(group, lines[index - 1][1], known)
            group = []
        group.append(line)
    if group:
        last = _paragraph(group, lines[-1][1], known)
        short = group[-1].right < SHORT_LINE * right and bool(_ENDS.search(last.text[-WORD_MAX:]))
        yield replace(last, closed=last.closed or short)


def _pitch(lines: Sequence[Piece]) -> float:
    steps = [one.middle - two.middle for one, two in pairwise(lines) if one.middle > two.middle]
    return median(steps) if steps else 0.0


def _parts_from(group: list[Piece], line: Piece, other_kind: bool, pitch: float) -> bool:
    last = group[-1]
    step = last.middle - line.middle
    if other_kind or abs(last.size - line.size) > 0.1 * max(last.size, 1.0) or _ITEM.match(line.text):
        return True
    if _NEXT_NOTE.match(line.text) and _ENDS.search(last.text[-WORD_MAX:]) and line.left <= group[0].left + 1:
        return True
    if step < 0:  # the next column: only the words tell
        return bool(_ENDS.search(last.text[-WORD_MAX:]))
    width = max(piece.right for piece in group) - min(piece.left for piece in group)
    ended = last.right - min(piece.left for piece in group) < SHORT_LINE * max(width, 1.0) and bool(
        _ENDS.search(last.text[-WORD_MAX:])
    )
    indented = line.left > group[-1].left + 0.8 * line.size and bool(_ENDS.search(last.text[-WORD_MAX:]))
    return step > BREAK * pitch or ended or indented


def _paragraph(lines: list[Piece], kind: str, known: frozenset[str]) -> Paragraph:
    text = ""
    for line in lines:
        text = join_lines(text, line.text.strip(), known) if text else line.text.strip()
    text = _SOFT.sub("-", text)
    first = text[:1]
    return Paragraph(text, kind, lines[0].size, not first.islower(), bool(_ENDS.search(text[-WORD_MAX:])))


def join_lines(head: str, tail: str, known: frozenset[str]) -> str:
    """Two lines of one paragraph; a word that was divided at the border is whole again."""
    if _SOFT.search(head):
        head = head[:-1] + "-"
    divided = _HYPHEN.search(head, max(0, len(head) - WORD_MAX))
    rest = re.match(r"[^\W\d_]+", tail)
    if divided is None or rest is None or not tail[0].islower():
        return f"{head} {tail}" if not divided or not rest else head + tail
    whole, hyphened = divided.group("head") + rest.group(), f"{divided.group('head')}-{rest.group()}"
    keeps = hyphened.lower() in known and whole.lower() not in known
    return head + tail if keeps else head[:-1] + tail
