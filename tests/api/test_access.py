from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.access import GUESSES, Gate, RateLimiter
from api.app import create_app
from api.errors import KeyRefused, RateLimited, UnknownKey
from api.guards import Pace
from api.keys import KeyStore
from api.service import AnswerService, DocumentService
from api.service_database import ServiceDatabase
from corpus.errors import StoreUnavailable
from corpus.store import CorpusStore
from qa.errors import InvalidQuery

QUESTION = {"question": "Who was held at Vnukovo?"}
PAGE = "https://news.example.org"

Serve = Callable[..., TestClient]


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(ServiceDatabase(tmp_path / "service.sqlite"), lambda: datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
def serve(store: CorpusStore, engine: Any, keys: KeyStore) -> Serve:
    def make(rate: int = 0, **changes: Any) -> TestClient:
        by_address, by_key, guesses = (RateLimiter(most, lambda: 0.0) for most in (rate, rate, GUESSES))
        gate = Gate(keys, by_address, by_key, guesses, **changes)
        today = lambda: date(2026, 11, 22)  # noqa: E731
        answers = AnswerService(engine, today, lambda: "answer-1")
        app = create_app(answers, DocumentService(store, today), max_body_bytes=20_000, gate=gate)
        return TestClient(app, raise_server_exceptions=False)

    return make


def bearer(secret: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", **headers}


def slug(reply: Any) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return str(reply.json()["type"]).removeprefix("urn:muhojir:problem:")


def test_a_key_is_found_by_its_secret_and_kept_as_a_hash(keys: KeyStore, tmp_path: Path) -> None:
    key, secret = keys.create("admin", "editors")
    assert keys.find(secret) == key
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("service.sqlite*"))
    assert secret.encode() not in kept
    assert secret.rpartition("_")[2].encode() not in kept


def test_a_revoked_key_is_refused_and_cannot_be_revoked_again(keys: KeyStore) -> None:
    key, secret = keys.create("reading", "")
    keys.revoke(key.id)
    with pytest.raises(KeyRefused):
        keys.find(secret)
    with pytest.raises(UnknownKey):
        keys.revoke(key.id)
    assert [one.revoked is not None for one in keys.list()] == [True]


@pytest.mark.parametrize(
    ("kind", "origins"),
    [("owner", []), ("publishable", []), ("admin", [PAGE]), ("publishable", ["*"]), ("publishable", [PAGE + "/"]),
     ("publishable", ["https://*.example.org"]), ("publishable", ["file:///x"]), ("publishable", ["news.example.org"])],
)  # fmt: skip
def test_a_key_that_makes_no_sense_is_not_made(keys: KeyStore, kind: str, origins: list[str]) -> None:
    with pytest.raises(InvalidQuery):
        keys.create(kind, "", origins)
    assert keys.list() == []


def test_a_newer_format_of_the_file_is_refused(tmp_path: Path) -> None:
    database = ServiceDatabase(tmp_path / "service.sqlite")
    with database.writing() as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnavailable, match="update the program"), database.reading():
        pass


def test_reading_is_open_by_default_and_an_unknown_key_counts_as_none(serve: Serve) -> None:
    client = serve()
    assert client.post("/v1/ask", json=QUESTION).status_code == 200
    assert client.post("/v1/ask", json=QUESTION, headers=bearer("none")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/coverage", "/v1/documents", "/v1/passages/x", "/library", "/?passage=x", "/mcp"])
def test_a_required_key_closes_reading(serve: Serve, keys: KeyStore, path: str) -> None:
    client = serve(require_key=True)
    reply = client.get(path)
    assert (reply.status_code, slug(reply)) == (401, "key-missing")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert slug(client.get(path, headers=bearer("guess"))) == "key-refused"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/widget.js", "/openapi.json"])
def test_a_required_key_leaves_open_what_shows_no_words(serve: Serve, path: str) -> None:
    assert serve(require_key=True).get(path).status_code == 200


@pytest.mark.parametrize("kind", ["admin", "reading"])
def test_a_key_opens_reading_until_it_is_revoked(serve: Serve, keys: KeyStore, kind: str) -> None:
    client = serve(require_key=True)
    key, secret = keys.create(kind, "")
    assert client.post("/v1/ask", json=QUESTION, headers=bearer(secret)).status_code == 200
    keys.revoke(key.id)
    assert client.post("/v1/ask", json=QUESTION, headers=bearer(secret)).status_code == 401


def test_a_publishable_key_reads_from_its_own_origin_only(serve: Serve, keys: KeyStore) -> None:
    client = serve(require_key=True)
    _, secret = keys.create("publishable", "", [PAGE])
    reply = client.post("/v1/ask", json=QUESTION, headers=bearer(secret, Origin=PAGE))
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == PAGE
    for origin in ({}, {"Origin": "https://other.example.org"}, {"Origin": PAGE + ".evil.example"}):
        assert slug(client.post("/v1/ask", json=QUESTION, headers=bearer(secret, **origin))) == "key-forbidden"


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/documents"), ("DELETE", "/v1/documents/x"),
                                              ("GET", "/v1/jobs/x")])  # fmt: skip
def test_changing_documents_needs_an_admin_key(serve: Serve, keys: KeyStore, method: str, path: str) -> None:
    client = serve()
    assert slug(client.request(method, path)) == "key-forbidden"  # there is no admin key yet
    keys.create("admin", "")
    assert slug(client.request(method, path)) == "key-missing"
    _, secret = keys.create("reading", "")
    assert slug(client.request(method, path, headers=bearer(secret))) == "key-forbidden"


def test_other_origins_are_closed_by_default(serve: Serve) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    reply = serve().options("/v1/ask", headers=asked)
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers
    reply = serve().post("/v1/ask", json=QUESTION, headers={"Origin": PAGE})
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("by_key", [True, False])
def test_the_preflight_of_an_allowed_origin_needs_no_key(serve: Serve, keys: KeyStore, by_key: bool) -> None:
    if by_key:
        keys.create("publishable", "", [PAGE])
    client = serve(require_key=True, allowed_origins=frozenset() if by_key else frozenset({PAGE}))
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    reply = client.options("/v1/ask", headers=asked)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert "authorization" in reply.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in reply.headers


def test_who_asks_too_often_is_told_how_long_to_wait(serve: Serve, keys: KeyStore) -> None:
    client = serve(rate=2)
    statuses = [client.get("/v1/coverage").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    reply = client.get("/v1/coverage")
    assert (slug(reply), reply.headers["retry-after"]) == ("rate-limited", "30")
    assert client.get("/healthz").status_code == 200
    _, secret = keys.create("reading", "")
    assert client.get("/v1/coverage", headers=bearer(secret)).status_code == 200  # counted by itself


@pytest.mark.parametrize(
    ("method", "path", "changes"),
    [("GET", "/v1/coverage", {"require_key": True}), ("DELETE", "/v1/documents/x", {}), ("GET", "/v1/jobs/x", {})],
)
def test_after_ten_wrong_keys_an_address_has_to_wait(
    serve: Serve, keys: KeyStore, method: str, path: str, changes: dict[str, bool]
) -> None:
    client = serve(**changes)
    guess = lambda number: client.request(method, path, headers=bearer(f"mhj_admin_{number}"))  # noqa: E731
    assert [guess(number).status_code for number in range(GUESSES)] == [401] * GUESSES
    refused = guess(GUESSES)
    assert (refused.status_code, slug(refused), refused.headers["retry-after"]) == (429, "rate-limited", "6")
    _, secret = keys.create("admin", "")
    assert client.request(method, path, headers=bearer(secret)).status_code not in {401, 403, 429}


def test_a_key_that_nobody_needs_is_no_guess(serve: Serve) -> None:
    client = serve(rate=2 * GUESSES)
    statuses = [client.get("/v1/coverage", headers=bearer("none")).status_code for _ in range(2 * GUESSES + 1)]
    assert statuses == [200] * 2 * GUESSES + [429]


def test_a_key_whose_hash_only_begins_like_another_is_refused(keys: KeyStore, tmp_path: Path) -> None:
    _, secret = keys.create("admin", "")
    with ServiceDatabase(tmp_path / "service.sqlite").writing() as db:
        db.execute("UPDATE keys SET hash = substr(hash, 1, 31) || x'00' WHERE substr(hash, 32) != x'00'")
    with pytest.raises(KeyRefused):
        keys.find(secret)


def test_a_bucket_refills_with_time() -> None:
    now = [0.0]
    limiter = RateLimiter(60, lambda: now[0])
    for _ in range(60):
        limiter.take("a")
    with pytest.raises(RateLimited) as refused:
        limiter.take("a")
    assert refused.value.seconds == 1
    limiter.take("b")
    now[0] = 1.0
    limiter.take("a")
    with pytest.raises(RateLimited):
        limiter.take("a")


def test_many_addresses_do_not_fill_the_memory() -> None:
    limiter = RateLimiter(1, lambda: 0.0)
    for number in range(25_000):
        limiter.take(str(number))
    assert len(limiter._buckets) <= 10_000


@pytest.mark.parametrize("path", ["/v1/coverage", "/", "/nothing"])
def test_every_response_carries_the_security_headers(serve: Serve, path: str) -> None:
    headers = serve().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    if path.startswith("/v1"):
        assert headers["cache-control"] == "no-store"


def test_who_is_refused_too_often_waits_for_refusals_and_never_for_answers() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=int(scope["path"][1:]))(scope, receive, send)

    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    paced = Pace(app, RateLimiter(2, lambda: 0.0), pause)

    async def asked(status: int, address: str) -> int:
        """How often it had to wait."""
        scope = {"type": "http", "method": "GET", "path": f"/{status}", "headers": [], "client": (address, 1)}
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        before = len(pauses)
        await paced(scope, lambda: asyncio.sleep(0, {"type": "http.request"}), send)
        assert sent[0]["status"] == status
        return len(pauses) - before

    async def all_asked() -> list[int]:
        wanted = [(404, "a"), (200, "a"), (422, "a"), (404, "a"), (404, "b"), (200, "a"), (503, "a"), (429, "a")]
        return [await asked(*one) for one in wanted]

    assert asyncio.run(all_asked()) == [0, 0, 0, 1, 0, 0, 0, 1]
