"""The nouns of answering: a Query goes in, an Answer comes out, AnswerEvents on the way.

An Answer is the fold of its events (`Done` carries it whole). Frozen; nothing here computes an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from corpus.document import Passage, Span
from index.ports import Coverage, DocumentCard, Filters

from .errors import InvalidQuery
from .timeframe import Timeframe

Mode = Literal["extractive", "passages", "written"]
Status = Literal["answered", "abstained"]
Reason = Literal["not_in_corpus", "out_of_scope", "no_documents_match_filters", "question_not_understood"]
# Why a writer's sentence is not shown: it cites nothing, or nothing that there is; it is no plain sentence; what it
# cites lacks a word, a figure or a name of it, denies it, or says it of somebody else.
DropReason = Literal["no_citation", "unknown_citation", "markup", "words", "figure", "name", "denial", "order"]

MAX_QUESTION = 2000  # characters; DESIGN of the HTTP contract
MAX_K = 50
MAX_HISTORY = 10


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asks. Raises InvalidQuery when a bound of the contract is broken."""

    text: str
    k: int = 5
    mode: Mode = "extractive"
    filters: Filters = field(default_factory=Filters)
    history: tuple[str, ...] = ()
    explain: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.text) <= MAX_QUESTION:
            raise InvalidQuery("question", f"1 to {MAX_QUESTION} characters, not {len(self.text)}")
        if not self.text.strip():
            raise InvalidQuery("question", "it holds only white space; write a question")
        if not 1 <= self.k <= MAX_K:
            raise InvalidQuery("k", f"1 to {MAX_K}, not {self.k}")
        if len(self.history) > MAX_HISTORY:
            raise InvalidQuery("history", f"at most {MAX_HISTORY} earlier questions, not {len(self.history)}")


@dataclass(frozen=True, slots=True)
class Expansion:
    """A name or term of the question and the other spellings that were searched as well."""

    found: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The question as it was understood."""

    text: str
    language: str
    standalone: str
    expansions: tuple[Expansion, ...] = ()
    times: tuple[Timeframe, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage that may be shown, and why it is here. Scores are comparable within one answer only.

    `ranks` are 1-based places in each leg, None where the leg did not return it. `highlights` are spans of
    the document that match the question's words. `same`: passages of other documents of its source that tell the
    same, translations and copies, which take no place of their own.
    """

    rank: int
    passage: Passage
    document: DocumentCard
    score: float
    lexical: float
    dense: float
    windows: float
    lexical_rank: int | None
    dense_rank: int | None
    highlights: tuple[Span, ...] = ()
    same: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of the answer: the exact slice `span` of the document. `citations` are citation numbers."""

    text: str
    passage_id: str
    document_id: str
    span: Span
    citations: tuple[int, ...]
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A writer's sentence that is not shown. `sentence`: number, from 1, of the answer's sentence it cites, if any."""

    sentence: int | None
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Writing:
    """What came of asking the writer. `problem` says why it gave nothing, None when it replied."""

    model: str
    dropped: tuple[Dropped, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One contiguous quoted span. Law: `quote` equals the document's slice at `span` in `version`."""

    number: int
    passage_id: str
    document_id: str
    version: str
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    id: str
    documents: int
    passages: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Law: "answered" needs at least one citation; "abstained" has a reason, no text, no sentences, no citations.

    `status` is None in mode "passages". `confidence` is the calibrated probability that the corpus answers.
    `documents` holds the card of every document that a passage or a citation names; `parallel` lists, by
    document id, the other documents that hold the same source. `timing_ms` has the keys encode, search, answer, total.
    `unanswered` names the parts of a question of several parts that the corpus does not answer.
    `writing` is None unless a writer was asked; whatever it did, the verbatim sentences are those of mode "extractive".
    """

    query: Query
    snapshot: SnapshotInfo
    question: Question
    coverage: Coverage
    passages: tuple[ScoredPassage, ...]
    status: Status | None = None
    reason: Reason | None = None
    confidence: float = 0.0
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    documents: Mapping[str, DocumentCard] = field(default_factory=dict)
    parallel: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    timing_ms: Mapping[str, float] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    writing: Writing | None = None

    def __post_init__(self) -> None:
        if self.status == "answered" and not (self.citations and self.sentences and self.reason is None):
            raise ValueError("an answered Answer needs sentences, at least one citation and no reason")
        if self.status != "answered" and (self.citations or self.sentences):
            raise ValueError("only an answered Answer may hold sentences and citations")
        if (self.status == "abstained") != (self.reason is not None):
            raise ValueError("an abstained Answer needs a reason, and only that one")

    @property
    def text(self) -> str:
        """The sentences in order, white space collapsed, each followed by its citation numbers."""
        parts = []
        for sentence in self.sentences:
            words = " ".join((sentence.written or sentence.text).split())
            parts.append(" ".join([words, *(f"[{number}]" for number in sentence.citations)]))
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class QuestionUnderstood:
    question: Question
    coverage: Coverage
    snapshot: SnapshotInfo


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """`parallel` as in Answer, for the documents of these passages."""

    passages: tuple[ScoredPassage, ...]
    parallel: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentenceChosen:
    sentence: AnswerSentence


@dataclass(frozen=True, slots=True)
class CitationsMade:
    """`documents` holds the card of every document cited."""

    citations: tuple[Citation, ...]
    documents: Mapping[str, DocumentCard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


AnswerEvent = QuestionUnderstood | PassagesFound | SentenceChosen | CitationsMade | Done
