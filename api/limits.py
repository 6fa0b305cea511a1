"""What a request body must be before anything parses it: JSON, and not too long. ASGI middleware."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .methods import allowed_methods
from .problems import problem_response

BODY_SECONDS = 120.0  # the largest document over a line of 4 Mbit/s
JSON, MULTIPART, DOCUMENTS = "application/json", "multipart/form-data", "/v1/documents"


class BodyLimits:
    """Answers 415 to a body that is no JSON; stops reading with 413 after `max_bytes`, whatever length was declared."""

    def __init__(self, app: ASGIApp, max_bytes: int, max_document_bytes: int = 0) -> None:
        """`max_document_bytes`: the larger limit of /v1/documents, which also takes files."""
        self.app = app
        self.max_bytes, self.max_document_bytes = max_bytes, max(max_bytes, max_document_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip()
        takes_files = scope["path"] == DOCUMENTS
        if media_type.lower() not in ({JSON, MULTIPART} if takes_files else {JSON}):
            await _refusal(scope, media_type)(scope, receive, send)
        else:
            await self.app(
                scope, self._counted(receive, self.max_document_bytes if takes_files else self.max_bytes), send
            )

    def _counted(self, receive: Receive, most: int) -> Receive:
        seen, whole = 0, False
        ends = asyncio.get_running_loop().time() + BODY_SECONDS

        async def counting() -> Message:
            nonlocal seen, whole
            if whole:  # what follows a body is the end of the connection, which may be far
                return await receive()
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError as error:
                detail = f"the body did not arrive within {BODY_SECONDS:g} seconds; send it again"
                raise HTTPException(408, detail, {"Connection": "close"}) from error
            seen, whole = seen + len(message.get("body", b"")), not message.get("more_body", False)
            if seen > most:
                detail = f"at most {most} bytes are read; send less"
                raise HTTPException(413, detail)
            return message

        return counting


def _refusal(scope: Scope, media_type: str) -> Response:
    """An address that takes no body at all has no media type to ask for."""
    allowed = allowed_methods(scope)
    if allowed and "POST" not in allowed:
        detail = f"{scope['path']} does not answer POST"
        return problem_response(405, detail, headers={"Allow": ", ".join(allowed)})
    return problem_response(415, f"send Content-Type: application/json, not {media_type or 'nothing'}")
