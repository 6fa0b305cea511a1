from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread

import httpx
import pytest

from corpus.errors import CorpusError, UnsupportedFormat
from corpus.fetch import Fetched, Limits, fetch

PUBLIC = "93.184.215.14"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
PAGE = httpx.Response(200, headers={"content-type": "text/html; charset=utf-8"}, content=b"<p>words</p>")
Answer = Callable[[httpx.Request], httpx.Response]


def _fetch(
    url: str, answer: Answer, limits: Limits | None = None, hosts: dict[str, list[str]] | None = None
) -> Fetched:
    def resolver(host: str, port: int) -> list[str]:
        assert port in (80, 443)
        return (hosts or {}).get(host, [PUBLIC])

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if request.url.path == "/robots.txt" and limits is None else answer(request)

    return fetch(url, limits, resolver=resolver, transport=httpx.MockTransport(handler), clock=lambda: NOW)


def test_connects_to_the_address_that_was_checked_under_the_name_that_was_asked() -> None:
    seen: list[httpx.Request] = []
    found = _fetch("https://example.org/a/b?c=d", lambda request: (seen.append(request), PAGE)[1])
    assert [(one.url.host, one.headers["host"], one.extensions["sni_hostname"]) for one in seen] == [
        (PUBLIC, "example.org", "example.org")
    ]
    assert seen[0].url.raw_path == b"/a/b?c=d"
    assert (found.url, found.media_type, found.data) == ("https://example.org/a/b?c=d", "text/html", b"<p>words</p>")
    assert found.fetched == NOW


def test_follows_redirects_and_tells_where_the_bytes_came_from() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return PAGE if request.url.path == "/b" else httpx.Response(301, headers={"location": "/b"})

    found = _fetch("http://example.org/a", answer)
    assert (found.asked, found.url) == ("http://example.org/a", "http://example.org/b")


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "x"])
def test_one_address_inside_a_network_closes_the_host(address: str) -> None:
    with pytest.raises(CorpusError, match="private network"):
        _fetch("http://inside.example/", lambda _: PAGE, hosts={"inside.example": [PUBLIC, address]})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0",
        "localhost", "localhost.", "127\u30020\u30020\u30021", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1",
        "2852039166", "169.254.43518", "0251.0376.0251.0376", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[fe80::1%lo]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "@127.0.0.1",
        "example.org@127.0.0.1", "example.org\\@127.0.0.1", "127.0.0.1\\.example.org", "127.0.0.1#@example.org",
        "127.0.0.1?@example.org", "%31%32%37.0.0.1", "127.0.0.1%2eexample.org", "127.0.0.1:80:80", "localhost:0x50",
        "localhost:22", "[::1", "[v1.x]", "a..b", "exa mple.org", "a" * 70, "a." * 200, "\ud800.example",
    ],
)  # fmt: skip
def test_no_way_of_writing_it_leads_to_this_machine(host: str) -> None:
    """With the system's own resolver, which needs no network for numbers and knows localhost."""
    seen: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: (seen.append(request), PAGE)[1])
    with pytest.raises(CorpusError):
        fetch(f"http://{host}/", Limits(robots=False), transport=transport)
    assert seen == []


def test_a_name_that_changes_its_address_between_two_looks_is_refused() -> None:
    answers, seen = [[PUBLIC], ["127.0.0.1"]], []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.host, request.url.path))
        return httpx.Response(404)

    with pytest.raises(CorpusError, match="private network"):
        fetch(
            "http://rebinding.example/",
            resolver=lambda *_: answers.pop(0),
            transport=httpx.MockTransport(handler),
        )
    assert seen == [(PUBLIC, "/robots.txt")]


@pytest.mark.parametrize(
    "location",
    [
        "http://inside.example/secret", "//inside.example/secret", "http://127.0.0.1/", "http://[::1]/",
        "http://[::1", "//2130706433", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)",
        "http://user:word@example.org/", "http://example.org:22/", "http://example.org:99999/", "\x00",
        "http://\xff\xfe@a/",
    ],
)  # fmt: skip
def test_a_redirect_out_of_the_open_web_is_refused_in_words(location: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers=[(b"location", location.encode("latin-1"))])

    hosts = {"inside.example": ["10.0.0.1"], "127.0.0.1": ["127.0.0.1"], "::1": ["::1"], "2130706433": ["127.0.0.1"]}
    with pytest.raises(CorpusError, match="^http://example.org/: "):
        _fetch("http://example.org/", answer, hosts=hosts)


@pytest.mark.parametrize("packed", ["br", "zstd", "deflate", "gzip, gzip", "gzip, gzip, gzip"])
def test_a_page_packed_otherwise_than_asked_is_never_unpacked(packed: str) -> None:
    headers = {"content-type": "text/html", "content-encoding": packed}
    with pytest.raises(CorpusError, match="not asked for"):
        _fetch("http://example.org/", lambda _: httpx.Response(200, headers=headers, content=iter([b"a"])))


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_in_time() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            for _ in range(100):
                connection.send(b"H")
                time.sleep(0.1)

    class Local(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.url = request.url.copy_with(port=listening.getsockname()[1], host="127.0.0.1")
            return super().handle_request(request)

    with listening:
        Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(CorpusError, match="not loaded within 0.5 seconds"):
            fetch("http://a/", Limits(seconds=0.5, robots=False), resolver=lambda *_: [PUBLIC], transport=Local())
    assert time.monotonic() - began < 5


def test_an_address_of_control_characters_says_nothing_to_a_terminal() -> None:
    with pytest.raises(CorpusError) as refused:
        _fetch("http://example.org/\x1b]0;owned\x07\n", lambda _: PAGE)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "only http"),
        ("ftp://example.org/a", "only http"),
        ("http://user:word@example.org/", "user names"),
        ("http://example.org:8080/", "ports"),
        ("http://example.org:99999/", "no address"),
        ("http://", "only http"),
    ],
)
def test_only_plain_web_addresses_are_loaded(url: str, words: str) -> None:
    with pytest.raises(CorpusError, match=words):
        _fetch(url, lambda _: PAGE)


@pytest.mark.parametrize(
    ("answer", "limits", "words"),
    [
        (httpx.Response(500), None, "answers 500"),
        (httpx.Response(301, headers={"location": "/"}), None, "redirects"),
        (
            httpx.Response(200, headers={"content-type": "text/html"}, content=b"a" * 99),
            Limits(50, robots=False),
            "larger",
        ),
        (PAGE, Limits(seconds=0, robots=False), "not loaded within"),
        (httpx.Response(200, content=b"User-agent: *\nDisallow: /"), Limits(), "robots.txt of example.org forbids"),
        (httpx.Response(503), Limits(), "robots.txt of example.org cannot be read"),
    ],
)
def test_limits_hold(answer: httpx.Response, limits: Limits | None, words: str) -> None:
    with pytest.raises(CorpusError, match=words):
        _fetch("http://example.org/", lambda _: answer, limits)


def test_a_media_type_that_nobody_reads_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="video/mp4"):
        _fetch(
            "http://example.org/a", lambda _: httpx.Response(200, headers={"content-type": "video/mp4"}, content=b"0")
        )


def test_an_unknown_host_is_named() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(CorpusError, match=r"no host 'example.org' \(Name or service not known\)"):
        fetch("http://example.org/", resolver=resolver, transport=httpx.MockTransport(lambda _: PAGE))
