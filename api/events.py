"""Server-sent events (WHATWG HTML, 9.2): frames, and a synchronous iterator told to a client as it runs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from .errors import DOMAIN_ERRORS, body_of
from .schemas import Body

logger = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"
# Proxies must neither hold frames back (nginx) nor compress them together.
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-cache, no-transform"}
HEARTBEAT = b": still working\n\n"
HEARTBEAT_SECONDS = 10.0  # proxies close a silent connection after 30 to 60 seconds

Event = tuple[str, Body]


def frame(name: str, data: str) -> bytes:
    """`data` is JSON, so it holds no line break."""
    return f"event: {name}\ndata: {data}\n\n".encode()


def error_frame(error: Exception) -> bytes:
    return frame("error", json.dumps(body_of(error)))


def event_response(events: Iterator[Event], heartbeat_seconds: float = HEARTBEAT_SECONDS) -> StreamingResponse:
    """`events` run in the thread pool, one step at a time; a client that leaves ends them after the step under way."""
    return chunk_response((frame(name, body.json_text()) for name, body in events), error_frame, heartbeat_seconds)


def chunk_response(
    chunks: Iterator[bytes], on_error: Callable[[Exception], bytes], heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> StreamingResponse:
    """The same for frames of another make; `on_error` is the last one when a domain error comes."""
    return StreamingResponse(frames(chunks, on_error, heartbeat_seconds), media_type=MEDIA_TYPE, headers=HEADERS)


async def frames(
    chunks: Iterator[bytes], on_error: Callable[[Exception], bytes], heartbeat_seconds: float
) -> AsyncIterator[bytes]:
    """The chunks, and a comment for each silence; a domain error ends them with what `on_error` makes of it."""
    step: asyncio.Task[bytes | None] | None = None
    try:
        while True:
            step = asyncio.ensure_future(run_in_threadpool(next, chunks, None))
            while not (await asyncio.wait({step}, timeout=heartbeat_seconds))[0]:
                yield HEARTBEAT
            chunk = step.result()
            if chunk is None:
                return
            yield chunk
    except DOMAIN_ERRORS as error:
        logger.error("a stream ended with %s: %s", type(error).__name__, error)
        yield on_error(error)
    finally:
        _end(chunks, step)


def _end(chunks: Iterator[bytes], step: asyncio.Task[bytes | None] | None) -> None:
    """Closes the iterator, after its present step when one is under way: a thread cannot be interrupted."""
    close = getattr(chunks, "close", None)
    if close is None:
        return
    if step is None or step.done():
        close()
    else:
        step.add_done_callback(lambda _: close())
