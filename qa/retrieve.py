"""Which passages may answer? Both legs find candidates; the best sentence windows of each decide its place.

Scores are computed from candidates' text and vectors, never from an engine's own figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.fusion import min_max, mix, over_max
from index.ports import Filters, PassageIndex, StoredPassage, Vectors

from .question import Asked


@dataclass(frozen=True, slots=True)
class Mix:
    """Weights of the three kinds of evidence; they sum to 1."""

    passage: float
    window: float
    lexical: float


@dataclass(frozen=True, slots=True)
class RetrievalPolicy:
    """`depth`: candidates taken from each leg. The figures behind the weights stand in docs/evaluation.md."""

    depth: int = 50
    same_language: Mix = Mix(0.35, 0.35, 0.30)
    cross_language: Mix = Mix(0.40, 0.50, 0.10)
    fused_dense: float = 0.7


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with all that is known about it. `similarities`: cosine of each of its windows with the question."""

    stored: StoredPassage
    score: float
    fused: float
    lexical: float
    dense: float
    window: float
    lexical_rank: int
    dense_rank: int
    similarities: NDArray[np.float32] = field(repr=False, compare=False)


def retrieve(
    index: PassageIndex, asked: Asked, vector: Vectors, filters: Filters, policy: RetrievalPolicy
) -> list[Found]:
    """All candidates, best first; ties by passage id. Empty when nothing is found."""
    candidates = index.search(asked.terms, vector, filters, policy.depth)
    if len(candidates) == 0:
        return []
    stored = index.fetch(candidates.keys.tolist())
    similarities = [passage.window_vectors @ vector for passage in stored]
    best = np.array([part.max(initial=0.0) for part in similarities], dtype=np.float32)
    same = np.array([passage.passage.language == asked.question.language for passage in stored])
    fused = mix(candidates.lexical, candidates.dense, policy.fused_dense)
    parts = np.stack([min_max(candidates.dense), min_max(best), over_max(candidates.lexical)])
    scores = np.where(same, _weights(policy.same_language) @ parts, _weights(policy.cross_language) @ parts)
    found = [
        Found(passage, float(scores[i]), float(fused[i]), float(candidates.lexical[i]), float(candidates.dense[i]),
              float(best[i]), int(candidates.lexical_rank[i]), int(candidates.dense_rank[i]), similarities[i])
        for i, passage in enumerate(stored)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.score, one.stored.passage.id))


def _weights(weights: Mix) -> NDArray[np.float64]:
    return np.array([weights.passage, weights.window, weights.lexical])
