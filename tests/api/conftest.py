"""A small home and a scripted engine: the doors are tested without an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import AnswerService, DocumentService
from corpus.document import Document, Passage, Span
from corpus.ingest import read_document
from corpus.store import CorpusStore
from index.errors import SnapshotError
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
from qa.errors import WriterMissing

MARKDOWN = """---
id: vnukovo
title: "Held at the airport 😀"
publisher: "Asia-Plus"
published: "2024-04-29"
published_basis: stated
url: "https://example.org/vnukovo"
source_type: news
lang: en
topics: [airport-standoffs]
digest: true
---

## At Vnukovo

On 27 April 2024 Vnukovo still held 954 citizens. Some of them were students 😀 of Russian universities.

## Later

All were let go in May.
"""

RUSSIAN = """---
id: vnukovo.ru
title: "Люди во Внукове"
publisher: "Азия-Плюс"
published: "2024"
published_basis: inferred
lang: ru
translation_of: vnukovo
---

Во Внукове удерживали 954 человека.
"""


def add(store: CorpusStore, text: str, name: str) -> None:
    store.add(*read_document(text.encode(), name))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CorpusStore]:
    opened = CorpusStore(tmp_path / "corpus.sqlite", clock=lambda: datetime(2026, 11, 1, tzinfo=UTC))
    add(opened, MARKDOWN, "vnukovo.md")
    add(opened, RUSSIAN, "vnukovo.ru.md")
    yield opened
    opened.close()


@pytest.fixture
def revise(store: CorpusStore) -> Callable[[str, str], None]:
    """Adds the English document again with `old` replaced by `new`."""
    return lambda old, new: add(store, MARKDOWN.replace(old, new), "vnukovo.md")


def card_of(document: Document) -> DocumentCard:
    return DocumentCard(document.id, document.version, document.name, document.language, document.record)


@dataclass
class ScriptedEngine:
    """Implements Answerer: answers from one sentence of one document, declines what does not mention it."""

    store: CorpusStore
    snapshot: str = "aaaaaaaaaaaa"
    published: str | SnapshotError = "aaaaaaaaaaaa"
    asked: list[Query] = field(default_factory=list)
    fault: Exception | None = None  # of a stream, after its first event
    held: Event = field(default_factory=Event)  # cleared by a test, it holds a stream after its passages
    ended: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.held.set()

    def info(self) -> SnapshotInfo:
        return SnapshotInfo(self.snapshot, 2, 3, datetime(2026, 11, 1, 12, tzinfo=UTC))

    def reload(self) -> bool:
        if isinstance(self.published, SnapshotError):
            raise self.published
        changed, self.snapshot = self.snapshot != self.published, self.published
        return changed

    def documents(self, filters: Filters, after: str, limit: int) -> list[DocumentCard]:
        cards = [card_of(document) for document in self.store.documents() if document.id > after]
        return [card for card in cards if not filters.publisher or card.record.publisher in filters.publisher][:limit]

    def coverage(self, filters: Filters) -> Coverage:
        return Coverage(len(self.documents(filters, "", 99)), 0)

    def stream(self, query: Query) -> Iterator[AnswerEvent]:
        answer = self.ask(query)
        try:
            yield QuestionUnderstood(answer.question, answer.coverage, answer.snapshot)
            if self.fault:
                raise self.fault
            yield PassagesFound(answer.passages, answer.parallel)
            self.held.wait(10)
            yield from map(SentenceChosen, answer.sentences)
            yield CitationsMade(answer.citations, answer.documents)
            yield Done(answer)
        finally:
            self.ended.set()

    def ask(self, query: Query) -> Answer:
        self.asked.append(query)
        if query.mode == "written":
            raise WriterMissing("mode: this engine has no writer")
        document = self.store.get("vnukovo")
        declined = Answer(
            query=query,
            snapshot=self.info(),
            question=Question(query.text, "en", query.text),
            coverage=self.coverage(query.filters),
            passages=(_scored(document),),
            documents={document.id: card_of(document)},
            parallel={document.id: ("vnukovo.ru",)},
            confidence=0.1,
            timing_ms={"encode": 1.0, "search": 2.0, "answer": 0.5, "total": 3.5},
        )
        if query.mode == "passages":
            return declined
        if "Vnukovo" not in query.text:
            return replace(declined, status="abstained", reason="not_in_corpus")
        return replace(declined, status="answered", confidence=0.9, **_quoted(document))


def _passage(document: Document) -> Passage:
    start = document.text.index("On 27 April")
    end = document.text.index("universities.") + len("universities.")
    span = Span(start, end)
    return Passage(document.id, document.version, 0, span, span.slice(document.text), "en", ("At Vnukovo",))


def _scored(document: Document) -> ScoredPassage:
    passage = _passage(document)
    return ScoredPassage(1, passage, card_of(document), 0.8, 3.1, 0.9, 0.95, 1, None, (passage.span,))


def _quoted(document: Document) -> dict[str, tuple[object, ...]]:
    passage = _passage(document)
    span = Span(document.text.index("Some of them"), passage.span.end)
    words = span.slice(document.text)
    sentence = AnswerSentence(words, passage.id, document.id, span, (1,))
    return {
        "sentences": (sentence,),
        "citations": (Citation(1, passage.id, document.id, document.version, words, span),),
    }


@pytest.fixture
def engine(store: CorpusStore) -> ScriptedEngine:
    return ScriptedEngine(store)


@pytest.fixture
def client(store: CorpusStore, engine: ScriptedEngine) -> TestClient:
    today = lambda: date(2026, 11, 22)  # noqa: E731
    answers = AnswerService(engine, today, lambda: "answer-1", "https://ask.example.org")
    documents = DocumentService(store, today, "https://ask.example.org")
    app = create_app(answers, documents, max_body_bytes=20_000)
    return TestClient(app, raise_server_exceptions=False)
