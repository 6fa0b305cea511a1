"""How a file of SQLite's is opened, and the connections of the threads of one process, each with its own."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path


def address(path: Path) -> str:
    """For `sqlite3.connect(..., uri=True)`."""
    return f"{path.absolute().as_uri()}{'?immutable=1' if _is_frozen(path) else ''}"


def _is_frozen(path: Path) -> bool:
    """A folder that cannot be written, as a mounted backup: without a log beside it the file is all there is."""
    return path.exists() and not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()


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
