"""Latency against size as SVG text, both axes logarithmic: no drawing library, equal figures give equal bytes. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 64, 176, 40, 48  # pixels
_LABEL = 15  # pixels between the names of two lines
# Okabe and Ito's colours, told apart by colour-blind readers, on a white ground so that dark pages show them too.
_COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000", "#888888", "#7f3c8d",
            "#8c6d31")  # fmt: skip

Points = Sequence[tuple[int, float]]  # passages and CPU milliseconds


def latency_plot(lines: Mapping[str, Points]) -> str:
    """One line a row, its name at its end. No line may be empty."""
    sizes = [size for points in lines.values() for size, _ in points]
    times = [time for points in lines.values() for _, time in points]
    across = _Scale(min(sizes), max(max(sizes), 10 * min(sizes)), LEFT, WIDTH - RIGHT)
    up = _Scale(_below(min(times)), _above(max(times)), HEIGHT - BOTTOM, TOP)
    ends = _apart({name: up(points[-1][1]) for name, points in lines.items()})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<title>CPU time of a search against the number of passages</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *(_tick(LEFT - 8, up(at), f"{at:g}", "end", (LEFT, WIDTH - RIGHT)) for at in up.decades()),
        *(_text(across(at), HEIGHT - BOTTOM + 18, f"{at:,.0f}", "middle") for at in across.decades()),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "passages", "middle"),
        _text(LEFT - 48, 22, "CPU ms of one search, median", "start"),
        *(_line(points, across, up, ends[name], name, _COLOURS[place % len(_COLOURS)])
          for place, (name, points) in enumerate(lines.items())),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


class _Scale:
    """Values to pixels by their logarithm."""

    def __init__(self, least: float, most: float, start: float, end: float) -> None:
        self.least, self.most, self._start = least, most, start
        self._step = (end - start) / math.log10(most / least)

    def __call__(self, value: float) -> float:
        return round(self._start + self._step * math.log10(value / self.least), 1)

    def decades(self) -> list[float]:
        powers = range(math.ceil(math.log10(self.least)), math.floor(math.log10(self.most)) + 1)
        return [10.0**power for power in powers]


def _below(value: float) -> float:
    return float(10 ** math.floor(math.log10(value)))


def _above(value: float) -> float:
    return float(10 ** math.ceil(math.log10(value)))


def _apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights of the names, from below upwards, none nearer than a line of text to the next."""
    placed: dict[str, float] = {}
    free = math.inf
    for name in sorted(wanted, key=lambda name: -wanted[name]):
        placed[name] = min(wanted[name], free)
        free = placed[name] - _LABEL
    return placed


def _line(points: Points, across: _Scale, up: _Scale, end: float, name: str, colour: str) -> str:
    path = " ".join(f"{across(size)},{up(time)}" for size, time in points)
    dots = "".join(f'<circle cx="{across(size)}" cy="{up(time)}" r="3" fill="{colour}"/>' for size, time in points)
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return line + dots + _text(WIDTH - RIGHT + 10, end + 4, name, "start", colour)


def _tick(x: float, y: float, text: str, anchor: str, grid: tuple[float, float]) -> str:
    return f'<path d="M{grid[0]} {y}H{grid[1]}" stroke="#dddddd"/>' + _text(x, y + 4, text, anchor)


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222222") -> str:
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="12" font-family="sans-serif"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'
