"""Does the corpus answer this question? Evidence -> probability -> answer, or a typed reason not to. Pure.

The weights are data (tuned.json); `qa.evaluation.tuning` fits them on the golden set's training part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from corpus.document import Passage, Span
from index.ports import Reader
from index.tokenize import words

from .answer import Reason
from .answer_type import TYPED, holds_kind
from .extract import Sentence, covered_words
from .question import Asked
from .reread import CERTAIN, reread, said
from .retrieve import Found, Retrieval
from .slots import Slot, slots

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LEAD_OVER = 5  # place of the window that the best one is compared with
_TOLD_APART = ("place", "nation", "people")  # kinds of slots of which a corpus holds several that read alike


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer, computed from candidates' text and vectors.

    similarity: the best window's cosine; background: the question's mean cosine with windows of its language; lead:
    how far the best window stands above the fifth; missing: the largest share of the question's idf mass held by one
    word that the best passage lacks, with title, headings and the passage before it where that was found too;
    sentence: the best sentence's score; words: words of the question; count: a figure is asked for; untyped: the best
    sentence holds nothing of the kind asked for; undated: none of these texts, nor its date, names a year that the
    question names; elsewhere: of places, nations and groups of people, how many kinds the question names one of that
    the sentence and its neighbours do not, and one more where the source asked of is another; unnamed: the share of
    names that these texts lack; read: the best log odds of those that a reader read, since a question has an
    answer where any sentence is one; 0 where none was.
    """

    similarity: float = 0.0
    background: float = 0.0
    lead: float = 0.0
    missing: float = 0.0
    sentence: float = 0.0
    words: float = 0.0
    count: float = 0.0
    untyped: float = 0.0
    undated: float = 0.0
    elsewhere: float = 0.0
    unnamed: float = 0.0
    read: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: `weights` on Evidence and a `bias`. `answer_at`: least probability that is answered;
    `in_scope_at`: least similarity of a question about the corpus's subject."""

    weights: Evidence
    bias: float
    answer_at: float
    in_scope_at: float

    def margin(self, evidence: Evidence) -> float:
        """The log odds of an answer."""
        return float(np.array(astuple(evidence)) @ np.array(astuple(self.weights))) + self.bias

    def probability(self, evidence: Evidence) -> float:
        return 1.0 / (1.0 + math.exp(-self.margin(evidence)))


def gather(asked: Asked, retrieval: Retrieval, ranked: Sequence[Sentence]) -> Evidence:
    """The evidence behind the best sentence, nothing read; all zero when nothing was found."""
    if not ranked:
        return Evidence()
    best, shares = ranked[0], retrieval.shares
    stored, question = best.found.stored, asked.question.standalone
    passage, above = stored.passage, np.sort(retrieval.above)[::-1].tolist()
    headed = " ".join([stored.document.record.title, *passage.heading])
    near = passage.sentences[max(0, best.place - 1) : best.place + 2]
    beside = covered_words(asked, f"{headed} {Span(near[0].start, near[-1].end).slice(passage.text)}", passage.language)
    told = f"{headed} {_before(passage, retrieval.found)} {passage.text}"
    held = covered_words(asked, told, passage.language)
    other_source = asked.source is not None and bool(asked.source.outlets) and best.signals.source == 0.0
    absent = {one.word: one.is_name for one in asked.concepts if one.word not in held and one.word in shares}
    return Evidence(
        similarity=float(retrieval.windows.max(initial=0.0)),
        background=retrieval.background,
        lead=above[0] - above[min(_LEAD_OVER, len(above)) - 1],
        missing=max((shares[word] for word in absent), default=0.0),
        sentence=best.score,
        words=float(len(asked.concepts)),
        count=float(asked.kind == "count"),
        untyped=float(asked.kind in TYPED and not holds_kind(asked.kind, best.text, question)),
        undated=float(_undated(question, f"{told} {stored.document.record.published}")),
        elsewhere=float(len({one.kind for one in slots(question) if _is_told_apart(one, beside)}) + other_source),
        unnamed=sum(shares[word] for word, is_name in absent.items() if is_name),
    )


def read_and_gather(
    asked: Asked, found: Retrieval, ranked: Sequence[Sentence], reader: Reader | None, weight: float, model: Calibration
) -> tuple[list[Sentence], Evidence]:
    """The sentences in their last order, and the evidence: that behind the best before anything was read, and what a
    reader says. `weight`: of its log odds in the order; `model`: tells whether reading on may change anything."""
    evidence = gather(asked, found, ranked)
    sentences = reread(asked, ranked, reader, weight, model.margin(evidence))
    return sentences, replace(evidence, read=said([one.read for one in sentences if one.read is not None]))


def _before(passage: Passage, found: Sequence[Found]) -> str:
    """The text of the passage before, where it was found too: who "he" is, and of which year "that spring"."""
    place = (passage.document_id, passage.ordinal - 1)
    passages = (one.stored.passage for one in found)
    return next((one.text for one in passages if (one.document_id, one.ordinal) == place), "")


def _is_told_apart(slot: Slot, held: Collection[str]) -> bool:
    return slot.kind in _TOLD_APART and not any(word in held for word in words(slot.text))


def _undated(question: str, text: str) -> bool:
    years = set(_YEAR.findall(question))
    return bool(years) and years.isdisjoint(_YEAR.findall(text))


def chance(evidence: Evidence, calibration: Calibration, met: float) -> float:
    """How likely an answer is. `met`: see Retrieval; where no passage holds any word of the question, in any spelling
    or language that is known of it, what is merely near answers nothing: of 18 such golden questions one had an answer,
    of four of the development gold file none. And where a reader is certain that nothing read answers, nothing else
    outweighs it."""
    return calibration.probability(evidence) if met and evidence.read > CERTAIN else 0.0


def decide(probability: float, evidence: Evidence, calibration: Calibration) -> Reason | None:
    """None to answer, else why not."""
    if probability >= calibration.answer_at:
        return None
    return "out_of_scope" if evidence.similarity < calibration.in_scope_at else "not_in_corpus"
