"""Fits the weights of qa/tuned.json on the training part of a golden file. Needs scikit-learn (sentence-transformers
brings it); nothing at answering time imports this."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from corpus.glossary import Glossary
from index.ports import Encoder, Filters, PassageIndex, Reader

from ..abstain import Calibration, Evidence, gather, read_and_gather
from ..answer import Query
from ..extract import Sentence, Signals, rank_sentences, signal_values
from ..pipeline import Fitted
from ..question import Asked, Context, understand
from ..reread import CERTAIN, READ, log_odds
from ..retrieve import Retrieval, RetrievalPolicy, encode_question, retrieve
from ..vocabulary import Vocabulary
from .dataset import GoldQuestion, folded

_STRENGTH = 0.3  # of .03 to 3, the best held-out area under the curve
_READINGS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2)  # weights tried
LIKELIER = 0.5  # answered is what has an answer more likely than not
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
        vector, own = encode_question(asked.sought, encoder, index)
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


def fit_reading(training: Sequence[Case], sentence: Signals, reader: Reader) -> float:
    """The weight of a reader's log odds with which evidence is likeliest to come first: the score and the weighted odds
    of the sentences that may be read taken as logits. `training`: questions that the reader was not taught with."""
    rows = []
    for case in training:
        read = case.ranked(sentence)[:READ]
        flags = np.array([case.is_evidence(one) for one in read], dtype=bool)
        if case.gold.answerable and flags.any() and not flags.all():
            scores = np.array([one.score for one in read])
            rows.append((scores, np.array(log_odds(case.asked, read, reader)), flags))

    def likelihood(weight: float) -> float:
        logits = [(scores + weight * odds, flags) for scores, odds, flags in rows]
        return float(sum(np.logaddexp.reduce(own[flags]) - np.logaddexp.reduce(own) for own, flags in logits))

    return max(_READINGS, key=likelihood)


def fit_refusal(
    training: Sequence[Case],
    sentence: Signals,
    reader: Reader | None = None,
    reading: float = 0.0,
    unread: Collection[str] = (),
) -> Calibration:
    """Probability of an answer from the evidence. False premises are left out: either outcome is right.

    What a reader says is weighed beside all other evidence on the questions that it was not taught with, `unread` by
    their ids: of the others it knows the answers."""
    used = [case for case in training if not (case.gold.answerable and case.gold.abstain_ok)]
    evidence = [gather(case.asked, case.retrieval, case.ranked(sentence)) for case in used]
    weights, bias = _logistic(np.array([astuple(one) for one in evidence]), _answerable(used))
    outside = [one.similarity for one, case in zip(evidence, used, strict=True) if case.gold.type == "ood"]
    inside = [one.similarity for one, case in zip(evidence, used, strict=True) if case.gold.type != "ood"]
    model = Calibration(Evidence(*weights), bias, LIKELIER, _between(outside, inside))
    if reader:
        read = [weighed(case, Fitted(sentence, model, reading), reader)[1] for case in used]
        # of what a reader is certain, the other evidence is not asked
        untaught = np.array(
            [case.gold.id in unread and one.read > CERTAIN for case, one in zip(used, read, strict=True)]
        )
        known = [one for one, is_untaught in zip(read, untaught, strict=True) if is_untaught]
        return _with_reading(model, known, _answerable(used)[untaught])
    return model


def _answerable(used: Sequence[Case]) -> NDArray[np.bool_]:
    return np.array([case.gold.answerable for case in used])


def weighed(case: Case, fitted: Fitted, reader: Reader | None) -> tuple[list[Sentence], Evidence]:
    """The sentences as they are ranked at last, and the evidence behind them."""
    ranked = case.ranked(fitted.sentence)
    return read_and_gather(case.asked, case.retrieval, ranked, reader, fitted.reading, fitted.calibration)


def _with_reading(model: Calibration, evidence: Sequence[Evidence], labels: NDArray[np.bool_]) -> Calibration:
    """The model's margin and the reader's log odds in one logistic model."""
    rows = np.array([(model.margin(one), one.read) for one in evidence])
    (scale, read), shift = _logistic(rows, labels)
    weights = [round(scale * weight, 4) for weight in astuple(model.weights)]
    return replace(model, weights=replace(Evidence(*weights), read=read), bias=round(scale * model.bias + shift, 4))


def _logistic(rows: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[list[float], float]:
    """L2-regularised logistic regression on standardised columns, given back for the raw ones."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit((rows - mean) / scale, labels)
    weights = model.coef_[0] / scale
    bias = float(model.intercept_[0] - weights @ mean)
    return [round(float(weight), 4) for weight in weights], round(bias, 4)


def _between(low: Sequence[float], high: Sequence[float]) -> float:
    """The cut with the fewest mistakes between two sets of values."""

    def mistakes(cut: float) -> float:
        return float(sum(value >= cut for value in low) + sum(value < cut for value in high))

    cuts = sorted({*low, *high})
    return round(float(min(cuts, key=mistakes)), 4) if cuts else 0.0
