"""Ranking measures, as trec_eval defines them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Normalised discounted cumulative gain at k with linear gains (Järvelin and Kekäläinen 2002)."""
    gains = [relevant.get(document, 0.0) for document in ranking[:k]]
    ideal = sorted(relevant.values(), reverse=True)[:k]
    best = _discounted(ideal)
    return _discounted(gains) / best if best > 0 else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """1 / place of the first relevant document within k, else 0."""
    return next((1 / place for place, one in enumerate(ranking[:k], 1) if relevant.get(one, 0) > 0), 0.0)


def recall(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Share of the relevant documents within k."""
    wanted = {document for document, gain in relevant.items() if gain > 0}
    return len(wanted.intersection(ranking[:k])) / len(wanted) if wanted else 0.0


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean, 0 for none."""
    return sum(values) / len(values) if values else 0.0


def median(values: Sequence[float]) -> float:
    """The upper median, 0 for none."""
    return sorted(values)[len(values) // 2] if values else 0.0
