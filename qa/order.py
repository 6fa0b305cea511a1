"""In which order are passages shown? By the search, and by how well the best sentence of each answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .extract import Sentence
from .question import Asked
from .retrieve import Found, Retrieval, RetrievalPolicy, breadth


def shown_order(
    asked: Asked, retrieval: Retrieval, ranked: Sequence[Sentence], policy: RetrievalPolicy
) -> tuple[Found, ...]:
    """Of a question, which one sentence answers; the passages of a topic or a claim stay as the search set them."""
    weight = policy.sentence * (1.0 - breadth(policy, asked, retrieval.met))
    return by_best_sentence(retrieval.found, ranked, weight)


def by_best_sentence(found: Sequence[Found], ranked: Sequence[Sentence], weight: float) -> tuple[Found, ...]:
    """The passages, their scores lowered by `weight` times what their best sentence lacks of the best one of all.

    `ranked`: the sentences of the first of them, best first, scored in log odds of being the evidence. A passage of
    which no sentence was ranked is taken to lack as much as the one that lacks most.
    """
    if not ranked:
        return tuple(found)
    best: dict[str, float] = {}
    for one in ranked:
        best.setdefault(one.found.stored.passage.id, one.score)
    least = min(best.values())
    lacking = (ranked[0].score - best.get(one.stored.passage.id, least) for one in found)
    lowered = (replace(one, score=one.score - weight * own) for one, own in zip(found, lacking, strict=True))
    return tuple(sorted(lowered, key=lambda one: (-one.score, one.stored.passage.id)))
