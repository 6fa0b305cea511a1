"""Does the corpus answer this question? Evidence -> probability -> answer, or a typed reason not to. Pure.

The weights are data (tuned.json); `qa.evaluation.tuning` fits them on the golden set's training part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Self

import numpy as np

from .answer import Reason
from .answer_type import holds_kind
from .extract import Sentence, covered_words
from .question import Asked
from .retrieve import Found

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer; each about 0..1, computed from candidates' text and vectors.

    similarity: best window's cosine; peak: its distance from the other windows' median; coverage: idf mass of the
    question's words in the best sentence; passage_coverage: the same in its passage with headings and title;
    lexical: BM25 of its passage, x / (x + 10); agreement: 1 when both legs rank the passage
    among their first three; kind: the sentence holds the kind of answer asked for; years_missing,
    numbers_missing: asked for and not in the passage or its record; names_missing: idf mass share of capitalised
    words that no passage found holds; cross: the passage is in another language.
    """

    similarity: float
    peak: float
    coverage: float
    passage_coverage: float
    lexical: float
    agreement: float
    kind: float
    years_missing: float
    names_missing: float
    cross: float

    @classmethod
    def nothing(cls) -> Self:
        return cls(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


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


def gather(asked: Asked, found: Sequence[Found], ranked: Sequence[Sentence], shares: Mapping[str, float]) -> Evidence:
    """The evidence behind the best sentence; all zero when nothing was found."""
    if not ranked:
        return Evidence.nothing()
    best = ranked[0]
    stored = best.found.stored
    windows = np.concatenate([one.similarities for one in found])
    around = _around(best.found)
    return Evidence(
        similarity=float(windows.max()),
        peak=float(windows.max() - np.median(windows)),
        coverage=_mass(shares, best.covered),
        passage_coverage=_mass(shares, covered_words(asked, around, stored.passage.language)),
        lexical=best.found.lexical / (best.found.lexical + 10.0),
        agreement=float(0 < best.found.lexical_rank <= 3 and 0 < best.found.dense_rank <= 3),
        kind=float(asked.kind == "other" or holds_kind(asked.kind, best.text, asked.question.standalone)),
        years_missing=_years_missing(asked, around),
        names_missing=_names_missing(asked, found, shares),
        cross=float(stored.passage.language != asked.question.language),
    )


def _around(found: Found) -> str:
    """The passage with what stands above it: title, publisher, dates, headings."""
    record = found.stored.document.record
    dates = " ".join(date.value for date in (record.published, record.event) if date)
    return " ".join([record.title, record.publisher, dates, *found.stored.passage.heading, found.stored.passage.text])


def _mass(shares: Mapping[str, float], held: Iterable[str]) -> float:
    return min(1.0, sum(shares[word] for word in held))


def _years_missing(asked: Asked, around: str) -> float:
    years = set(_YEAR.findall(asked.question.standalone))
    return len(years - set(_NUMBER.findall(around))) / len(years) if years else 0.0


def _names_missing(asked: Asked, found: Sequence[Found], shares: Mapping[str, float]) -> float:
    """Weight of the question's names that none of the best passages holds, over that of all its names."""
    names = {concept.word for concept in asked.concepts if concept.is_name}
    if not names:
        return 0.0
    held: set[str] = set()
    for one in found[:5]:
        held |= covered_words(asked, _around(one), one.stored.passage.language)
    return _mass(shares, names - held) / (_mass(shares, names) or 1.0)


def decide(probability: float, evidence: Evidence, calibration: Calibration) -> Reason | None:
    """None to answer, else why not."""
    if probability >= calibration.answer_at:
        return None
    return "out_of_scope" if evidence.similarity < calibration.in_scope_at else "not_in_corpus"
