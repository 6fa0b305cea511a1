"""What the library holds, counted from its cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from api.coverage import coverage_of
from corpus.document import Dated, Record
from corpus.store import CorpusStore
from index.ports import DocumentCard


def card(name: str, published: str | None = None, **record: object) -> DocumentCard:
    dated = Dated(published, "stated") if published else None
    return DocumentCard(name, "0" * 12, name, "en", replace(Record(published=dated), **record))  # type: ignore[arg-type]


def test_years_run_without_gaps_and_undated_documents_are_counted_apart() -> None:
    coverage = coverage_of([card("a", "2011"), card("b", "2013"), card("c", "2013"), card("d")])
    assert [(year.value, year.documents) for year in coverage.years] == [("2011", 1), ("2012", 0), ("2013", 2)]
    assert (coverage.documents, coverage.undated) == (4, 1)


def test_facets_go_from_the_most_frequent_and_leave_out_what_is_unknown() -> None:
    cards = [card("a", publisher="B"), card("b", publisher="B"), card("c", publisher="A"), card("d")]
    assert [(one.value, one.documents) for one in coverage_of(cards).publishers] == [("B", 2), ("A", 1)]


def test_a_document_counts_under_each_of_its_topics() -> None:
    coverage = coverage_of([card("a", topics=("x", "y")), card("b", topics=("x",)), card("c", topics=())])
    assert [(one.value, one.documents) for one in coverage.topics] == [("x", 2), ("y", 1)]


def test_questions_are_suggested_only_when_their_document_is_held() -> None:
    assert coverage_of([card("a")]).suggested_questions == []
    held = coverage_of([card("2024-reuters-clampdown-risks")]).suggested_questions
    assert [one.language for one in held] == ["tg"]


def test_an_empty_library_has_nothing_to_count() -> None:
    coverage = coverage_of([])
    assert (coverage.documents, coverage.years, coverage.publishers) == (0, [], [])


def test_documents_are_counted_once_for_each_snapshot(client: TestClient, engine: Any, store: CorpusStore) -> None:
    asked: list[object] = []
    plain = engine.documents
    engine.documents = lambda *call: (asked.append(call), plain(*call))[1]
    for _ in range(3):
        assert client.get("/v1/coverage").json()["documents"] == 2
    counted_once = len(asked)
    store.remove("vnukovo.ru")
    engine.published = "bbbbbbbbbbbb"
    assert client.get("/v1/coverage").json()["documents"] == 1
    assert counted_once < len(asked)
    assert counted_once == len(asked) - counted_once


def test_coverage_is_served(client: TestClient) -> None:
    body = client.get("/v1/coverage").json()
    assert (body["schema"], body["documents"], body["digests"]) == (1, 2, 1)
    assert [one["value"] for one in body["languages"]] == ["en", "ru"]
