"""Did a figure fall below what is committed? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .measures import LESS_IS_BETTER

# A figure may be worse by this much: half the width of the narrowest interval of the held-out part, so that moving two
# or three of 300 questions passes and a part that stops working does not.
TOLERANCE = 0.015

Figures = Mapping[str, Mapping[str, float]]  # part of the questions -> measure -> rate


@dataclass(frozen=True, slots=True)
class Fall:
    part: str
    measure: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.part}, {self.measure}: {self.now:.3f}, was {self.before:.3f}"


def falls(baseline: Figures, now: Figures, tolerance: float = TOLERANCE) -> list[Fall]:
    """The figures that are worse than the baseline's by more than `tolerance`, or gone."""
    found = []
    for part, measures in baseline.items():
        for name, before in measures.items():
            worst = 1.0 if name in LESS_IS_BETTER else 0.0
            value = now.get(part, {}).get(name, worst)
            loss = value - before if name in LESS_IS_BETTER else before - value
            if loss > tolerance + 1e-9:
                found.append(Fall(part, name, before, value))
    return found
