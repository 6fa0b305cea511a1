"""How long a connection may do nothing: a head that never ends and an answer that nobody takes are given up.

uvicorn itself waits for ever for the first request of a connection and for its reader; a body's time is limits.py's.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

LOOK_SECONDS = 15.0  # nothing happened between two looks; browsers and proxies send a head at once


class PatientProtocol(H11Protocol):
    """Closes a connection on which, between two looks, no request began and none was at work, or no byte of a waiting
    answer was taken."""

    look_seconds = LOOK_SECONDS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._look(object(), 0)

    def _look(self, before: Any, unsent: int) -> None:
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle  # None until the first request
        waiting = self.transport.get_write_buffer_size()
        idle = cycle is None or cycle.response_complete
        if (waiting and waiting == unsent) or (idle and not waiting and cycle is before):
            self.transport.abort()
        else:
            self.loop.call_later(self.look_seconds, self._look, cycle, waiting)
