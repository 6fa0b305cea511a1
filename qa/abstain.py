"""Does the corpus answer this question? Evidence -> probability -> answer, or a typed reason not to. Pure.

The weights are data (tuned.json); `qa.evaluation.tuning` fits them on the golden set's training part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from .answer import Reason
from .answer_type import TYPED, holds_kind
from .extract import Sentence, covered_words
from .question import Asked
from .retrieve import Retrieval
from .token_match import NO_MATCH

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LEAD_OVER = 5  # place of the window that the best one is compared with


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer, computed from candidates' text and vectors.

    similarity: the best window's cosine; background: the question's mean cosine with windows of its language; lead:
    how far the best window stands above the fifth; missing: the largest share of the question's idf mass held by one
    word that the best passage lacks, with title and headings; unknown: the share of words that no passage holds,
    0 across languages, where that is no surprise;
    sentence: the best sentence's score; lexical: BM25 of its passage, x / (x + 10); words: words of the question;
    count: a figure is asked for; cross: the passage is in another language;
    met: how the best passage's tokens meet the question's; met_lead: how far it leads over the fifth; weakest: how well
    the least met weighty word is met there; all 0 where tokens are not known;
    untyped: the best sentence holds nothing of the kind asked for; undated: the best passage, its title and its date
    name no year that the question names.
    """

    similarity: float = 0.0
    background: float = 0.0
    lead: float = 0.0
    missing: float = 0.0
    unknown: float = 0.0
    sentence: float = 0.0
    lexical: float = 0.0
    words: float = 0.0
    count: float = 0.0
    cross: float = 0.0
    met: float = 0.0
    met_lead: float = 0.0
    weakest: float = 0.0
    untyped: float = 0.0
    undated: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: `weights` on Evidence and a `bias`. `answer_at`: least probability that is answered;
    `in_scope_at`: least similarity of a question about the corpus's subject."""

    weights: Evidence
    bias: float
    answer_at: float
    in_scope_at: float

    def probability(self, evidence: Evidence) -> float:
        margin = float(np.array(astuple(evidence)) @ np.array(astuple(self.weights))) + self.bias
        return 1.0 / (1.0 + math.exp(-margin))


def gather(asked: Asked, retrieval: Retrieval, ranked: Sequence[Sentence]) -> Evidence:
    """The evidence behind the best sentence; all zero when nothing was found."""
    if not ranked:
        return Evidence()
    best = ranked[0]
    stored = best.found.stored
    above = np.sort(retrieval.above)[::-1].tolist()
    around = " ".join([stored.document.record.title, *stored.passage.heading, stored.passage.text])
    held = covered_words(asked, around, stored.passage.language)
    shares = retrieval.shares
    cross = stored.passage.language != asked.question.language
    matches = sorted((one.tokens for one in retrieval.found if one.tokens), key=lambda one: -one.met) or [NO_MATCH]
    return Evidence(
        similarity=float(retrieval.windows.max(initial=0.0)),
        background=retrieval.background,
        lead=above[0] - above[min(_LEAD_OVER, len(above)) - 1],
        missing=max((share for word, share in shares.items() if word not in held), default=0.0),
        unknown=0.0 if cross else sum(shares[word] for word in retrieval.unknown),
        sentence=best.score,
        lexical=best.found.lexical / (best.found.lexical + 10.0),
        words=float(len(asked.concepts)),
        count=float(asked.kind == "count"),
        cross=float(cross),
        met=matches[0].met,
        met_lead=matches[0].met - matches[min(_LEAD_OVER, len(matches)) - 1].met,
        weakest=matches[0].weakest,
        untyped=float(asked.kind in TYPED and not holds_kind(asked.kind, best.text, asked.question.standalone)),
        undated=float(_undated(asked.question.standalone, f"{around} {stored.document.record.published}")),
    )


def _undated(question: str, text: str) -> bool:
    years = set(_YEAR.findall(question))
    return bool(years) and years.isdisjoint(_YEAR.findall(text))


def decide(probability: float, evidence: Evidence, calibration: Calibration) -> Reason | None:
    """None to answer, else why not."""
    if probability >= calibration.answer_at:
        return None
    return "out_of_scope" if evidence.similarity < calibration.in_scope_at else "not_in_corpus"
