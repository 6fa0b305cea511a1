"""Who may do what, and how often: decided from a request's method, path, key, origin and address."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .errors import KeyForbidden, KeyMissing, KeyRefused, RateLimited
from .keys import Key, KeyStore

Level = Literal["open", "reading", "admin"]

_MOST_COUNTED = 10_000  # callers remembered; beyond that the idle ones are forgotten
GUESSES = 10  # wrong keys a minute of one address: a person mistypes, a program tries
REFUSALS = 20  # requests a minute of one address that are refused at once: a page of a browser's makes two or three


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request says of itself. `secret` and `origin` are "" when it says nothing."""

    method: str
    path: str
    query: str
    secret: str
    origin: str
    address: str


def level_of(caller: Caller) -> Level:
    """What a request needs: documents are changed with an admin key; what shows no document's words is open."""
    path = caller.path
    if path.startswith("/v1/jobs") or (path.startswith("/v1/documents") and caller.method in {"POST", "DELETE"}):
        return "admin"
    if path.startswith(("/v1/", "/mcp", "/library", "/metrics")) or (path == "/" and "passage=" in caller.query):
        return "reading"
    return "open"


class RateLimiter:
    """Token buckets: `per_minute` requests at once, then as many as refill. 0 sets no limit. Thread safe.

    Counts in this process: several workers allow as many times more. `what` names in the refusal what is counted.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float], what: str = "requests") -> None:
        self._capacity, self._clock, self._what = per_minute, clock, what
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, who: str) -> None:
        """Raises RateLimited with the seconds to wait."""
        if not self._capacity:
            return
        refill = self._capacity / 60
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(who, (float(self._capacity), now))
            left = min(self._capacity, left + (now - since) * refill)
            self._buckets[who] = (max(left - 1, left if left < 1 else 0), now)
            if len(self._buckets) > _MOST_COUNTED:
                self._forget(now, refill)
        if left < 1:
            seconds = math.ceil((1 - left) / refill)
            raise RateLimited(f"at most {self._capacity} {self._what} a minute; try again in {seconds} s", seconds)

    def _forget(self, now: float, refill: float) -> None:
        full = [who for who, (left, since) in self._buckets.items() if left + (now - since) * refill >= self._capacity]
        for who in full or list(self._buckets)[: _MOST_COUNTED // 2]:
            del self._buckets[who]


@dataclass(frozen=True)
class Gate:
    """Reading is open unless `require_key`; changing documents always needs an admin key.

    `refusals` counts what was refused, if anything does: see guards.Pace.
    `guesses` counts wrong keys where one is needed. A right key is taken whatever was guessed before it: nobody shuts
    out whom they share an address with, and 256 bits are not guessed at any rate.
    """

    keys: KeyStore
    by_address: RateLimiter
    by_key: RateLimiter
    guesses: RateLimiter
    allowed_origins: frozenset[str] = frozenset()
    require_key: bool = False
    refusals: RateLimiter | None = None

    def admit(self, caller: Caller) -> None:
        """Raises KeyMissing, KeyRefused, KeyForbidden or RateLimited."""
        level = level_of(caller)
        if level == "open":
            return
        key = self._key(caller, level)
        if key is None:
            self.by_address.take(caller.address)
        else:
            self.by_key.take(key.id)

    def allows_origin(self, origin: str) -> bool:
        """May a page of this origin read our answers? Exact origins only."""
        return origin in self.allowed_origins or origin in self.keys.origins()

    def _key(self, caller: Caller, level: Level) -> Key | None:
        needed = level == "admin" or self.require_key
        if not caller.secret:
            if level == "admin" and not self.keys.has_admin():
                raise KeyForbidden("documents cannot be changed over HTTP: there is no admin key. "
                                   "Make one with: muhojir keys create --kind admin")  # fmt: skip
            if needed:
                raise KeyMissing("send a key as Authorization: Bearer KEY")
            return None
        try:
            key = self.keys.find(caller.secret)
        except KeyRefused:
            if not needed:  # OpenAI clients always send some key
                return None
            self.guesses.take(caller.address)
            raise
        _check(key, caller, level)
        return key


def _check(key: Key, caller: Caller, level: Level) -> None:
    if level == "admin" and key.kind != "admin":
        raise KeyForbidden(f"key {key.id} is a {key.kind} key; this needs an admin key")
    if key.kind == "publishable" and caller.origin not in key.origins:
        raise KeyForbidden(f"key {key.id} is bound to {', '.join(key.origins)}, not to {caller.origin or 'no origin'}")
