from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.concurrency import run_in_threadpool

from api.schemas import AskRequest
from api.service import AnswerService
from index.errors import SnapshotCorrupt

QUESTION = {"question": "Who was held at Vnukovo?"}


def ask(client: TestClient, **changes: Any) -> dict[str, Any]:
    reply = client.post("/v1/ask", json=QUESTION | changes)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", QUESTION),
        ("/v1/search", QUESTION),
        ("/v1/chat/completions", {"model": "muhojir", "messages": [{"role": "user", "content": QUESTION["question"]}]}),
    ],
)
def test_a_finished_answer_waits_for_no_other_turn_of_the_threads(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    turns: list[object] = []

    async def counted(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        turns.append(work)
        return await run_in_threadpool(work, *given, **named)

    monkeypatch.setattr("fastapi.routing.run_in_threadpool", counted)
    assert client.post(path, json=body).status_code == 200
    assert len(turns) == 1


def test_an_answer_has_exactly_the_fields_of_the_contract(client: TestClient) -> None:
    body = ask(client)
    assert list(body) == [
        "schema", "id", "snapshot", "question", "filters", "answer", "citations", "passages", "documents", "timing_ms"
    ]  # fmt: skip
    assert body["schema"] == 1
    assert set(body["snapshot"]) == {"id", "documents", "passages", "created"}
    assert set(body["question"]) == {"text", "language", "standalone", "expansions", "times"}
    assert set(body["answer"]) == {"status", "mode", "reason", "text", "confidence", "sentences", "unanswered"}
    assert set(body["answer"]["sentences"][0]) == {"text", "passage_id", "document_id", "start", "end", "citations"}
    assert set(body["citations"][0]) == {
        "number", "passage_id", "document_id", "version", "quote", "start", "end", "label", "cite_as", "url",
        "permalink",
    }  # fmt: skip
    assert set(body["passages"][0]) == {
        "rank", "id", "document_id", "version", "text", "start", "end", "heading", "page", "score", "scores", "ranks",
        "highlights", "same",
    }  # fmt: skip
    assert set(body["documents"]["vnukovo"]) == {
        "id", "version", "title", "author", "publisher", "dates", "url", "source_type", "language", "source_language",
        "topics", "digest", "parallel",
    }  # fmt: skip
    assert set(body["timing_ms"]) == {"encode", "search", "answer", "total"}


def test_every_offset_slices_the_text_that_the_documents_route_returns(client: TestClient) -> None:
    body = ask(client)
    text = client.get("/v1/documents/vnukovo", params={"version": body["citations"][0]["version"]}).json()["text"]
    for quoted, words in (
        (body["citations"][0], body["citations"][0]["quote"]),
        (body["answer"]["sentences"][0], body["answer"]["sentences"][0]["text"]),
        (body["passages"][0], body["passages"][0]["text"]),
    ):
        assert text[quoted["start"] : quoted["end"]] == words
    assert "😀" in body["citations"][0]["quote"]


def test_a_permalink_leads_to_the_quoted_words(client: TestClient) -> None:
    citation = ask(client)["citations"][0]
    prefix = "https://ask.example.org"
    assert citation["permalink"].startswith(prefix + "/v1/passages/vnukovo@")
    assert client.get(citation["permalink"].removeprefix(prefix)).json()["text"] == citation["quote"]


def test_a_digest_is_cited_as_one_and_lists_its_parallel_texts(client: TestClient) -> None:
    body = ask(client)
    assert body["citations"][0]["label"] == "digest of Asia-Plus, 29 April 2024"
    assert "[accessed 22 November 2026]" in body["citations"][0]["cite_as"]
    document = body["documents"]["vnukovo"]
    assert document["digest"] is True
    assert document["parallel"] == ["vnukovo.ru"]
    assert document["dates"]["published"] == {"value": "2024-04-29", "precision": "day", "basis": "stated"}
    assert document["dates"]["event"] is None


def test_declining_is_a_200_with_a_reason_and_the_nearest_passages(client: TestClient) -> None:
    body = ask(client, question="What is the price of tea?")
    assert body["answer"]["status"] == "abstained"
    assert body["answer"]["reason"] == "not_in_corpus"
    assert body["answer"]["text"] == ""
    assert body["answer"]["sentences"] == body["citations"] == []
    assert len(body["passages"]) == 1


def test_mode_passages_has_no_status(client: TestClient) -> None:
    answer = ask(client, mode="passages")["answer"]
    assert answer["status"] is None
    assert answer["reason"] is None


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({}, "question", "is missing"),
        ({"question": ""}, "question", "too short"),
        ({"question": " \n"}, "question", "white space"),
        ({"question": "x" * 2001}, "question", "too long: 2001, at most 2000"),
        ({"question": "a\x00b"}, "question", "NUL"),
        ({"question": 5}, "question", "string"),
        ({"question": "x", "k": 0}, "k", "at least 1"),
        ({"question": "x", "k": 51}, "k", "at most 50"),
        ({"question": "x", "k": 10**9}, "k", "at most 50"),
        ({"question": "x", "k": "5"}, "k", "integer"),
        ({"question": "x", "k": True}, "k", "integer"),
        ({"question": "x", "mode": "guess"}, "mode", "extractive"),
        ({"question": "x", "colour": 1}, "colour", "unknown field"),
        ({"question": "x", "filters": {"colour": 1}}, "filters.colour", "unknown field"),
        ({"question": "x", "filters": {"publisher": "FIDH"}}, "filters.publisher", "list"),
        ({"question": "x", "filters": {"published_from": "2011-13"}}, "filters.published_from", "2011-08"),
        ({"question": "x", "filters": {"published_from": "2011-02-30"}}, "filters.published_from", "2011-08"),
        ({"question": "x", "filters": {"published_from": "last year"}}, "filters.published_from", "2011-08"),
        ({"question": "x", "filters": {"published_from": "2012", "published_to": "2011"}}, "filters", "swap them"),
        ({"question": "x", "history": [{"question": "a"}] * 11}, "history", "too long: 11, at most 10"),
        ({"question": "x", "history": [{"question": ""}]}, "history.0.question", "too short"),
        ({"question": "x", "history": [{"answer": "a"}]}, "history.0.question", "is missing"),
    ],
)
def test_a_request_that_breaks_the_contract_names_the_field(
    client: TestClient, body: dict[str, Any], field: str, problem: str
) -> None:
    reply = client.post("/v1/ask", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    found = {issue["field"]: issue["problem"] for issue in reply.json()["errors"]}
    assert problem in found[field]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"question": "\ud800"}',
        rb'{"question": "x", "\ud800": 1}',
        rb'{"question": "x", "filters": {"topic": ["\udfff"]}}',
        rb'{"question": "x", "mode": "\ud800"}',
    ],
)
def test_half_a_surrogate_pair_is_refused_in_words(client: TestClient, body: bytes) -> None:
    reply = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:muhojir:problem:invalid-request"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_mode_written_without_a_writer_is_refused(client: TestClient, path: str) -> None:
    reply = client.post(path, json=QUESTION | {"mode": "written"})
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:muhojir:problem:writer-missing")


def test_filters_reach_the_engine_normalised(client: TestClient, engine: Any) -> None:
    body = ask(
        client,
        filters={"publisher": [" Asia-Plus ", "Asia-Plus", "Cafe\u0301"], "published_to": "2024", "language": ["en"]},
    )
    filters = engine.asked[-1].filters
    assert filters.publisher == ("Asia-Plus", "Café")
    assert filters.published_to == "2024"
    assert body["filters"]["publisher"] == ["Asia-Plus", "Café"]
    assert body["filters"]["matching_documents"] == 1
    assert body["filters"]["undated"] == 0


def test_earlier_questions_reach_the_engine_oldest_first(client: TestClient, engine: Any) -> None:
    ask(client, history=[{"question": "one"}, {"question": "two"}], k=7, explain=True)
    query = engine.asked[-1]
    assert (query.history, query.k, query.explain) == (("one", "two"), 7, True)


def test_a_new_snapshot_answers_the_next_question(client: TestClient, engine: Any) -> None:
    assert ask(client)["snapshot"]["id"] == "aaaaaaaaaaaa"
    engine.published = "bbbbbbbbbbbb"
    assert ask(client)["snapshot"]["id"] == "bbbbbbbbbbbb"


def test_a_damaged_new_snapshot_leaves_the_old_one_answering(client: TestClient, engine: Any) -> None:
    engine.published = SnapshotCorrupt("a file is gone. Run: muhojir doctor --repair")
    assert ask(client)["snapshot"]["id"] == "aaaaaaaaaaaa"


def test_questions_are_logged_only_when_asked_for(engine: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    request = AskRequest(question="a confidential case at Vnukovo")
    AnswerService(engine, lambda: date(2026, 1, 1), lambda: "1").ask(request)
    assert "confidential" not in caplog.text
    AnswerService(engine, lambda: date(2026, 1, 1), lambda: "1", log_questions=True).ask(request)
    assert "confidential" in caplog.text
