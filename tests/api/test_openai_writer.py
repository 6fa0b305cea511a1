"""The client of a language model: what it sends, and how it bears an endpoint that stalls, errs or floods."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from api.openai_writer import MAX_REPLY_BYTES, OpenAIWriter
from qa.errors import WriterFailed
from qa.writing.ports import Prompt
from tests.api.endpoint import Endpoint, endpoint

PROMPT = Prompt("rephrase", '{"question": "?"}')
KEY = "sk-not-for-the-log"


@pytest.fixture
def model() -> Iterator[Endpoint]:
    with endpoint() as made:
        yield made


@pytest.fixture
def writer(model: Endpoint) -> Iterator[OpenAIWriter]:
    with httpx.Client(trust_env=False) as client:
        yield OpenAIWriter(client, model.url + "/", "small", KEY, 0.3, time.monotonic)


def test_instructions_and_data_travel_in_messages_of_their_own(model: Endpoint, writer: OpenAIWriter) -> None:
    model.says("Said. [1]")
    assert writer.reply(PROMPT) == "Said. [1]"
    [(headers, body)] = model.requests
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        ("system", PROMPT.instructions),
        ("user", PROMPT.data),
    ]
    assert (body["model"], body["temperature"]) == ("small", 0)


def test_without_a_key_no_header_is_sent(model: Endpoint) -> None:
    model.says("Said. [1]")
    with httpx.Client(trust_env=False) as client:
        OpenAIWriter(client, model.url, "small", "", 1.0, time.monotonic).reply(PROMPT)
    assert "Authorization" not in model.requests[0][0]


@pytest.mark.parametrize(
    ("body", "status", "headers", "cause"),
    [
        (b"{}", 500, {}, "status 500"),
        (b"{}", 401, {}, "status 401"),
        (b"", 302, {"Location": "http://127.0.0.1:9/elsewhere"}, "status 302"),
        (b"<html>", 200, {}, "no chat completion"),
        (b"\xff\xfe\x00garbage", 200, {}, "no chat completion"),
        (b"[" * 100_000, 200, {}, "no chat completion"),
        (b'{"choices": []}', 200, {}, "no chat completion"),
        (b'{"choices": [{"message": {"content": null}}]}', 200, {}, "no text"),
        (b"\x1f\x8b", 200, {"Content_Encoding": "gzip"}, "compressed"),
        (b"x" * (MAX_REPLY_BYTES + 1), 200, {}, "longer than"),
    ],
)
def test_a_faulty_reply_is_a_failure_with_its_cause(
    model: Endpoint, writer: OpenAIWriter, body: bytes, status: int, headers: dict[str, str], cause: str
) -> None:
    model.sends(body, status, **headers)
    with pytest.raises(WriterFailed, match=cause):
        writer.reply(PROMPT)
    assert len(model.requests) == 1


def test_a_stalling_endpoint_costs_the_time_that_is_set(model: Endpoint, writer: OpenAIWriter) -> None:
    model.stalls()
    with pytest.raises(WriterFailed, match=r"within 0\.3 seconds"):
        writer.reply(PROMPT)


def test_a_trickle_of_garbage_ends_with_the_time(model: Endpoint, writer: OpenAIWriter) -> None:
    model.streams(b"x", times=500, pause=0.02)
    with pytest.raises(WriterFailed, match=r"within 0\.3 seconds"):
        writer.reply(PROMPT)


def test_a_body_of_a_hundred_megabytes_is_left_unread(model: Endpoint, writer: OpenAIWriter) -> None:
    model.streams(bytes(1 << 20), times=100)
    with pytest.raises(WriterFailed, match=f"longer than {MAX_REPLY_BYTES} bytes"):
        writer.reply(PROMPT)


def test_an_address_where_nothing_listens_is_a_failure() -> None:
    with httpx.Client(trust_env=False) as client:
        writer = OpenAIWriter(client, "http://127.0.0.1:9/v1", "small", KEY, 1.0, time.monotonic)
        with pytest.raises(WriterFailed, match="cannot be reached") as failure:
            writer.reply(PROMPT)
    assert KEY not in str(failure.value)
    assert KEY not in repr(writer)


def test_more_questions_than_may_wait_are_turned_away_at_once(model: Endpoint, writer: OpenAIWriter) -> None:
    while writer._free.acquire(blocking=False):
        pass
    with pytest.raises(WriterFailed, match="busy"):
        writer.reply(PROMPT)
    assert model.requests == []


def test_a_failure_leaves_room_for_the_next_question(model: Endpoint, writer: OpenAIWriter) -> None:
    for _ in range(20):
        model.sends(b"{}", 503)
        with pytest.raises(WriterFailed, match="503"):
            writer.reply(PROMPT)
    model.says("Said. [1]")
    assert writer.reply(PROMPT) == "Said. [1]"
