"""Domain values to wire shapes and back; pure.

Every door prints with these functions, so the doors cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from corpus.bibliography import cite_as, label
from corpus.document import Dated, Document, Passage, Record, Span, passage_id
from index.ports import Coverage, DocumentCard, Filters
from qa.answer import (
    Answer,
    AnswerEvent,
    AnswerSentence,
    Citation,
    CitationsMade,
    Done,
    PassagesFound,
    Query,
    Question,
    QuestionUnderstood,
    ScoredPassage,
    SentenceChosen,
    SnapshotInfo,
)
from qa.errors import InvalidQuery
from qa.timeframe import Timeframe

from . import schemas as s
from .errors import issues_of

Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], values: Mapping[str, Any]) -> Model:
    """`values` as a request. Raises InvalidQuery naming the first field that breaks the contract."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        issue = issues_of(error.errors(include_url=False))[0]
        raise InvalidQuery(issue["field"], issue["problem"]) from error


def parse_json(model: type[Model], text: str, field: str) -> Model:
    """Raises InvalidQuery; `field` names the text itself when it is no JSON."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        issue = issues_of(error.errors(include_url=False))[0]
        raise InvalidQuery(issue["field"] or field, issue["problem"]) from error


def query_of(request: s.SearchRequest) -> Query:
    return Query(
        text=request.question,
        k=request.k,
        mode=request.mode,
        filters=filters_of(request.filters),
        history=tuple(turn.question for turn in request.history),
        explain=request.explain,
    )


def filters_of(filters: s.FiltersIn) -> Filters:
    """Values keep their order; repeated ones count once."""
    return Filters(
        published_from=filters.published_from,
        published_to=filters.published_to,
        publisher=_unique(filters.publisher),
        source_type=_unique(filters.source_type),
        topic=_unique(filters.topic),
        language=_unique(filters.language),
        document_id=_unique(filters.document_id),
    )


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a printed answer needs beside the answer: when it was read and where its passages can be read again."""

    accessed: date
    public_url: str = ""

    def permalink(self, document_id: str, version: str, span: Span) -> str:
        return f"{self.public_url.rstrip('/')}/v1/passages/{passage_id(document_id, version, span)}"


def ask_response(answer: Answer, answer_id: str, imprint: Imprint) -> s.AskResponse:
    cards = answer.documents
    return s.AskResponse(
        **_found(answer, answer_id),
        answer=s.AnswerOut(
            status=answer.status,
            mode="written" if answer.query.mode == "written" else "extractive",
            reason=answer.reason,
            text=answer.text,
            confidence=answer.confidence,
            sentences=[_sentence(sentence) for sentence in answer.sentences],
            writing=_writing(answer),
        ),
        citations=[_citation(citation, cards[citation.document_id], imprint) for citation in answer.citations],
    )


def search_response(answer: Answer, answer_id: str) -> s.SearchResponse:
    return s.SearchResponse(**_found(answer, answer_id))


def snapshot_out(snapshot: SnapshotInfo) -> s.SnapshotOut:
    return s.SnapshotOut(
        id=snapshot.id,
        documents=snapshot.documents,
        passages=snapshot.passages,
        created=snapshot.created.isoformat(timespec="seconds"),
    )


def document_out(card: DocumentCard | Document, parallel: tuple[str, ...] = ()) -> s.DocumentOut:
    return s.DocumentOut(**_described(card, parallel))


def document_response(
    document: Document, versions: list[str], parallel: tuple[str, ...], imprint: Imprint
) -> s.DocumentResponse:
    return s.DocumentResponse(
        **_described(document, parallel),
        name=document.name,
        label=label(document.record),
        cite_as=cite_as(document.record, imprint.accessed),
        text=document.text,
        headings=[
            s.HeadingOut(start=heading.span.start, end=heading.span.end, level=heading.level, title=heading.title)
            for heading in document.headings
        ],
        pages=list(document.pages),
        hidden=[(span.start, span.end) for span in document.hidden],
        versions=versions,
    )


def passage_response(
    document: Document, passage: Passage, latest: Document, parallel: tuple[str, ...], imprint: Imprint
) -> s.PassageResponse:
    return s.PassageResponse(
        **_placed(passage),
        latest_version=latest.version,
        label=label(document.record),
        cite_as=cite_as(document.record, imprint.accessed),
        permalink=imprint.permalink(document.id, document.version, passage.span),
        changed=None if latest.version == document.version else _change(passage, latest),
        document=document_out(document, parallel),
    )


def event_body(event: AnswerEvent, query: Query, answer_id: str, imprint: Imprint) -> tuple[str, s.Body]:
    """An event's name on the wire and what it carries; the last one, `done`, carries the whole answer."""
    match event:
        case QuestionUnderstood(question, coverage, snapshot):
            return "question", s.QuestionEvent(**_understood(answer_id, snapshot, question, query.filters, coverage))
        case PassagesFound(passages, parallel):
            cards = {scored.document.id: scored.document for scored in passages}
            return "passages", s.PassagesEvent(
                passages=[_passage(scored) for scored in passages], documents=_documents(cards, parallel)
            )
        case SentenceChosen(sentence):
            return "sentence", _sentence(sentence)
        case CitationsMade(citations, cards):
            return "citations", s.CitationsEvent(
                citations=[_citation(citation, cards[citation.document_id], imprint) for citation in citations]
            )
        case Done(answer):
            return "done", ask_response(answer, answer_id, imprint)


def _found(answer: Answer, answer_id: str) -> dict[str, Any]:
    return {
        **_understood(answer_id, answer.snapshot, answer.question, answer.query.filters, answer.coverage),
        "passages": [_passage(scored) for scored in answer.passages],
        "documents": _documents(answer.documents, answer.parallel),
        "timing_ms": {name: round(value, 2) for name, value in answer.timing_ms.items()},
    }


def _documents(cards: Mapping[str, DocumentCard], parallel: Mapping[str, tuple[str, ...]]) -> dict[str, s.DocumentOut]:
    return {name: document_out(card, parallel.get(name, ())) for name, card in cards.items()}


def _change(passage: Passage, latest: Document) -> s.ChangeOut:
    """Where the words stand in the latest version: at the place nearest to the old one."""
    places = [match.start() for match in re.finditer(re.escape(passage.text), latest.text)]
    if not places:
        return s.ChangeOut(status="gone", version=latest.version, start=None, end=None)
    start = min(places, key=lambda place: abs(place - passage.span.start))
    status: Literal["same_place", "moved"] = "same_place" if start == passage.span.start else "moved"
    return s.ChangeOut(status=status, version=latest.version, start=start, end=start + len(passage.text))


def _understood(
    answer_id: str, snapshot: SnapshotInfo, question: Question, filters: Filters, coverage: Coverage
) -> dict[str, Any]:
    return {
        "id": answer_id,
        "snapshot": snapshot_out(snapshot),
        "question": s.QuestionOut(
            text=question.text,
            language=question.language,
            standalone=question.standalone,
            expansions=[s.ExpansionOut(found=e.found, aliases=list(e.aliases)) for e in question.expansions],
            times=[_time(frame) for frame in question.times],
        ),
        "filters": s.FiltersOut(
            published_from=filters.published_from,
            published_to=filters.published_to,
            publisher=list(filters.publisher),
            source_type=list(filters.source_type),
            topic=list(filters.topic),
            language=list(filters.language),
            document_id=list(filters.document_id),
            matching_documents=coverage.matching_documents,
            undated=coverage.undated,
        ),
    }


def _time(frame: Timeframe) -> s.TimeOut:
    first, last = (
        None if day is None else date.fromisoformat(str(day)).isoformat() for day in (frame.first, frame.last)
    )
    return s.TimeOut(found=frame.found, first=first, last=last, basis=frame.basis)


def _sentence(sentence: AnswerSentence) -> s.SentenceOut:
    return s.SentenceOut(
        text=sentence.text,
        passage_id=sentence.passage_id,
        document_id=sentence.document_id,
        start=sentence.span.start,
        end=sentence.span.end,
        citations=list(sentence.citations),
        written=sentence.written,
    )


def _writing(answer: Answer) -> s.WritingOut | None:
    writing = answer.writing
    if writing is None:
        return None
    return s.WritingOut(
        model=writing.model,
        kept=sum(sentence.written is not None for sentence in answer.sentences),
        dropped=[s.DroppedOut(sentence=one.sentence, reason=one.reason) for one in writing.dropped],
        problem=writing.problem,
    )


def _citation(citation: Citation, card: DocumentCard, imprint: Imprint) -> s.CitationOut:
    return s.CitationOut(
        number=citation.number,
        passage_id=citation.passage_id,
        document_id=citation.document_id,
        version=citation.version,
        quote=citation.quote,
        start=citation.span.start,
        end=citation.span.end,
        label=label(card.record),
        cite_as=cite_as(card.record, imprint.accessed),
        url=card.record.url or card.record.url_alt or None,
        permalink=imprint.permalink(citation.document_id, citation.version, citation.span),
    )


def _placed(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "version": passage.version,
        "text": passage.text,
        "start": passage.span.start,
        "end": passage.span.end,
        "heading": list(passage.heading),
        "page": passage.page,
    }


def _passage(scored: ScoredPassage) -> s.PassageOut:
    return s.PassageOut(
        **_placed(scored.passage),
        rank=scored.rank,
        score=scored.score,
        scores=s.ScoresOut(lexical=scored.lexical, dense=scored.dense, windows=scored.windows),
        ranks=s.RanksOut(lexical=scored.lexical_rank, dense=scored.dense_rank),
        highlights=[(span.start, span.end) for span in scored.highlights],
    )


def _described(card: DocumentCard | Document, parallel: tuple[str, ...]) -> dict[str, Any]:
    record: Record = card.record
    return {
        "id": card.id,
        "version": card.version,
        "title": record.title or card.name,
        "author": list(record.author),
        "publisher": record.publisher or None,
        "dates": s.DatesOut(
            published=_dated(record.published),
            modified=_dated(record.modified),
            event=_dated(record.event),
            accessed=_dated(record.accessed),
        ),
        "url": record.url or record.url_alt or None,
        "source_type": record.source_type or None,
        "language": card.language,
        "source_language": record.source_language or None,
        "topics": list(record.topics),
        "digest": record.digest,
        "parallel": list(parallel),
    }


def _dated(dated: Dated | None) -> s.DatedOut | None:
    return None if dated is None else s.DatedOut(value=dated.value, precision=dated.precision, basis=dated.basis)


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
