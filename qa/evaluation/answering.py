"""A gold file against anything that answers: passages found, answers right, refusals right. Imports no door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..answer import Answer, Query
from .dataset import GoldQuestion, folded
from .metrics import mean, median

_K = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one question. `hits`: places (from 1) of passages holding evidence; `complete`: share of
    the facts within the first 1 and 5 passages; `bearing`: share of the answer's sentences holding evidence."""

    gold: GoldQuestion
    answered: bool
    reason: str | None
    hits: tuple[int, ...]
    complete: tuple[float, float]
    correct: bool
    words: int
    bearing: float
    broken_citations: int
    trapped: bool
    answer: Answer


def judge(gold: GoldQuestion, answer: Answer) -> Outcome:
    texts = [folded(scored.passage.text) for scored in answer.passages]
    said = folded(" ".join([answer.text, *(citation.quote for citation in answer.citations)]))
    alternatives = [part for fact in gold.evidence for part in fact]
    sentences = [folded(sentence.text) for sentence in answer.sentences]
    return Outcome(
        gold=gold,
        answered=answer.status == "answered",
        reason=answer.reason,
        hits=tuple(place for place, text in enumerate(texts, 1) if any(part in text for part in alternatives)),
        complete=(_complete(gold, texts[:1]), _complete(gold, texts[:_K])),
        correct=bool(gold.answer_patterns) and all(pattern.search(said) for pattern in gold.answer_patterns),
        words=sum(len(sentence.split()) for sentence in sentences),
        bearing=mean([float(any(_overlaps(part, sentence) for part in alternatives)) for sentence in sentences]),
        broken_citations=checked_citations(answer).count(False),
        trapped=any(trap in text for trap in gold.traps for text in [*texts, said]),
        answer=answer,
    )


def _complete(gold: GoldQuestion, texts: Sequence[str]) -> float:
    return mean([float(any(part in text for part in fact for text in texts)) for fact in gold.evidence])


def _overlaps(evidence: str, sentence: str) -> bool:
    return evidence in sentence or sentence in evidence


def checked_citations(answer: Answer) -> list[bool]:
    """Of each citation of a passage that is shown: is its quote the passage's slice?"""
    shown = {scored.passage.id: scored.passage for scored in answer.passages}
    cited = ((one, shown[one.passage_id]) for one in answer.citations if one.passage_id in shown)
    return [
        passage.text[one.span.start - passage.span.start : one.span.end - passage.span.start] == one.quote
        for one, passage in cited
    ]


def score_answers(ask: Callable[[Query], Answer], questions: Iterable[GoldQuestion]) -> list[Outcome]:
    return [judge(gold, ask(Query(gold.question, k=_K))) for gold in questions]


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of a set of outcomes; every rate stands beside its n."""
    asked = [one for one in outcomes if one.gold.answerable]
    firm = [one for one in asked if not one.gold.abstain_ok]
    silent = [one for one in outcomes if not one.gold.answerable]
    refused = [one for one in outcomes if not one.answered]
    right = [one for one in refused if not one.gold.answerable]
    counted = [one for one in refused if not (one.gold.answerable and one.gold.abstain_ok)]
    answered = [one for one in asked if one.answered]
    return {
        "questions": len(outcomes),
        "answerable": len(asked),
        "hit@1": _rate(one.hits[:1] == (1,) for one in asked),
        "hit@5": _rate(bool(one.hits) for one in asked),
        "mrr@5": round(mean([1 / one.hits[0] if one.hits else 0.0 for one in asked]), 4),
        "complete_recall@1": _pooled(asked, 0),
        "complete_recall@5": _pooled(asked, 1),
        "answer_correct": _rate(one.correct and one.answered for one in asked),
        "answer_words_median": median([float(one.words) for one in answered]),
        "sentences_with_evidence": round(mean([one.bearing for one in answered]), 4),
        "refusal_recall": round(len(right) / len(silent), 4) if silent else None,
        "refusal_precision": round(len(right) / len(counted), 4) if counted else None,
        "refusal_recall_by_type": {
            kind: _rate(not one.answered for one in silent if one.gold.type == kind)
            for kind in sorted({one.gold.type for one in silent})
        },
        "false_refusals": sum(not one.answered for one in firm),
        "false_refusals_of": len(firm),
        "broken_citations": sum(one.broken_citations for one in outcomes),
        "traps_served": sum(one.trapped for one in outcomes),
    }


def _rate(flags: Iterable[bool]) -> dict[str, float]:
    values = [float(flag) for flag in flags]
    return {"rate": round(mean(values), 4), "count": int(sum(values)), "n": len(values)}


def _pooled(outcomes: Sequence[Outcome], at: int) -> float:
    """Facts found over all facts, not questions: a question with four facts weighs four."""
    facts = sum(len(one.gold.evidence) for one in outcomes)
    found = sum(one.complete[at] * len(one.gold.evidence) for one in outcomes)
    return round(found / facts, 4) if facts else 0.0
