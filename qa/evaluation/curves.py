"""Is the probability of an answer to be believed, and what would another threshold refuse? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .answering import Outcome
from .metrics import mean

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose stated probability lies in one tenth: its mean, the share that the corpus does answer, and n."""

    stated: float
    found: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """Refusing all questions below `threshold`: the precision and recall of that."""

    threshold: float
    precision: float
    recall: float


def judged(outcomes: Sequence[Outcome]) -> list[tuple[float, bool]]:
    """Stated probability and truth of each question. False premises are left out: either outcome is right."""
    used = [one for one in outcomes if not (one.gold.answerable and one.gold.abstain_ok)]
    return [(one.answer.confidence, one.gold.answerable) for one in used]


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Tenths of the probability that hold any question, from low to high."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for stated, truth in pairs:
        tenths[min(BINS - 1, int(stated * BINS))].append((stated, truth))
    return [Bin(mean([s for s, _ in part]), mean([float(t) for _, t in part]), len(part)) for part in tenths if part]


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins (Naeini et al. 2015); 0 for none."""
    total = len(pairs) or 1
    return sum(one.n * abs(one.stated - one.found) for one in reliability(pairs)) / total


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    return mean([(stated - truth) ** 2 for stated, truth in pairs])


def refusal_curve(pairs: Sequence[tuple[float, bool]]) -> list[Point]:
    """One point a distinct probability, by growing recall; none when every question is answerable."""
    if not (wanted := sum(not truth for _, truth in pairs)):
        return []
    ordered = sorted(pairs, key=lambda pair: pair[0])
    points, right = [], 0
    for place, (stated, truth) in enumerate(ordered, 1):
        right += not truth
        if place == len(ordered) or ordered[place][0] > stated:
            above = ordered[place][0] if place < len(ordered) else 1.0
            points.append(Point(above, right / place, right / wanted))
    return points


def area(pairs: Sequence[tuple[float, bool]]) -> float:
    """Area under the receiver's curve: the chance that an answerable question has the higher probability; ties half."""
    high = np.array([stated for stated, truth in pairs if truth])
    low = np.array([stated for stated, truth in pairs if not truth])
    if not len(high) or not len(low):
        return 0.0
    above = (high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean()
    return float(above)
