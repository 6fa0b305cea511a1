"""ASGI middleware around every route: keys and rates, other origins, and the headers that keep browsers careful."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access import Caller, Gate, RateLimiter
from .errors import ApiError, KeyMissing, KeyRefused, RateLimited
from .problems import domain_response

_METHODS = "GET, POST, DELETE"
_HEADERS = "authorization, content-type, last-event-id, mcp-protocol-version, mcp-session-id"
_EXPOSED = "location, retry-after, x-request-id, mcp-session-id"
_PAUSE_SECONDS, _MOST_PAUSED = 0.25, 100  # a refusal's wait, and how many wait at one time: each holds its request
_PREFLIGHT_SECONDS = "600"  # Chromium keeps one for at most two hours; keys are revoked sooner
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Resource-Policy": "same-site",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Guard:
    """Refuses what the gate refuses, before anything is read."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self.gate.admit(caller_of(scope))
            except ApiError as error:
                await domain_response(error, _headers_of(error))(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Pace:
    """An address that was refused too often waits for every further refusal: it cannot send nonsense faster than it is
    told so, and others have the processor. What is answered is never late."""

    def __init__(
        self, app: ASGIApp, refusals: RateLimiter, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.app, self.refusals, self.pause = app, refusals, pause
        self._paused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500:
                await self._count(scope["client"][0] if scope.get("client") else "")
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)

    async def _count(self, address: str) -> None:
        try:
            self.refusals.take(address)
        except RateLimited:
            if self._paused < _MOST_PAUSED:
                self._paused += 1
                try:
                    await self.pause(_PAUSE_SECONDS)
                finally:
                    self._paused -= 1


def caller_of(scope: Scope) -> Caller:
    headers = Headers(scope=scope)
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return Caller(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        secret=secret.strip() if scheme.lower() == "bearer" else "",
        origin=headers.get("origin", ""),
        address=scope["client"][0] if scope.get("client") else "",
    )


def _headers_of(error: ApiError) -> dict[str, str]:
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.seconds)}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, KeyMissing | KeyRefused) else {}


class CrossOrigin:
    """CORS (Fetch standard), closed by default: exact origins of the settings and of publishable keys. No cookies."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin", "") if scope["type"] == "http" else ""
        if not origin:
            await self.app(scope, receive, send)
            return
        allowed = self.gate.allows_origin(origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await _preflight(origin, allowed)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if allowed:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        await self.app(scope, receive, sending)


def _preflight(origin: str, allowed: bool) -> Response:
    headers = {"Vary": "Origin"}
    if allowed:
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
    return Response(status_code=204 if allowed else 403, headers=headers)


class SecurityHeaders:
    """Sets what a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("Content-Security-Policy", API_POLICY)
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
