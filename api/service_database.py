"""service.sqlite: what the service itself must remember (keys, jobs). Documents are elsewhere, in corpus.sqlite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.connections import address
from corpus.errors import StoreUnavailable

FORMAT = 1  # PRAGMA user_version
_NOWHERE = ":memory:"
BUSY_SECONDS = 10.0  # a commit takes milliseconds; whoever holds the lock longer is stuck

_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
    origins TEXT NOT NULL, created TEXT NOT NULL, revoked TEXT
);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL, task TEXT NOT NULL,
    data BLOB, created TEXT NOT NULL, started TEXT, ended TEXT, done INTEGER NOT NULL, total INTEGER NOT NULL,
    result TEXT, error TEXT, attempts INTEGER NOT NULL DEFAULT 0
);
"""


class ServiceDatabase:
    """Thread safe: a connection for each use. Made at the first use; where it cannot be made there are no keys and no
    jobs to read. Raises StoreUnavailable."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._connected(_NOWHERE if self._is_beyond_reach() else address(self.path)) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block or nothing of it."""
        with self._connected(address(self.path)) as db:
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    def check(self) -> None:
        """Reads the whole file. Raises StoreUnavailable naming what is damaged."""
        with self.reading() as db:
            faults = [row[0] for row in db.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
        if faults:
            raise StoreUnavailable(
                f"{self.path} is damaged ({faults[0]}); move it away and make new keys: the documents are elsewhere"
            )

    def shed_log(self) -> None:
        """What was deleted must not stay in the write-ahead log. A reader of this moment keeps it a little longer."""
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _connected(self, place: str) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(place, timeout=BUSY_SECONDS, isolation_level=None, uri=True)) as db:
                db.execute("PRAGMA secure_delete = ON")  # an uploaded text that is done with must not stay in the file
                self._prepare(db)
                yield db
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # the last quotes a damaged schema
            raise StoreUnavailable(f"{self.path}: {error}; check the folder, its permissions and its space") from error

    def _is_beyond_reach(self) -> bool:
        return self.path.parent.exists() and not self.path.exists() and not os.access(self.path.parent, os.W_OK)

    def _prepare(self, db: sqlite3.Connection) -> None:
        found = int(db.execute("PRAGMA user_version").fetchone()[0])
        if found == FORMAT:
            return
        if found > FORMAT:
            raise StoreUnavailable(f"{self.path} has format {found}, this program reads {FORMAT}; update the program")
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"{_SCHEMA} PRAGMA user_version = {FORMAT};")
