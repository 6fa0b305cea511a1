"""Domain values to wire shapes and back; pure.

Every door prints with these functions, so the doors cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from corpus.bibliography import cite_as, label
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
from .reading_wire import Imprint, document_out, placed

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
            unanswered=list(answer.unanswered),
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


def _passage(scored: ScoredPassage) -> s.PassageOut:
    return s.PassageOut(
        **placed(scored.passage),
        rank=scored.rank,
        score=scored.score,
        scores=s.ScoresOut(lexical=scored.lexical, dense=scored.dense, windows=scored.windows),
        ranks=s.RanksOut(lexical=scored.lexical_rank, dense=scored.dense_rank),
        highlights=[(span.start, span.end) for span in scored.highlights],
        same=[s.SameOut(passage_id=one.id, document_id=one.document_id, language=one.language) for one in scored.same],
    )


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
