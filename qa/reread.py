"""The best sentences are read once more, each beside the question: which of them answers it, and does it? Pure.

The first, and the second where it is near; where neither convinces, up to four: what was asked for in other words
stands further down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.ports import Reader

from .extract import Sentence
from .question import Asked

READ, DEEPER = 2, 4  # sentences, and where none of them convinces; each costs .25 ms a token
NEAR = 1.2  # of score, below the first; where that convinces, none further away was set first rightly
UNCONVINCED = -1.0  # log odds


def reread(asked: Asked, ranked: Sequence[Sentence], reader: Reader | None, weight: float) -> list[Sentence]:
    """The sentences with those that were read in the order of score + `weight` * log odds.

    Without a reader they stay as they are. A sentence that moves takes the score of its new place: what follows it is
    as near to the first as before.
    """
    if not ranked or reader is None:
        return list(ranked)
    best = [one for one in ranked[:READ] if one.score >= ranked[0].score - NEAR]
    odds = log_odds(asked, best, reader)
    if max(odds) < UNCONVINCED:
        further = ranked[len(best) : DEEPER]
        best, odds = [*best, *further], [*odds, *log_odds(asked, further, reader)]
    order = sorted(range(len(best)), key=lambda place: -(best[place].score + weight * odds[place]))
    moved = [replace(best[place], score=one.score, read=odds[place]) for place, one in zip(order, best, strict=True)]
    return [*moved, *ranked[len(best) :]]


def log_odds(asked: Asked, sentences: Sequence[Sentence], reader: Reader) -> list[float]:
    """Of each sentence, that it answers."""
    return reader.judge(asked.question.standalone, [" ".join(one.text.split()) for one in sentences])
