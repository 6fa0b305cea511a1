"""Two plots as SVG text: no drawing library, no fonts, no clock, so that equal figures give equal bytes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from .curves import Bin, Point

SIDE, EDGE = 320, 48  # pixels of the square and of the room for its labels
# Okabe and Ito's colours, told apart by colour-blind readers, on a white ground so that dark pages show them too.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_DASHES = ("", "6 3", "2 3", "8 3 2 3")

Line = Sequence[tuple[float, float]]  # both 0 to 1


def reliability_plot(bins: Mapping[str, Sequence[Bin]]) -> str:
    """Stated against found probability; a dot's area grows with its questions."""
    dots = [
        _dot(one.stated, one.found, min(12.0, 2 + one.n**0.5 / 2), place)
        for place, part in enumerate(bins.values())
        for one in part
    ]
    lines = {name: [(one.stated, one.found) for one in part] for name, part in bins.items()}
    diagonal = _line([(0, 0), (1, 1)], "#999999", "4 4")
    return _plot(
        "Is the stated probability to be believed?", "stated", "found", [diagonal, *_lines(lines), *dots], lines
    )


def refusal_plot(curves: Mapping[str, Sequence[Point]], chosen: float) -> str:
    """Precision against recall of refusals; a ring marks the threshold in force."""
    lines = {name: [(one.recall, one.precision) for one in part] for name, part in curves.items()}
    rings = [_ring(point, place) for place, part in enumerate(curves.values()) for point in _in_force(part, chosen)]
    return _plot("Refusals at every threshold", "recall", "precision", [*_lines(lines), *rings], lines)


def _in_force(points: Sequence[Point], chosen: float) -> list[Point]:
    """The last point that refuses only what lies below the chosen threshold."""
    return [point for point in points if point.threshold <= chosen][-1:]


def _lines(lines: Mapping[str, Line]) -> list[str]:
    return [_line(points, _COLOURS[place], _DASHES[place]) for place, points in enumerate(lines.values())]


def _line(points: Line, colour: str, dash: str) -> str:
    path = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'


def _dot(x: float, y: float, radius: float, place: int) -> str:
    return f'<circle cx="{_x(x)}" cy="{_y(y)}" r="{radius:.1f}" fill="{_COLOURS[place]}"/>'


def _ring(point: Point, place: int) -> str:
    where = f'cx="{_x(point.recall)}" cy="{_y(point.precision)}"'
    return f'<circle {where} r="7" fill="none" stroke="{_COLOURS[place]}" stroke-width="3"/>'


def _plot(title: str, across: str, up: str, marks: Sequence[str], lines: Mapping[str, Line]) -> str:
    size = SIDE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{size}" height="{size}" fill="white"/>',
        *_axes(across, up),
        _text(size / 2, EDGE / 2, title, "middle", 15),
        *marks,
        *_legend(list(lines)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(across: str, up: str) -> list[str]:
    frame = f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#333333"/>'
    ticks = [tick / 5 for tick in range(6)]
    grid = [f'<path d="M{_x(at)} {_y(0)}V{_y(1)}M{_x(0)} {_y(at)}H{_x(1)}" stroke="#dddddd"/>' for at in ticks[1:-1]]
    below = [_text(EDGE + at * SIDE, EDGE + SIDE + 16, f"{at:.1f}", "middle", 11) for at in ticks]
    left = [_text(EDGE - 6, EDGE + (1 - at) * SIDE + 4, f"{at:.1f}", "end", 11) for at in ticks]
    names = [_text(EDGE + SIDE / 2, EDGE + SIDE + 36, across, "middle", 13), _text(8, EDGE - 10, up, "start", 13)]
    return [*grid, frame, *below, *left, *names]


def _legend(names: Sequence[str]) -> list[str]:
    rows = []
    for place, name in enumerate(names):
        down = EDGE + SIDE - 14 - 18 * place
        dash = f'stroke="{_COLOURS[place]}" stroke-width="2" stroke-dasharray="{_DASHES[place]}"'
        rows.append(f'<path d="M{EDGE + SIDE - 96} {down - 4}h28" {dash}/>')
        rows.append(_text(EDGE + SIDE - 62, down, name, "start", 12))
    return rows


def _text(x: float, y: float, words: str, anchor: str, size: int) -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text {place} font-family="sans-serif" fill="#222222">{escape(words)}</text>'


def _x(value: float) -> str:
    return f"{EDGE + value * SIDE:.1f}"


def _y(value: float) -> str:
    return f"{EDGE + (1 - value) * SIDE:.1f}"
