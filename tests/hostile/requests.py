"""Hostile HTTP requests as bytes, by a seed, and a client that sends them and asks only how the service takes it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

PATHS = (
    "/v1/ask", "/v1/search", "/v1/ask/stream", "/v1/chat/completions", "/v1/documents", "/v1/documents/a", "/v1/passages/a",
    "/v1/coverage", "/v1/jobs/a", "/v1/models", "/mcp", "/healthz", "/readyz", "/metrics", "/", "/widget.js", "/docs", "/library",
)  # fmt: skip
WALKS = ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/static/..%2f..%2fapi", "/%00", "/%ff%fe", "/a%0d%0aX: y",
         "/v1/documents/..%2f..%2fcorpus.sqlite", "/v1/passages/%F0%9F%98%80@x:1-99999999999999999999", "/" + "a" * 3000)  # fmt: skip
VALUES = (
    None, True, -1, 0, 1e308, 10**40, "", "x" * 5000, "\x00", "\ud800", "\u202e", [], {}, [[[[]]]], {"a": {"b": []}}, "2011-99-99",
    "2011", "9999", ["en"] * 2000, "'; DROP TABLE documents; --", "<script>alert(1)</script>", "${jndi:ldap://a}", "{{7*7}}",
    "Who was held at Vnukovo?", "Сколько человек удерживали во Внукове?",
)  # fmt: skip
PATIENCE = 5.0  # seconds
FIELDS = (
    "question",
    "k",
    "mode",
    "explain",
    "filters",
    "history",
    "messages",
    "model",
    "stream",
    "url",
    "text",
    "metadata",
    "x",
)
FILTERS = ("published_from", "published_to", "publisher", "source_type", "topic", "language", "document_id", "y")
KINDS = (
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-7",
    "a" * 500,
    "",
)
ORIGINS = ("https://evil.example", "null", "https://ask.example.org.evil.example", "http://localhost", "*", "\x7f")


def request(random: Random) -> bytes:
    return random.choice(MAKERS)(random)


def _head(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode("utf-8", "surrogatepass") + body


def _wrong_types(random: Random) -> bytes:
    filters = {name: random.choice(VALUES) for name in random.sample(FILTERS, random.randrange(4))}
    body = {name: random.choice(VALUES) for name in random.sample(FIELDS, random.randrange(1, 6))} | {
        "filters": filters
    }
    data = json.dumps(body).encode()
    return _post(random, random.choice(PATHS[:5]), data)


def _broken_json(random: Random) -> bytes:
    whole = json.dumps({"question": random.choice(VALUES), "k": 3}).encode()
    at = random.randrange(len(whole))
    return _post(random, random.choice(PATHS[:5]), whole[:at] + random.randbytes(random.randrange(9)) + whole[at + 1 :])


def _deep_json(random: Random) -> bytes:
    depth = random.choice((100, 2000, 50_000))
    return _post(random, "/v1/ask", random.choice((b"[", b'{"a":')) * depth)


def _post(random: Random, path: str, data: bytes) -> bytes:
    kind = KINDS[0] if random.random() < 0.8 else random.choice(KINDS)
    return _head("POST", path, {"Content-Type": kind, "Content-Length": str(len(data))}, data)


def _strange_path(random: Random) -> bytes:
    path = random.choice(WALKS + PATHS) + random.choice(
        ("", "?", "?q=%00", "?k=-1", "?q=" + "%20" * 900, "?limit=x&cursor=%ff", ";a")
    )
    return _head(
        random.choice(("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW")), path, {}
    )


def _strange_headers(random: Random) -> bytes:
    headers = random.choice((
        {"X": "a" * 70_000}, {f"X-{n}": "b" for n in range(800)}, {"X": "a\r\nSet-Cookie: b=c"}, {"X\x00": "b"}, {"": "b"},
        {"X-Forwarded-For": "127.0.0.1"}, {"X-Request-Id": "a\nb"}, {"X-Request-Id": "\u202e" * 99}, {"Host": "evil.example"},
        {"Accept": "*" * 3000}, {"Last-Event-ID": "9" * 99}, {"Range": "bytes=0-,0-,0-"}, {"If-None-Match": '"' * 99},
    ))  # fmt: skip
    return _head("GET", random.choice(PATHS), headers)


def _strange_framing(random: Random) -> bytes:
    framing = random.choice((
        {"Content-Length": "-1"}, {"Content-Length": "99999999999999999999"}, {"Content-Length": "5, 6"}, {"Content-Length": "1_0"},
        {"Transfer-Encoding": "chunked", "Content-Length": "5"}, {"Transfer-Encoding": "gzip"}, {"Transfer-Encoding": "chunked"},
    ))  # fmt: skip
    body = random.choice(
        (b"zz\r\n", b"ffffffffffffffff\r\na", b"5\r\nabc", b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", b"")
    )
    return _head("POST", "/v1/ask", {"Content-Type": "application/json", **framing}, body)


def _noise(random: Random) -> bytes:
    return (
        random.choice((b"", b"GET ", b"\x16\x03\x01\x02", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        + random.randbytes(99)
        + b"\r\n\r\n"
    )


def _guessed_key(random: Random) -> bytes:
    key = random.choice(("mhj_admin_", "mhj_read_", "", "\ud800")) + random.randbytes(20).hex()
    path = random.choice(("/v1/documents", "/v1/ask", "/v1/jobs/1", "/metrics"))
    return _head("DELETE" if path == "/v1/documents" else "GET", path, {"Authorization": f"Bearer {key}"})


def _probed_origin(random: Random) -> bytes:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    headers = {"Origin": random.choice(ORIGINS)} | (asks if random.random() < 0.5 else {})
    return _head("OPTIONS", random.choice(PATHS), headers)


MAKERS: tuple[Callable[[Random], bytes], ...] = (
    _wrong_types, _wrong_types, _broken_json, _deep_json, _strange_path, _strange_headers, _strange_framing, _noise,
    _guessed_key, _probed_origin,
)  # fmt: skip


async def storm(port: int, seed: int, count: int, at_once: int = 24, address: str = "127.0.0.1") -> Counter[str]:
    """Sends `count` requests from `address`; counts the answers by status, "closed" where the connection ended without one,
    "given up" where none came."""
    tally, waiting = Counter[str](), iter(range(count))

    async def sender() -> None:
        for number in waiting:
            random = Random(f"{seed}:{number}")
            tally[await _sent(port, request(random), random.random() < 0.1, address)] += 1

    await asyncio.gather(*(sender() for _ in range(at_once)))
    return tally


async def _sent(port: int, data: bytes, half_open: bool, address: str) -> str:
    """The status; "given up" where the service waits for the rest of what is no whole request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(data)
        if half_open:
            writer.write_eof()
        line = await asyncio.wait_for(reader.readline(), PATIENCE)
        head = line.decode("latin-1").split(" ")
        return head[1] if len(head) > 1 and head[0] == "HTTP/1.1" else "closed"
    except ConnectionError:
        return "closed"
    except TimeoutError:
        return "given up"
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
