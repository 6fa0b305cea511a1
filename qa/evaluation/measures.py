"""The figures of answering, each defined once: what a question adds above and below the line of a rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .answering import Outcome, checked_citations
from .intervals import Interval, interval

Measure = Callable[[Outcome], tuple[float, float]]  # what one question adds to the top and to the bottom

IN_DOMAIN, OFF_TOPIC = "unanswerable", "ood"


def _asked(value: Callable[[Outcome], float]) -> Measure:
    """Over answerable questions."""
    return lambda one: (float(value(one)), 1.0) if one.gold.answerable else (0.0, 0.0)


def _refused(wanted: Callable[[Outcome], bool]) -> Measure:
    """Over the questions `wanted`: is the question refused?"""
    return lambda one: (float(not one.answered), 1.0) if wanted(one) else (0.0, 0.0)


def _complete(one: Outcome) -> tuple[float, float]:
    facts = float(len(one.gold.evidence))
    return one.complete[1] * facts, facts


def _bearing(one: Outcome) -> tuple[float, float]:
    return (one.bearing, 1.0) if one.gold.answerable and one.answered else (0.0, 0.0)


def _precision(one: Outcome) -> tuple[float, float]:
    """False premises may be refused: a refusal of one counts neither way."""
    counts = not one.answered and not (one.gold.answerable and one.gold.abstain_ok)
    return float(counts and not one.gold.answerable), float(counts)


def _broken(one: Outcome) -> tuple[float, float]:
    return float(one.broken_citations), float(len(checked_citations(one.answer)))


MEASURES: Mapping[str, Measure] = {
    "hit@1": _asked(lambda one: one.hits[:1] == (1,)),
    "hit@5": _asked(lambda one: bool(one.hits)),
    "mrr@5": _asked(lambda one: 1 / one.hits[0] if one.hits else 0.0),
    "complete recall@5": _complete,
    "answer correct": _asked(lambda one: one.correct and one.answered),
    "sentences with evidence": _bearing,
    "refusal recall": _refused(lambda one: not one.gold.answerable),
    "refusal precision": _precision,
    "refused, in domain": _refused(lambda one: one.gold.type == IN_DOMAIN),
    "refused, off topic": _refused(lambda one: one.gold.type == OFF_TOPIC),
    "false refusals": _refused(lambda one: one.gold.answerable and not one.gold.abstain_ok),
    "broken citations": _broken,
}
LESS_IS_BETTER = frozenset({"false refusals", "broken citations"})


def measured(outcomes: Sequence[Outcome], seed: int = 0) -> dict[str, Interval]:
    """Each measure that the outcomes say something of. The same outcomes and seed give the same ends."""
    found = {}
    groups = [one.gold.group for one in outcomes]
    for name, measure in MEASURES.items():
        sums = [measure(one) for one in outcomes]
        tops, bottoms = [top for top, _ in sums], [bottom for _, bottom in sums]
        rate = interval(tops, bottoms, groups, np.random.default_rng(seed))
        if rate is not None:
            found[name] = rate
    return found
