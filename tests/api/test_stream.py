from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.events import HEARTBEAT, error_frame, frames
from index.errors import BackendUnavailable, SnapshotMissing

QUESTION = {"question": "Who was held at Vnukovo?"}
DECLINED = {"question": "What is the price of tea?"}


def events(client: TestClient, request: dict[str, Any]) -> list[tuple[str, Any]]:
    reply = client.post("/v1/ask/stream", json=request)
    assert reply.status_code == 200
    blocks = [block.split("\n") for block in reply.text.split("\n\n") if block and not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (QUESTION, ["question", "passages", "sentence", "citations", "done"]),
        (DECLINED, ["question", "passages", "citations", "done"]),
        ({**QUESTION, "mode": "passages"}, ["question", "passages", "citations", "done"]),
    ],
)
def test_the_events_come_in_order_and_are_parts_of_the_answer(
    client: TestClient, request_: dict[str, Any], names: list[str]
) -> None:
    told = events(client, request_)
    body = client.post("/v1/ask", json=request_).json()
    assert [name for name, _ in told] == names
    parts = dict(told)
    assert parts["question"] == {key: body[key] for key in ("schema", "id", "snapshot", "question", "filters")}
    assert parts["passages"] == {key: body[key] for key in ("passages", "documents")}
    assert parts["citations"] == {"citations": body["citations"]}
    assert [data for name, data in told if name == "sentence"] == body["answer"]["sentences"]
    assert parts["done"] == body


def test_the_headers_keep_proxies_from_holding_frames_back(client: TestClient) -> None:
    headers = client.post("/v1/ask/stream", json=QUESTION).headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["x-accel-buffering"] == "no"
    assert headers["cache-control"] == "no-cache, no-transform"


def test_a_request_that_breaks_the_contract_is_a_problem_and_no_stream(client: TestClient, engine: Any) -> None:
    assert client.post("/v1/ask/stream", json={"question": ""}).status_code == 422
    engine.reload = lambda: (_ for _ in ()).throw(BackendUnavailable("no engine"))
    reply = client.post("/v1/ask/stream", json=QUESTION)
    assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")


def test_what_fails_on_the_way_is_the_last_event(client: TestClient, engine: Any) -> None:
    engine.fault = SnapshotMissing("the index is gone. Run: muhojir init")
    told = events(client, QUESTION)
    assert [name for name, _ in told] == ["question", "error"]
    assert told[-1][1]["type"] == "urn:muhojir:problem:snapshot-missing"


def slow(steps: list[str], closed: asyncio.Event, go_on: Any) -> Iterator[bytes]:
    try:
        for step in steps:
            go_on.wait(5)
            yield step.encode()
    finally:
        closed.set()


def test_a_silence_is_filled_with_heartbeats() -> None:
    import threading

    async def told() -> list[bytes]:
        go_on, seen = threading.Event(), []
        async for one in frames(slow(["a"], asyncio.Event(), go_on), error_frame, 0.01):
            seen.append(one)
            go_on.set()
        return seen

    assert asyncio.run(told()) == [HEARTBEAT, b"a"]


def test_a_reader_who_leaves_frees_the_work() -> None:
    import threading

    async def leave() -> bool:
        closed, go_on = asyncio.Event(), threading.Event()
        stream = frames(slow(["a", "b"], closed, go_on), error_frame, 0.01)
        assert await anext(stream) == HEARTBEAT  # the first step is under way in a thread
        await stream.aclose()  # type: ignore[attr-defined]
        assert not closed.is_set()
        go_on.set()
        await asyncio.wait_for(closed.wait(), 5)
        return closed.is_set()

    assert asyncio.run(leave())
