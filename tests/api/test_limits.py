from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

JSON = {"Content-Type": "application/json"}


def slug(body: dict[str, str]) -> str:
    return body["type"].removeprefix("urn:muhojir:problem:")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_no_json_is_a_415(client: TestClient, media_type: str) -> None:
    reply = client.post("/v1/ask", content=b'{"question": "x"}', headers={"Content-Type": media_type})
    assert (reply.status_code, slug(reply.json())) == (415, "unsupported-media-type")


def test_a_charset_beside_the_media_type_is_fine(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/v1/ask", content=b'{"question": "x"}', headers=headers).status_code == 200


def test_a_body_that_declares_too_much_is_a_413(client: TestClient) -> None:
    reply = client.post("/v1/ask", content=b'{"question": "' + b"x" * 30_000 + b'"}', headers=JSON)
    assert (reply.status_code, slug(reply.json())) == (413, "body-too-large")
    assert "20000 bytes" in reply.json()["detail"]


def test_a_body_that_grows_too_large_without_declaring_it_is_a_413(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 1_000

    reply = client.post("/v1/ask", content=chunks(), headers=JSON)
    assert (reply.status_code, slug(reply.json())) == (413, "body-too-large")


@pytest.mark.parametrize("length", ["-1", "many", "1_000", "99999999999999999999999"])
def test_a_strange_content_length_never_breaks_the_service(client: TestClient, length: str) -> None:
    reply = client.post("/v1/ask", content=b'{"question": "x"}', headers={**JSON, "Content-Length": length})
    assert reply.status_code in {200, 400, 413}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 9_000, b'{"question": "x", "k": ' + b"9" * 9_000 + b"}", b"nothing"]
)
def test_a_body_that_cannot_be_parsed_is_a_problem_of_the_client(client: TestClient, body: bytes) -> None:
    reply = client.post("/v1/ask", content=body, headers=JSON)
    assert reply.status_code in {400, 422}
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"5"])
def test_json_that_is_no_object_is_a_422(client: TestClient, body: bytes) -> None:
    reply = client.post("/v1/ask", content=body, headers=JSON)
    assert (reply.status_code, slug(reply.json())) == (422, "invalid-request")


def test_another_method_is_a_405_that_says_which_is_allowed(client: TestClient) -> None:
    reply = client.get("/v1/ask")
    assert (reply.status_code, slug(reply.json())) == (405, "method-not-allowed")
    assert reply.headers["allow"] == "POST"
