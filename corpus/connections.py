"""SQLite connections of the threads of one process: each has its own, and takes it along when it ends."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable


class ThreadConnections:
    """One connection a thread, opened by `connect` at its first use, from any thread closable.

    A pool's threads come and go: whenever one opens its connection, those of threads that are over are closed.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    def get(self) -> sqlite3.Connection:
        """Raises what `connect` raises."""
        thread = threading.current_thread()
        found = self._opened.get(thread)
        if found is None:
            found = self._connect()
            with self._lock:
                self._opened[thread] = found
                for over in [one for one in self._opened if not one.is_alive()]:
                    self._opened.pop(over).close()
        return found

    def close(self) -> None:
        """Closes them all; a later `get` opens anew."""
        with self._lock:
            while self._opened:
                self._opened.popitem()[1].close()
