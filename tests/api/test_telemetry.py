from __future__ import annotations

import json
import logging
import threading
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.logs import JsonLines
from api.readiness import Readiness
from api.service import AnswerService
from api.telemetry import Metrics
from index.errors import SnapshotCorrupt
from qa.answer import Query


def test_every_response_has_an_id_and_keeps_a_proxys_own(client: TestClient) -> None:
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    forged = client.get("/healthz", headers={"X-Request-ID": 'a" "level": "x'})
    assert '"' not in forged.headers["x-request-id"]


def test_a_request_is_one_json_line_without_its_question(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "api")
    client.get("/v1/search", params={"q": "a confidential case"}, headers={"X-Request-ID": "abc-1"})
    [record] = [one for one in caplog.records if one.message == "request"]
    line = json.loads(JsonLines().format(record))
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/v1/search", 200, "INFO")
    assert line["ms"] >= 0
    assert "confidential" not in caplog.text


def test_a_traceback_stays_on_its_line() -> None:
    try:
        raise ValueError("odd\nthing")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("api", logging.ERROR, "f", 1, "broken", None, info)
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "ValueError" in json.loads(text)["traceback"]


def test_the_figures_count_requests_by_route_and_never_by_address(client: TestClient) -> None:
    for path in ("/v1/documents/vnukovo", "/v1/documents/other", "/nothing/1", "/nothing/2"):
        client.get(path)
    text = client.get("/metrics").text
    assert 'muhojir_request_seconds_count{method="GET",route="/v1/documents/{document_id}",status="200"} 1.0' in text
    assert 'route="other",status="404"} 2.0' in text
    assert "vnukovo" not in text


def test_the_figures_count_answers_and_their_stages(engine: Any) -> None:
    metrics = Metrics()
    for question in ("Who was held at Vnukovo?", "What is tea?"):
        metrics.answered(engine.ask(Query(question)))
    metrics.gauge("muhojir_documents", "Documents.", lambda: 2)
    text = metrics.page().decode()
    assert 'muhojir_answers_total{reason="",status="answered"} 1.0' in text
    assert 'muhojir_answers_total{reason="not_in_corpus",status="abstained"} 1.0' in text
    assert 'muhojir_stage_seconds_count{stage="encode"} 2.0' in text
    assert "muhojir_documents 2.0" in text


def test_a_page_that_is_asked_for_all_the_time_is_written_every_five_seconds() -> None:
    now, written = [100.0], []
    metrics = Metrics(lambda: now[0])
    metrics.gauge("muhojir_documents", "Documents.", lambda: written.append(now[0]) or 1.0)
    for now[0] in (100.0, 100.0, 104.9, 105.0, 109.0, 112.5):
        assert b"muhojir_documents 1.0" in metrics.page()
    assert written == [100.0, 105.0, 112.5]


def test_every_answer_is_observed_once(engine: Any) -> None:
    from api.schemas import AskRequest

    seen: list[Any] = []
    answers = AnswerService(engine, lambda: date(2026, 1, 1), lambda: "1", observe=seen.append)
    request = AskRequest(question="Who was held at Vnukovo?")
    answers.ask(request)
    list(answers.stream(request))
    assert [one.status for one in seen] == ["answered", "answered"]


def test_readiness_probes_and_examines_each_snapshot_once(engine: Any) -> None:
    examined: list[str] = []
    done = threading.Semaphore(0)

    def verify(snapshot_id: str) -> None:
        examined.append(snapshot_id)
        done.release()

    ready = Readiness(AnswerService(engine, lambda: date(2026, 1, 1), lambda: "1"), verify)
    for _ in range(3):
        assert ready.check().id == "aaaaaaaaaaaa"
    engine.published = "bbbbbbbbbbbb"
    assert ready.check().id == "bbbbbbbbbbbb"
    assert all(done.acquire(timeout=5) for _ in range(2))
    assert sorted(examined) == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]
    assert len(engine.asked) == 2


def test_a_file_that_differs_from_its_hash_makes_the_service_unready(engine: Any) -> None:
    read = threading.Event()

    def verify(_: str) -> None:
        read.set()
        raise SnapshotCorrupt("a file differs. Run: muhojir doctor --repair")

    ready = Readiness(AnswerService(engine, lambda: date(2026, 1, 1), lambda: "1"), verify)
    ready.check()
    assert read.wait(5)
    [thread.join(5) for thread in threading.enumerate() if thread.name == "verifier"]
    with pytest.raises(SnapshotCorrupt):
        ready.check()
