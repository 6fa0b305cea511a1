"""The verbs of every door over a home on this machine: requests in, wire shapes out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from corpus.bibliography import FORMATS
from corpus.document import Document, Passage, Span, parse_passage_id
from index.errors import SnapshotError
from index.ports import Filters
from qa.answer import Answer, Done, Query, SnapshotInfo
from qa.errors import InvalidQuery

from . import reading_schemas as r
from . import schemas as s
from . import wire
from .coverage import coverage_of
from .dossier import DOSSIERS, Sheet, check_format, dossier, sources
from .errors import UnknownPassage
from .ports import Answerer, Printed
from .reading_wire import Imprint, document_out, document_response, passage_response

if TYPE_CHECKING:
    from corpus.store import CorpusStore

logger = logging.getLogger(__name__)


def _unobserved(_: Answer) -> None:
    pass


@dataclass(frozen=True)
class AnswerService:
    """Asking. `new_id` names an answer; `today` dates its citations; `recipe_of` says what made a snapshot;
    `observe` is told each answer."""

    engine: Answerer
    today: Callable[[], date]
    new_id: Callable[[], str]
    public_url: str = ""
    log_questions: bool = False
    recipe_of: Callable[[str], str] = "snapshot {}".format
    observe: Callable[[Answer], object] = _unobserved

    def ask(self, request: s.AskRequest) -> s.AskResponse:
        answer = self._answer(request)
        return wire.ask_response(answer, self.new_id(), Imprint(self.today(), self.public_url))

    def printed(self, request: s.AskRequest, style: str) -> Printed:
        """An answer as one of dossier.PRINTS: its body, a sheet of paper, or its sources. Raises InvalidQuery."""
        check_format(style)
        answer, today = self._answer(request), self.today()
        body = wire.ask_response(answer, self.new_id(), Imprint(today, self.public_url))
        if style == "json":
            return Printed("application/json", body.json_text())
        if style in DOSSIERS:
            return dossier(Sheet(request, body, self.recipe_of(body.snapshot.id), today), style)
        cited = dict.fromkeys(citation.document_id for citation in answer.citations)
        return sources([answer.documents[name] for name in cited], style, today)

    def stream(self, request: s.AskRequest) -> Iterator[tuple[str, s.Body]]:
        """The events of one answer by name, lazily; `done` carries what `ask` returns."""
        query, answer_id = self._prepared(request), self.new_id()
        imprint = Imprint(self.today(), self.public_url)
        for event in self.engine.stream(query):
            if isinstance(event, Done):
                self.observe(event.answer)
            yield wire.event_body(event, query, answer_id, imprint)

    def search(self, request: s.SearchRequest) -> s.SearchResponse:
        return wire.search_response(self._answer(request), self.new_id())

    def snapshot(self) -> SnapshotInfo:
        """Of the newest published snapshot that can be opened. Raises SnapshotMissing when there is none."""
        self._take_up_news()
        return self.engine.info()

    def documents(self, params: s.ListParams) -> r.DocumentListResponse:
        """One page of the snapshot's documents; a cursor is the id of the last document already seen."""
        self._take_up_news()
        filters = wire.filters_of(params.filters())
        cards = self.engine.documents(filters, params.cursor or "", params.limit + 1)
        page = cards[: params.limit]
        return r.DocumentListResponse(
            documents=[document_out(card) for card in page],
            next=page[-1].id if len(cards) > len(page) else None,
            total=self.engine.coverage(filters).matching_documents,
        )

    def coverage(self) -> r.CoverageResponse:
        """What can be asked about: counts over all documents of the snapshot."""
        self._take_up_news()
        everything = Filters()
        return coverage_of(self.engine.documents(everything, "", self.engine.coverage(everything).matching_documents))

    def _answer(self, request: s.SearchRequest) -> Answer:
        answer = self.engine.ask(self._prepared(request))
        self.observe(answer)
        return answer

    def _prepared(self, request: s.SearchRequest) -> Query:
        query = wire.query_of(request)
        self._take_up_news()
        if self.log_questions:
            logger.info("question: %s", query.text)
        return query

    def _take_up_news(self) -> None:
        try:
            if self.engine.reload():
                logger.info("now answering from snapshot %s", self.engine.info().id)
        except SnapshotError as error:
            logger.error("the new snapshot is refused, the old one keeps answering: %s", error)


@dataclass(frozen=True)
class DocumentService:
    """Reading: documents, passages and citations straight from the store, so that old versions resolve too."""

    store: CorpusStore
    today: Callable[[], date]
    public_url: str = ""

    def document(self, document_id: str, version: str | None = None) -> r.DocumentResponse:
        """Raises UnknownDocument."""
        document = self.store.get(document_id, version)
        return document_response(document, self._versions(document_id), self._parallel(document), self._imprint())

    def passage(self, passage_id: str) -> r.PassageResponse:
        """The words of any span of any version. Raises UnknownDocument, UnknownPassage."""
        try:
            document_id, version, span = parse_passage_id(passage_id)
        except ValueError as error:
            raise UnknownPassage(str(error)) from error
        document = self.store.get(document_id, version)
        if span.end > len(document.text) or len(span) == 0:
            raise UnknownPassage(
                f"{document_id} has {len(document.text)} characters in version {version}; "
                f"{span.start}-{span.end} is no part of it"
            )
        latest = self.store.get(document_id)
        passage = passage_at(document, span)
        return passage_response(document, passage, latest, self._parallel(document), self._imprint())

    def citation(self, document_id: str, style: str) -> Printed:
        """`style` is a key of FORMATS. Raises UnknownDocument, InvalidQuery."""
        if style not in FORMATS:
            raise InvalidQuery("format", f"one of {', '.join(sorted(FORMATS))}, not {style!r}")
        form = FORMATS[style]
        return Printed(form.media_type, form.write(self.store.get(document_id), self.today()))

    def _imprint(self) -> Imprint:
        return Imprint(self.today(), self.public_url)

    def _versions(self, document_id: str) -> list[str]:
        return [stored.version for stored in self.store.versions(document_id)]

    def _parallel(self, document: Document) -> tuple[str, ...]:
        return self.store.parallel(document.id)


def passage_at(document: Document, span: Span) -> Passage:
    """A span as a passage: its words, the headings above its start and its page."""
    path: dict[int, str] = {}
    for heading in document.headings:
        if heading.span.start <= span.start:
            path = {level: title for level, title in path.items() if level < heading.level}
            path[heading.level] = heading.title
    page = sum(start <= span.start for start in document.pages) or None
    return Passage(
        document_id=document.id,
        version=document.version,
        ordinal=0,
        span=span,
        text=span.slice(document.text),
        language=document.language,
        heading=tuple(path[level] for level in sorted(path)),
        page=page,
    )
