"""What a request body must be before anything parses it: JSON, and not too long. ASGI middleware."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem_response


class BodyLimits:
    """Answers 415 to a body that is no JSON; stops reading with 413 after `max_bytes`, whatever length was declared."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"POST", "PUT", "PATCH"}:
            await self.app(scope, receive, send)
            return
        media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip()
        if media_type.lower() != "application/json":
            detail = f"send Content-Type: application/json, not {media_type or 'nothing'}"
            await problem_response(415, detail)(scope, receive, send)
        else:
            await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_bytes:
                detail = f"at most {self.max_bytes} bytes are read; shorten the question or the history"
                raise HTTPException(413, detail)
            return message

        return counting
