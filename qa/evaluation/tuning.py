"""Fits the weights of qa/tuned.json on the training part of a golden file. Needs scikit-learn (sentence-transformers
brings it); nothing at answering time imports this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from corpus.glossary import Glossary
from index.ports import Encoder, Filters, PassageIndex

from ..abstain import Calibration, Evidence, gather
from ..answer import Query
from ..extract import Sentence, Signals, rank_sentences, signal_values
from ..question import Asked, Context, understand
from ..retrieve import Retrieval, RetrievalPolicy, encode_question, retrieve
from ..vocabulary import Vocabulary
from .dataset import GoldQuestion, folded

_STRENGTH = 0.3  # of .03 to 3, the best held-out area under the curve
_PRECISION = 0.85  # of refusals: a person told "not in the corpus" seven times must be right to believe it six times
_NO_WEIGHTS = Signals(*[0.0] * len(fields(Signals)))


@dataclass(frozen=True, slots=True)
class Case:
    """A golden question with what retrieval found for it."""

    gold: GoldQuestion
    asked: Asked
    retrieval: Retrieval

    def ranked(self, weights: Signals = _NO_WEIGHTS) -> list[Sentence]:
        found = self.retrieval
        return rank_sentences(self.asked, found.found, found.shares, weights, found.windows)

    def is_evidence(self, sentence: Sentence) -> bool:
        text = folded(sentence.text)
        return any(part in text or text in part for fact in self.gold.evidence for part in fact)


def cases(
    questions: Iterable[GoldQuestion],
    index: PassageIndex,
    encoder: Encoder,
    glossary: Glossary,
    policy: RetrievalPolicy,
    *,
    tokens: bool = True,
) -> list[Case]:
    """What retrieval finds for each question; without `tokens`, as where the index knows none."""
    made, context = [], Context(Vocabulary(index))
    for gold in questions:
        asked = understand(Query(gold.question), glossary, context)
        vector, own = encode_question(asked.question.standalone, encoder, index)
        retrieval = retrieve(index, asked, vector, Filters(), policy, tokens=own if tokens else None)
        made.append(Case(gold, asked, retrieval))
    return made


def fit_sentences(training: Sequence[Case]) -> Signals:
    """Weights that set evidence sentences above the others of the same question (logistic regression)."""
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    for case in training:
        ranked = case.ranked()
        flags = [case.is_evidence(sentence) for sentence in ranked]
        if any(flags):
            rows.extend(signal_values(sentence.signals) for sentence in ranked)
            labels.extend(flags)
    weights, _ = _logistic(np.array(rows), np.array(labels))
    return Signals(*weights)


def fit_refusal(training: Sequence[Case], sentence: Signals) -> Calibration:
    """Probability of an answer from the evidence. False premises are left out: either outcome is right."""
    used = [case for case in training if not (case.gold.answerable and case.gold.abstain_ok)]
    evidence = [gather(case.asked, case.retrieval, case.ranked(sentence)) for case in used]
    labels = np.array([case.gold.answerable for case in used])
    weights, bias = _logistic(np.array([astuple(one) for one in evidence]), labels)
    model = Calibration(Evidence(*weights), bias, 0.5, 0.0)
    probabilities = np.array([model.probability(one) for one in evidence])
    outside = [one.similarity for one, case in zip(evidence, used, strict=True) if case.gold.type == "ood"]
    inside = [one.similarity for one, case in zip(evidence, used, strict=True) if case.gold.type != "ood"]
    return Calibration(model.weights, model.bias, _best_cut(probabilities, labels), _between(outside, inside))


def _logistic(rows: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[list[float], float]:
    """L2-regularised logistic regression on standardised columns, given back for the raw ones."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit((rows - mean) / scale, labels)
    weights = model.coef_[0] / scale
    bias = float(model.intercept_[0] - weights @ mean)
    return [round(float(weight), 4) for weight in weights], round(bias, 4)


def _best_cut(probabilities: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """The threshold with the best recall of refusals whose precision is _PRECISION at least."""

    def recall(cut: float) -> float:
        refused = probabilities < cut
        right = float((refused & ~labels).sum())
        return right if right >= _PRECISION * refused.sum() else 0.0

    return float(max(np.round(np.linspace(0.05, 0.95, 91), 2), key=recall))


def _between(low: Sequence[float], high: Sequence[float]) -> float:
    """The cut with the fewest mistakes between two sets of values."""

    def mistakes(cut: float) -> float:
        return float(sum(value >= cut for value in low) + sum(value < cut for value in high))

    cuts = sorted({*low, *high})
    return round(float(min(cuts, key=mistakes)), 4) if cuts else 0.0
