"""Server-sent events (WHATWG HTML, 9.2): frames, and a synchronous iterator told to a client as it runs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator

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
    return StreamingResponse(frames(events, heartbeat_seconds), media_type=MEDIA_TYPE, headers=HEADERS)


async def frames(events: Iterator[Event], heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """Each event as a frame, a comment for each silence; a domain error ends the stream as the event `error`."""
    step: asyncio.Task[Event | None] | None = None
    try:
        while True:
            step = asyncio.ensure_future(run_in_threadpool(next, events, None))
            while not (await asyncio.wait({step}, timeout=heartbeat_seconds))[0]:
                yield HEARTBEAT
            event = step.result()
            if event is None:
                return
            yield frame(event[0], event[1].json_text())
    except DOMAIN_ERRORS as error:
        logger.error("a stream ended with %s: %s", type(error).__name__, error)
        yield error_frame(error)
    finally:
        _end(events, step)


def _end(events: Iterator[Event], step: asyncio.Task[Event | None] | None) -> None:
    """Closes the iterator, after its present step when one is under way: a thread cannot be interrupted."""
    close = getattr(events, "close", None)
    if close is None:
        return
    if step is None or step.done():
        close()
    else:
        step.add_done_callback(lambda _: close())
