"""Which addresses on the web may be loaded, and which IP addresses belong to the open internet? Pure: asks nobody."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
HOST_MAX = 253  # characters, RFC 1035; longer ones are not put through IDNA

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_GLOBAL = ipaddress.IPv6Network("2000::/3")  # RFC 4291; Python takes site-local fec0::/10 for global
_CLOSED = (
    ipaddress.ip_network("192.0.0.0/24"),  # RFC 6890: of protocols, not of hosts
    ipaddress.ip_network("192.88.99.0/24"),  # RFC 7526: relays that are no more
    ipaddress.ip_network("3fff::/20"),  # RFC 9637: documentation
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """`host` as resolvers and certificates know it: ASCII in lower case without a last dot, or an IPv6 address without
    brackets. `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return _literal(self.host) + port

    def at(self, address: str) -> str:
        """The URL with an IP address in place of the host, so that nothing is left to resolve."""
        return f"{self.scheme}://{_literal(address)}:{self.port}{self.target}"


def parse_web_address(url: str) -> WebAddress:
    """Raises ValueError that says what is not taken and what is."""
    if not url.isprintable():
        raise ValueError("an address holds no control characters; give http:// or https://")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ValueError(f"no address ({error}); give http:// or https://") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"{url} is not loaded; only http:// and https:// addresses are")
    if "@" in parts.netloc or port not in (None, *PORTS.values()):
        raise ValueError("user names and ports other than 80 and 443 are not taken; leave them out")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme, _host(parts.hostname), port or PORTS[parts.scheme], target)


def _host(name: str) -> str:
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name))
        except ValueError as error:
            raise ValueError(f"no address ({error}); check the address") from error
    try:
        host = name.encode("idna").decode().lower().removesuffix(".") if len(name) <= HOST_MAX else ""
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise ValueError(f"no host {name[:HOST_MAX]!r}; check the address")
    return host


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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
        if ip not in _GLOBAL:
            return False
    closed = any(ip in network for network in _CLOSED if network.version == ip.version)
    return ip.is_global and not (closed or ip.is_multicast or ip.is_reserved or ip.is_unspecified)
