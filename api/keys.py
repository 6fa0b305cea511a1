"""Keys of the service: made here, shown once, kept as hashes.

admin        adds and deletes documents, reads
reading      reads
publishable  reads, in pages of the origins it is bound to; every reader of such a page can see it
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from qa.errors import InvalidQuery

from .errors import KeyRefused, UnknownKey
from .service_database import ServiceDatabase

Kind = Literal["admin", "reading", "publishable"]

_PREFIXES: dict[str, str] = {"admin": "mhj_admin_", "reading": "mhj_read_", "publishable": "mhj_pub_"}
_BYTES = 32  # of randomness: nothing to guess, so a plain sha256 is enough at rest
_PICKED = 8  # bytes of the hash that SQLite compares, in no constant time
_COLUMNS = "id, kind, name, origins, created, revoked"


@dataclass(frozen=True, slots=True)
class Key:
    """`origins` bind a publishable key; empty for the others. Times are ISO 8601, UTC."""

    id: str
    kind: Kind
    name: str
    origins: tuple[str, ...]
    created: str
    revoked: str | None


class KeyStore:
    def __init__(self, database: ServiceDatabase, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def create(self, kind: str, name: str, origins: Sequence[str] = ()) -> tuple[Key, str]:
        """A new key and its secret, which is shown now and never again. Raises InvalidQuery."""
        if kind not in get_args(Kind):
            raise InvalidQuery("kind", f"one of {', '.join(get_args(Kind))}, not {kind!r}")
        if (kind == "publishable") != bool(origins):
            raise InvalidQuery("origin", "a publishable key needs at least one origin, the others take none")
        bound = [checked_origin(origin) for origin in origins]
        secret = _PREFIXES[kind] + secrets.token_urlsafe(_BYTES)
        identity = secrets.token_hex(4)
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (identity, kind, name, _hash(secret), json.dumps(bound), self._stamp()),
            )
            return _key(db.execute(f"SELECT {_COLUMNS} FROM keys WHERE id = ?", (identity,)).fetchone()), secret

    def find(self, secret: str) -> Key:
        """The key that is in force under this secret. Raises KeyRefused.

        Rows are picked by the head of the hash; what must stay unknown, the rest, is compared in constant time.
        """
        wanted = _hash(secret)
        query = f"SELECT {_COLUMNS}, hash FROM keys WHERE substr(hash, 1, {_PICKED}) = ? AND revoked IS NULL"
        with self._database.reading() as db:
            rows = db.execute(query, (wanted[:_PICKED],)).fetchall()
        for *columns, found in rows:
            if hmac.compare_digest(found, wanted):
                return _key(columns)
        raise KeyRefused("this key is unknown or revoked. Make a new one with: muhojir keys create")

    def list(self) -> list[Key]:
        """All keys, oldest first, the revoked ones included."""
        with self._database.reading() as db:
            return [_key(row) for row in db.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY created, id")]

    def revoke(self, identity: str) -> None:
        """The key is refused from the next request on. Raises UnknownKey."""
        with self._database.writing() as db:
            changed = db.execute(
                "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (self._stamp(), identity)
            ).rowcount
        if not changed:
            raise UnknownKey(f"no key {identity!r} is in force. Run: muhojir keys list")

    def has_admin(self) -> bool:
        return any(key.kind == "admin" and key.revoked is None for key in self.list())

    def origins(self) -> frozenset[str]:
        """The origins of all publishable keys in force."""
        return frozenset(origin for key in self.list() if key.revoked is None for origin in key.origins)

    def _stamp(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def checked_origin(origin: str) -> str:
    """Scheme, host and port as a browser sends them. Raises InvalidQuery for a path, a wildcard, another scheme."""
    parts = urlsplit(origin)
    written = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme not in {"http", "https"} or not parts.hostname or "*" in origin or origin.lower() != written:
        raise InvalidQuery("origin", f"write it as https://example.org, without a path or a wildcard, not {origin!r}")
    return written


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(row: Sequence[Any]) -> Key:
    identity, kind, name, origins, created, revoked = row
    return Key(identity, kind, name, tuple(json.loads(origins)), created, revoked)
