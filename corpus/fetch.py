"""An address on the web -> the bytes of one document, within limits and never from inside the network it runs in.

Every host is resolved first, all its addresses must be public, and the connection goes to the address that was
checked, so that a second look-up cannot lead elsewhere; each redirect begins anew. Resolver, transport and clock are
parameters.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import SplitResult, unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.registry import BY_MEDIA_TYPE, is_supported

AGENT = "Muhojir/0.1 (research corpus; one page at a person's request)"
REDIRECTS = frozenset((301, 302, 303, 307, 308))
ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: crawlers read at least 500 KiB
KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "content-language")
PORTS = (80, 443)

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
    with visit.client:
        for _ in range(limits.redirects + 1):
            if limits.robots:
                visit.ask_robots()
            target = visit.step()
            if not target:
                return visit.result(clock())
            visit.url = target
    raise UnreadableDocument(f"{url}: more than {limits.redirects} redirects; give the final address")


class _Visit:
    def __init__(self, url: str, limits: Limits, resolver: Resolver, transport: httpx.BaseTransport | None) -> None:
        self.asked = self.url = url
        self._limits = limits
        self._resolver = resolver
        self._ends = time.monotonic() + limits.seconds
        self._data = b""
        self._headers = httpx.Headers()
        self.client = httpx.Client(
            transport=transport,
            timeout=limits.seconds,
            trust_env=False,
            follow_redirects=False,
            verify=ssl.create_default_context(),
        )

    def step(self) -> str:
        """Loads the address; the next one when the server sends us on, else ""."""
        status, headers, data = self._get(self.url, self._limits.max_bytes)
        if status in REDIRECTS and headers.get("location"):
            return urljoin(self.url, headers["location"])
        if status != 200:
            raise UnreadableDocument(
                f"{self.asked}: the server answers {status} for {self.url}; open it in a browser and add the file"
            )
        self._headers, self._data = headers, data
        return ""

    def result(self, now: datetime) -> Fetched:
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        path = unquote(urlsplit(self.url).path)
        if kind not in BY_MEDIA_TYPE and not (kind in ("", "application/octet-stream") and is_supported(path)):
            raise UnsupportedFormat(
                f"{self.asked}: the server sends {kind or 'no media type'}; known: {' '.join(sorted(BY_MEDIA_TYPE))}"
            )
        headers = {key: self._headers[key] for key in KEPT_HEADERS if key in self._headers}
        name = (urlsplit(self.url).hostname or "") + path.rstrip("/")
        return Fetched(self.asked, self.url, name, kind if kind in BY_MEDIA_TYPE else "", self._data, now, headers)

    def ask_robots(self) -> None:
        """Refuses what robots.txt forbids; a missing file allows all, a failing server nothing (RFC 9309, 2.3.1)."""
        parts = urlsplit(self.url)
        status, _, data = self._get(f"{parts.scheme}://{parts.netloc}/robots.txt", ROBOTS_BYTES, cut=True)
        if status >= 500:
            raise UnreadableDocument(
                f"{self.asked}: robots.txt of {parts.netloc} cannot be read ({status}); try again later"
            )
        rules = RobotFileParser()
        rules.parse(data.decode("utf-8", errors="replace").splitlines() if status == 200 else [])
        if not rules.can_fetch(AGENT, self.url):
            raise UnreadableDocument(
                f"{self.asked}: robots.txt of {parts.netloc} forbids it; save the page and add the file"
            )

    def _get(self, url: str, max_bytes: int, cut: bool = False) -> tuple[int, httpx.Headers, bytes]:
        parts = self._checked(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address(host, port)
        literal = f"[{address}]" if ":" in address else address
        request = self.client.build_request(
            "GET",
            parts._replace(netloc=f"{literal}:{port}", fragment="").geturl(),
            headers={"host": parts.netloc.rpartition("@")[2], "user-agent": AGENT, "accept-encoding": "gzip"},
            extensions={"sni_hostname": host, "timeout": httpx.Timeout(self._left()).as_dict()},
        )
        try:
            response = self.client.send(request, stream=True)
            try:
                return response.status_code, response.headers, self._body(response, max_bytes, cut)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise UnreadableDocument(f"{self.asked}: cannot be loaded ({reason}); check the address") from error

    def _body(self, response: httpx.Response, max_bytes: int, cut: bool) -> bytes:
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

    def _checked(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UnreadableDocument(f"{self.asked}: no address ({error}); give http:// or https://") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UnreadableDocument(f"{self.asked}: {url} is not loaded; only http:// and https:// addresses are")
        if parts.username or parts.password or port not in (None, *PORTS):
            raise UnreadableDocument(
                f"{self.asked}: user names and ports other than 80 and 443 are not taken; leave them out"
            )
        return parts

    def _address(self, host: str, port: int) -> str:
        """The address to connect to. Refuses a host when any of its addresses is not public."""
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise UnreadableDocument(f"{self.asked}: no host {host!r} ({error}); check the address") from error
        if not addresses:
            raise UnreadableDocument(f"{self.asked}: the host {host!r} has no address; check the address")
        for address in addresses:
            if not is_public(address):
                raise UnreadableDocument(
                    f"{self.asked}: {host} is {address}, inside a private network; such hosts are not read"
                )
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet; addresses that wrap another are judged by it."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
