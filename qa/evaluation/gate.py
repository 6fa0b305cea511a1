"""Did a figure fall below what is committed? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .measures import LESS_IS_BETTER

# A figure may be worse by this much, about one question in fifty: processors differ in the encoder's last digits, which
# turns a question or two. A part taken away costs more, see docs/evaluation.md. Parts of a third of the questions or
# less, where one question is .04 of some figures, may lose more.
TOLERANCE = 0.02
TOLERANCE_OF_SMALL_PARTS = 0.05
LARGE_PARTS = frozenset({"all", "train"})

Figures = Mapping[str, Mapping[str, float]]  # part of the questions -> measure -> rate


@dataclass(frozen=True, slots=True)
class Fall:
    part: str
    measure: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.part}, {self.measure}: {self.now:.3f}, was {self.before:.3f}"


def falls(baseline: Figures, now: Figures) -> list[Fall]:
    """The figures that are worse than the baseline's by more than their part's tolerance, or gone."""
    found = []
    for part, measures in baseline.items():
        tolerance = TOLERANCE if part in LARGE_PARTS else TOLERANCE_OF_SMALL_PARTS
        for name, before in measures.items():
            worst = 1.0 if name in LESS_IS_BETTER else 0.0
            value = now.get(part, {}).get(name, worst)
            loss = value - before if name in LESS_IS_BETTER else before - value
            if loss > tolerance + 1e-9:
                found.append(Fall(part, name, before, value))
    return found
