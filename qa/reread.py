"""The best sentences are read once more, each beside the question: which of them answers it, and does it? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.ports import Reader

from .extract import Sentence
from .question import Asked

READ = 2  # sentences; each costs .25 ms a token
NEAR = 1.2  # of score, below the first; on the golden questions no sentence further away was set first rightly


def reread(
    asked: Asked, ranked: Sequence[Sentence], reader: Reader | None, weight: float
) -> tuple[list[Sentence], float]:
    """The sentences with the best ones, where near, by score + `weight` * log odds; and the log odds of the first.

    Without a reader they stay as they are. A sentence that moves takes the score of its new place: what follows it is
    as near to the first as before.
    """
    best = [one for one in ranked[:READ] if one.score >= ranked[0].score - NEAR]
    if not best or reader is None:
        return list(ranked), 0.0
    odds = reader.judge(asked.question.standalone, [" ".join(one.text.split()) for one in best])
    order = sorted(range(len(best)), key=lambda place: -(best[place].score + weight * odds[place]))
    moved = [replace(best[place], score=one.score) for place, one in zip(order, best, strict=True)]
    return [*moved, *ranked[len(best) :]], odds[order[0]]
