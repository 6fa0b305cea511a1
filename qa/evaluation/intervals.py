"""How far would a rate move with other questions? Bootstrap over groups: questions on one sentence fail together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROUNDS = 1000  # the ends of a 95% interval move by about .002 between seeds at this number
_SHARE = 95.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate (tops over bottoms), the ends of its 95% interval, and `n`, the sum of the bottoms."""

    rate: float
    low: float
    high: float
    n: float


def interval(
    tops: Sequence[float], bottoms: Sequence[float], groups: Sequence[str], rng: np.random.Generator
) -> Interval | None:
    """Percentile bootstrap (Efron 1979) of sum(tops) / sum(bottoms), resampling whole groups; None for no bottoms.

    One entry a question in each argument. A resample whose bottoms are 0 is left out.
    """
    names, members = np.unique(np.array(groups, dtype=str), return_inverse=True)
    top = np.bincount(members, weights=np.array(tops, dtype=float), minlength=len(names))
    bottom = np.bincount(members, weights=np.array(bottoms, dtype=float), minlength=len(names))
    if not bottom.sum():
        return None
    drawn = rng.integers(len(names), size=(ROUNDS, len(names)))
    below = bottom[drawn].sum(axis=1)
    rates = top[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.percentile(rates, [(100 - _SHARE) / 2, (100 + _SHARE) / 2])
    return Interval(float(top.sum() / bottom.sum()), float(low), float(high), float(bottom.sum()))
