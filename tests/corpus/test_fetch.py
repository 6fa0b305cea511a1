from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from corpus.errors import CorpusError, UnsupportedFormat
from corpus.fetch import Fetched, Limits, fetch, is_public

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


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "255.255.255.255",
        "x",
    ],
)  # fmt: skip
def test_addresses_inside_a_network_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(CorpusError, match="private network"):
        _fetch("http://inside.example/", lambda _: PAGE, hosts={"inside.example": [PUBLIC, address]})


def test_a_redirect_into_the_network_is_refused() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://inside.example/secret"})

    with pytest.raises(CorpusError, match="private network"):
        _fetch("http://example.org/", answer, hosts={"inside.example": ["10.0.0.1"]})


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
        raise OSError("no such host")

    with pytest.raises(CorpusError, match="no host 'example.org'"):
        fetch("http://example.org/", resolver=resolver, transport=httpx.MockTransport(lambda _: PAGE))
