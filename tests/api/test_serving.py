"""The service over real sockets: every error, an end while a stream runs, new snapshots while others ask."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from typer.testing import CliRunner

from api import wiring
from api.app import create_app
from api.cli import app as cli
from api.errors import BY_STATUS, TABLE, ServerRefused
from api.logs import JsonLines
from api.service import AnswerService, DocumentService
from api.settings import Settings
from benchmarks.served import swap
from corpus.errors import StoreUnavailable
from corpus.store import CorpusStore
from index.errors import SnapshotCorrupt
from qa.answer import SnapshotInfo
from qa.errors import InvalidQuery

QUESTION = {"question": "Who was held at Vnukovo?"}
SWAPS = 5  # benchmarks/load.py does twenty
JSON = {"Content-Type": "application/json"}


@contextmanager
def serving(app: Any) -> Iterator[tuple[str, uvicorn.Server, threading.Thread]]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=20))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", server, thread
    finally:
        server.should_exit = True
        thread.join()


class Broken:
    """An engine of which every question raises `error`."""

    error: Callable[[str], Exception] = RuntimeError

    def info(self) -> SnapshotInfo:
        return SnapshotInfo("aaaaaaaaaaaa", 1, 1, datetime(2026, 11, 1, tzinfo=UTC))

    def reload(self) -> bool:
        return False

    def ask(self, _: object) -> Any:
        raise self.error("it broke. Run: muhojir doctor")


@pytest.fixture(scope="module")
def broken() -> Iterator[tuple[Broken, httpx.Client]]:
    engine = Broken()
    answers = AnswerService(cast(Any, engine), date.today, lambda: "answer-1")
    app = create_app(answers, cast(Any, None), max_body_bytes=2_000)
    with serving(app) as (url, _, _), httpx.Client(base_url=url) as client:
        yield engine, client


@pytest.mark.parametrize("error", [cls for cls in TABLE if cls is not ServerRefused])
def test_an_error_while_answering_is_its_problem(broken: tuple[Broken, httpx.Client], error: Any) -> None:
    engine, client = broken
    engine.error = partial(InvalidQuery, "k") if error is InvalidQuery else error
    reply = client.post("/v1/ask", json=QUESTION)
    assert reply.status_code == TABLE[error].status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == f"urn:muhojir:problem:{TABLE[error].slug}"
    assert reply.json()["detail"].removeprefix("k: ") == "it broke. Run: muhojir doctor"


def test_what_another_server_refused_is_passed_on(broken: tuple[Broken, httpx.Client]) -> None:
    engine, client = broken
    body = TABLE[StoreUnavailable].body("its disk is full")
    engine.error = lambda _: ServerRefused(body)
    reply = client.post("/v1/ask", json=QUESTION)
    assert (reply.status_code, reply.json()) == (503, body)


BAD: dict[int, dict[str, Any]] = {
    400: {"method": "POST", "url": "/v1/ask", "content": b"{", "headers": JSON},
    404: {"method": "GET", "url": "/v1/nothing"},
    405: {"method": "DELETE", "url": "/v1/search"},
    413: {"method": "POST", "url": "/v1/ask", "content": b" " * 3_000, "headers": JSON},
    415: {"method": "POST", "url": "/v1/ask", "content": b"{}", "headers": {"Content-Type": "text/plain"}},
    422: {"method": "POST", "url": "/v1/ask", "json": {"question": ""}},
    500: {"method": "POST", "url": "/v1/ask", "json": QUESTION},
}


@pytest.mark.parametrize("status", BY_STATUS)
def test_a_refusal_of_http_itself_is_its_problem(broken: tuple[Broken, httpx.Client], status: int) -> None:
    engine, client = broken
    engine.error = RuntimeError
    reply = client.request(**BAD[status])
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == f"urn:muhojir:problem:{BY_STATUS[status].slug}"
    assert reply.headers["x-request-id"]
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/search", {"GET", "POST"}),
        ("POST", "/healthz", {"GET"}),
        ("OPTIONS", "/v1/ask", {"POST"}),
        ("PUT", "/v1/documents/x/citation", {"GET"}),
    ],
)
def test_a_method_that_is_not_there_learns_those_that_are(
    broken: tuple[Broken, httpx.Client], method: str, path: str, allowed: set[str]
) -> None:
    reply = broken[1].request(method, path)
    assert reply.status_code == 405
    assert set(reply.headers["allow"].split(", ")) == allowed


def test_a_request_and_what_it_caused_share_one_id_in_the_log(broken: tuple[Broken, httpx.Client]) -> None:
    engine, client = broken
    engine.error = SnapshotCorrupt
    written: SimpleQueue[dict[str, Any]] = SimpleQueue()

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = json.loads(JsonLines().format(record))
            if line["request"] == "complaint-7":  # an earlier test's request may be told late
                written.put(line)

    kept = Kept()
    logger = logging.getLogger("api")
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    try:
        client.post("/v1/ask", json=QUESTION, headers={"X-Request-ID": "complaint-7"})
        lines = [written.get(timeout=30) for _ in range(2)]  # the second comes after the client has its answer
    finally:
        logger.removeHandler(kept)
    assert [line["level"] for line in lines] == ["ERROR", "INFO"]
    assert "Vnukovo" not in json.dumps(lines)


def test_a_stream_under_way_is_finished_before_the_service_ends(store: CorpusStore, engine: Any) -> None:
    answers = AnswerService(engine, date.today, lambda: "answer-1")
    app = create_app(answers, DocumentService(store, date.today), max_body_bytes=2_000)
    engine.held.clear()
    with serving(app) as (url, server, thread), httpx.Client(base_url=url) as client:
        with client.stream("POST", "/v1/ask/stream", json=QUESTION) as reply:
            lines = reply.iter_lines()
            assert "event: passages" in lines
            server.should_exit = True  # what SIGTERM does
            while server.servers and server.servers[0].is_serving():
                time.sleep(0.01)
            engine.held.set()
            assert "event: done" in lines
        thread.join(timeout=20)
        assert not thread.is_alive()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/healthz")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing", address_rate=0)
    (tmp_path / "note.txt").write_text("On 27 April 2024 Vnukovo still held 954 citizens. Many were students.")
    wiring.create_empty(settings)
    wiring.take_in(settings, [str(tmp_path / "note.txt")], {}, False)
    list(wiring.update_index(settings))
    return settings


def test_no_request_fails_or_sees_a_mix_while_snapshots_are_swapped(home: Settings) -> None:
    published = [wiring.open_backend(home).snapshots.current_id()]
    over = threading.Event()
    bodies: list[dict[str, Any]] = []

    def ask(url: str) -> None:
        with httpx.Client(base_url=url) as client:
            while not over.is_set():
                reply = client.post("/v1/ask/stream", json=QUESTION)
                assert reply.status_code == 200
                bodies.append(events_of(reply.text))

    with serving(wiring.web_app(home)) as (url, _, _):
        callers = [threading.Thread(target=ask, args=(url,)) for _ in range(2)]
        for caller in callers:
            caller.start()
        for _ in range(SWAPS):
            published.append(swap(home.home))
            seen(bodies, published[-1])
        over.set()
        for caller in callers:
            caller.join()
    for events in bodies:
        assert events["question"]["snapshot"]["id"] == events["done"]["snapshot"]["id"]
    assert {events["done"]["snapshot"]["id"] for events in bodies} <= set(published)


def events_of(text: str) -> dict[str, Any]:
    frames = [frame.split("\n", 1) for frame in text.strip().split("\n\n") if frame.startswith("event: ")]
    return {name.removeprefix("event: "): json.loads(data.removeprefix("data: ")) for name, data in frames}


def seen(bodies: list[dict[str, Any]], snapshot: str) -> None:
    """Waits until a later answer comes from `snapshot`."""
    patience = time.monotonic() + 20
    while time.monotonic() < patience:
        if any(events["done"]["snapshot"]["id"] == snapshot for events in bodies[-4:]):
            return
        time.sleep(0.005)
    raise AssertionError(f"no answer comes from snapshot {snapshot}")


def test_the_command_line_asks_a_closed_service_with_its_key(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = wiring.open_keys(home).create("reading", "desk")
    monkeypatch.setenv("MUHOJIR_HOME", str(home.home))
    with serving(wiring.web_app(home.model_copy(update={"require_key": True}))) as (url, _, _):
        refused = CliRunner().invoke(cli, ["ask", "Who was held?", "--server", url, "--json"])
        monkeypatch.setenv("MUHOJIR_SERVER_KEY", secret)
        answered = CliRunner().invoke(cli, ["ask", "Who was held?", "--server", url, "--json"])
    assert json.loads(refused.stdout)["type"] == "urn:muhojir:problem:key-missing"
    assert json.loads(answered.stdout)["schema"] == 1
    assert secret not in repr(home.model_copy(update={"server_key": SecretStr(secret)}))
