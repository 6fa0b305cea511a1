"""An address on the web -> the bytes of one document, within limits and never from inside the network it runs in.

Every host is resolved first, all its addresses must be public, and the connection goes to the address that was
checked, so that a second look-up cannot lead elsewhere; each redirect begins anew. Resolver, transport and clock are
parameters.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Timer
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.registry import BY_MEDIA_TYPE, is_supported
from corpus.web_address import WebAddress, is_public, parse_web_address

AGENT = "Muhojir/0.1 (research corpus; one page at a person's request)"
REDIRECTS = frozenset((301, 302, 303, 307, 308))
ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: crawlers read at least 500 KiB
KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "content-language")
ENCODINGS = ("", "identity", "gzip")  # what was asked for; others, or several, unpack without bounds

Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the body, seconds for the whole fetch, redirects followed, and whether robots.txt is obeyed."""

    max_bytes: int = 50 * 2**20
    seconds: float = 30.0
    redirects: int = 5
    robots: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where the bytes came from, after redirects; `name` ends in a suffix that a reader knows or is bare."""

    asked: str
    url: str
    name: str
    media_type: str
    data: bytes
    fetched: datetime
    headers: Mapping[str, str]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver. Raises OSError."""
    return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def _now() -> datetime:
    return datetime.now(UTC)


def fetch(
    url: str,
    limits: Limits | None = None,
    *,
    resolver: Resolver = resolve,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], datetime] = _now,
) -> Fetched:
    """Raises UnreadableDocument (refused, unreachable, too large, too slow) and UnsupportedFormat."""
    limits = limits or Limits()
    visit = _Visit(url, limits, resolver, transport)
    with visit.client, visit.deadline:
        for _ in range(limits.redirects + 1):
            if limits.robots:
                visit.ask_robots()
            target = visit.step()
            if not target:
                return visit.result(clock())
            visit.go_to(target)
    raise UnreadableDocument(f"{visit.asked}: more than {limits.redirects} redirects; give the final address")


class Deadline:
    """Shuts the connection down when the seconds are over: a server that sends a byte now and then never lets a read
    time out. `trace` is httpx's extension of that name."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._shut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _transport() -> httpx.BaseTransport:
    """Keeps no connection: a second host at the same IP address must show a certificate of its own."""
    fresh = httpx.Limits(max_keepalive_connections=0)
    return httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False, limits=fresh)


class _Visit:
    def __init__(self, url: str, limits: Limits, resolver: Resolver, transport: httpx.BaseTransport | None) -> None:
        self.asked = "".join(letter if letter.isprintable() else "\ufffd" for letter in url)
        self._limits = limits
        self._resolver = resolver
        self._ends = time.monotonic() + limits.seconds
        self._data = b""
        self._headers = httpx.Headers()
        self.go_to(url)
        self.deadline = Deadline(limits.seconds)
        self.client = httpx.Client(transport=transport or _transport(), trust_env=False, follow_redirects=False)

    def go_to(self, url: str) -> None:
        try:
            self._page = parse_web_address(url)
        except ValueError as error:
            raise UnreadableDocument(f"{self.asked}: {error}") from error

    def step(self) -> str:
        """Loads the address; the next one when the server sends us on, else ""."""
        url = self._page.url
        status, headers, data = self._get(self._page, self._limits.max_bytes)
        if status in REDIRECTS and headers.get("location"):
            return self._joined(url, headers["location"])
        if status != 200:
            raise UnreadableDocument(
                f"{self.asked}: the server answers {status} for {url}; open it in a browser and add the file"
            )
        self._headers, self._data = headers, data
        return ""

    def _joined(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError as error:
            raise UnreadableDocument(f"{self.asked}: redirected to no address ({error}); check the address") from error

    def result(self, now: datetime) -> Fetched:
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        path = unquote(urlsplit(self._page.url).path)
        if kind not in BY_MEDIA_TYPE and not (kind in ("", "application/octet-stream") and is_supported(path)):
            raise UnsupportedFormat(
                f"{self.asked}: the server sends {kind or 'no media type'}; known: {' '.join(sorted(BY_MEDIA_TYPE))}"
            )
        headers = {key: self._headers[key] for key in KEPT_HEADERS if key in self._headers}
        name = self._page.host + path.rstrip("/")
        return Fetched(
            self.asked, self._page.url, name, kind if kind in BY_MEDIA_TYPE else "", self._data, now, headers
        )

    def ask_robots(self) -> None:
        """Refuses what robots.txt forbids; a missing file allows all, a failing server nothing (RFC 9309, 2.3.1)."""
        host = self._page.authority
        robots = replace(self._page, target="/robots.txt")
        status, _, data = self._get(robots, ROBOTS_BYTES, cut=True)
        if status >= 500:
            raise UnreadableDocument(f"{self.asked}: robots.txt of {host} cannot be read ({status}); try again later")
        rules = RobotFileParser()
        rules.parse(data.decode("utf-8", errors="replace").splitlines() if status == 200 else [])
        if not rules.can_fetch(AGENT, self._page.url):
            raise UnreadableDocument(f"{self.asked}: robots.txt of {host} forbids it; save the page and add the file")

    def _get(self, page: WebAddress, max_bytes: int, cut: bool = False) -> tuple[int, httpx.Headers, bytes]:
        address = self._address(page.host, page.port)
        timeout = httpx.Timeout(self._left()).as_dict()
        try:
            request = self.client.build_request(
                "GET",
                page.at(address),
                headers={"host": page.authority, "user-agent": AGENT, "accept-encoding": "gzip"},
                extensions={"sni_hostname": page.host, "timeout": timeout, "trace": self.deadline.trace},
            )
            response = self.client.send(request, stream=True)
            try:
                return response.status_code, response.headers, self._body(response, max_bytes, cut)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            self._left()
            raise UnreadableDocument(f"{self.asked}: cannot be loaded ({_reason(error)}); check the address") from error

    def _body(self, response: httpx.Response, max_bytes: int, cut: bool) -> bytes:
        packed = response.headers.get("content-encoding", "").strip().lower()
        if packed not in ENCODINGS:
            raise UnreadableDocument(f"{self.asked}: packed as {packed[:40]!r}, which was not asked for; save the page")
        data = bytearray()
        for chunk in response.iter_bytes(2**16):
            data += chunk
            self._left()
            if len(data) > max_bytes:
                if cut:
                    break
                raise UnreadableDocument(f"{self.asked}: larger than {max_bytes / 2**20:g} MB; download and split it")
        return bytes(data[:max_bytes])

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise UnreadableDocument(
                f"{self.asked}: not loaded within {self._limits.seconds:g} seconds; try again later"
            )
        return left

    def _address(self, host: str, port: int) -> str:
        """The address to connect to. Refuses a host when any of its addresses is not public."""
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise UnreadableDocument(f"{self.asked}: no host {host!r} ({_reason(error)}); check the address") from error
        if not addresses:
            raise UnreadableDocument(f"{self.asked}: the host {host!r} has no address; check the address")
        for address in addresses:
            if not is_public(address):
                raise UnreadableDocument(
                    f"{self.asked}: {host} is {address}, inside a private network; such hosts are not read"
                )
        return addresses[0]


def _reason(error: Exception) -> str:
    """In words alone: behind an address, brackets like those of "[Errno -2]" read as an address of IPv6."""
    return re.sub(r"\[Errno -?\d+\]\s*", "", str(error)) or type(error).__name__
