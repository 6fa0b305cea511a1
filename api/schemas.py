"""The wire shapes of HTTP contract 1: what a client may send, what it gets.

Requests refuse unknown fields. Responses may gain fields, never lose or rename one; clients ignore what
they do not know. Offsets count Unicode code points of the document's canonical text of that version.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corpus.metadata import date_interval
from qa.answer import MAX_HISTORY, MAX_K, DropReason, Mode, Reason, Status
from qa.timeframe import FrameBasis

from .fields import Count, Flag, PartialDate, QuestionText, Value

SCHEMA = 1
MAX_PAGE = 200


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FiltersIn(Request):
    """OR inside a list, AND between fields. Documents without a date are left out by a date filter."""

    published_from: PartialDate | None = Field(default=None, examples=["2011-08"])
    published_to: PartialDate | None = Field(default=None, examples=["2024"])
    publisher: list[Value] = []
    source_type: list[Value] = []
    topic: list[Value] = []
    language: list[Value] = []
    document_id: list[Value] = []

    @model_validator(mode="after")
    def _in_order(self) -> FiltersIn:
        first, last = self.published_from, self.published_to
        if first and last and date_interval(first)[0] > date_interval(last)[1]:
            raise ValueError(f"published_from {first} is later than published_to {last}; swap them")
        return self


class Turn(Request):
    question: QuestionText


class SearchRequest(Request):
    question: QuestionText
    k: Count = 5
    mode: Literal["passages"] = "passages"
    explain: Flag = False
    filters: FiltersIn = FiltersIn()
    history: Annotated[list[Turn], Field(max_length=MAX_HISTORY)] = []


class AskRequest(SearchRequest):
    mode: Mode = "extractive"  # type: ignore[assignment]


class SearchParams(FiltersIn):
    """The query string of GET /v1/search; a key may be repeated to give several values."""

    q: QuestionText
    k: Annotated[int, Field(ge=1, le=MAX_K)] = 5
    explain: bool = False

    def request(self) -> SearchRequest:
        filters = FiltersIn.model_validate(self.model_dump(exclude={"q", "k", "explain"}))
        return SearchRequest(question=self.q, k=self.k, explain=self.explain, filters=filters)


class ListParams(FiltersIn):
    """The query string of GET /v1/documents."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50
    cursor: Value | None = None

    def filters(self) -> FiltersIn:
        return FiltersIn.model_validate(self.model_dump(exclude={"limit", "cursor"}))


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)

    def json_text(self, indent: int | None = None) -> str:
        return self.model_dump_json(by_alias=True, indent=indent)


class Numbered(Body):
    schema_: Annotated[int, Field(alias="schema")] = SCHEMA


class SnapshotOut(Body):
    id: str
    documents: int
    passages: int
    created: str


class ExpansionOut(Body):
    found: str
    aliases: list[str]


class TimeOut(Body):
    """A time that the question asks about: its words, first and last day (null: no bound), how it is known."""

    found: str
    first: str | None
    last: str | None
    basis: FrameBasis


class QuestionOut(Body):
    text: str
    language: str
    standalone: str
    expansions: list[ExpansionOut]
    times: list[TimeOut] = []


class FiltersOut(Body):
    published_from: str | None = None
    published_to: str | None = None
    publisher: list[str] = []
    source_type: list[str] = []
    topic: list[str] = []
    language: list[str] = []
    document_id: list[str] = []
    matching_documents: int
    undated: int


class SentenceOut(Body):
    text: str
    passage_id: str
    document_id: str
    start: int
    end: int
    citations: list[int]
    written: Annotated[str | None, Field(exclude_if=lambda text: text is None)] = None


class DroppedOut(Body):
    """`sentence`: number, from 1, of the answer's sentence that it cites; null when it cites none."""

    sentence: int | None
    reason: DropReason


class WritingOut(Body):
    """What a language model added: how many sentences have `written`, what was left out, or why there is nothing."""

    model: str
    kept: int
    dropped: list[DroppedOut]
    problem: str | None


class AnswerOut(Body):
    status: Status | None
    mode: Literal["extractive", "written"]
    reason: Reason | None
    text: str
    confidence: float
    sentences: list[SentenceOut]
    unanswered: list[str] = []
    writing: Annotated[WritingOut | None, Field(exclude_if=lambda writing: writing is None)] = None


class CitationOut(Body):
    """One contiguous quoted span: `quote == text[start:end]` of the document's `version`."""

    number: int
    passage_id: str
    document_id: str
    version: str
    quote: str
    start: int
    end: int
    label: str
    cite_as: str
    url: str | None
    permalink: str


class ScoresOut(Body):
    lexical: float
    dense: float
    windows: float


class RanksOut(Body):
    lexical: int | None
    dense: int | None


class SameOut(Body):
    """A passage of another document of the same source that tells the same: a translation or a copy."""

    passage_id: str
    document_id: str
    language: str


class PassageOut(Body):
    rank: int
    id: str
    document_id: str
    version: str
    text: str
    start: int
    end: int
    heading: list[str]
    page: int | None
    score: float
    scores: ScoresOut
    ranks: RanksOut
    highlights: list[tuple[int, int]]
    same: list[SameOut] = []


class DatedOut(Body):
    value: str
    precision: Literal["day", "month", "year"]
    basis: Literal["stated", "given", "inferred", "unknown"]


class DatesOut(Body):
    published: DatedOut | None
    modified: DatedOut | None
    event: DatedOut | None
    accessed: DatedOut | None


class DocumentOut(Body):
    """`parallel` names the other documents that hold the same source, such as translations."""

    id: str
    version: str
    title: str
    author: list[str]
    publisher: str | None
    dates: DatesOut
    url: str | None
    source_type: str | None
    language: str
    source_language: str | None
    topics: list[str]
    digest: bool
    parallel: list[str]


class Understood(Numbered):
    id: str
    snapshot: SnapshotOut
    question: QuestionOut
    filters: FiltersOut


class SearchResponse(Understood):
    passages: list[PassageOut]
    documents: dict[str, DocumentOut]
    timing_ms: dict[str, float]


class AskResponse(Understood):
    answer: AnswerOut
    citations: list[CitationOut]
    passages: list[PassageOut]
    documents: dict[str, DocumentOut]
    timing_ms: dict[str, float]


class QuestionEvent(Understood):
    """The first event of a stream."""


class PassagesEvent(Body):
    passages: list[PassageOut]
    documents: dict[str, DocumentOut]


class CitationsEvent(Body):
    citations: list[CitationOut]
