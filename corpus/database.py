"""The file corpus.sqlite: its format, its connections, and what its refusals mean to a person."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.errors import StoreUnavailable

FORMAT = 2  # PRAGMA user_version
BUSY_SECONDS = 10.0  # a commit takes milliseconds; whoever holds the lock longer is stuck

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL,
    source TEXT NOT NULL, version TEXT NOT NULL, added TEXT NOT NULL, revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_name ON documents (name);
CREATE INDEX documents_url ON documents (url);
CREATE INDEX documents_source ON documents (source);
CREATE TABLE versions (
    document_id TEXT NOT NULL REFERENCES documents (id), version TEXT NOT NULL, added TEXT NOT NULL,
    name TEXT NOT NULL, language TEXT NOT NULL, record TEXT NOT NULL, headings TEXT NOT NULL, pages TEXT NOT NULL,
    hidden TEXT NOT NULL, text TEXT NOT NULL, raw BLOB NOT NULL,
    account TEXT NOT NULL DEFAULT '{}', headers TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (document_id, version)
);
CREATE INDEX versions_original ON versions (json_extract(record, '$.translation_of'));
CREATE TRIGGER text_is_never_rewritten BEFORE UPDATE OF text ON versions
BEGIN SELECT RAISE (ABORT, 'a stored text is never rewritten'); END;
CREATE TABLE tombstones (
    document_id TEXT NOT NULL, version TEXT NOT NULL, removed TEXT NOT NULL, purged TEXT,
    PRIMARY KEY (document_id, version)
) WITHOUT ROWID;
CREATE TABLE state (revision INTEGER NOT NULL, compared INTEGER NOT NULL);
INSERT INTO state VALUES (0, -1);
"""

_FROM_1 = """
ALTER TABLE versions ADD COLUMN account TEXT NOT NULL DEFAULT '{}';
ALTER TABLE versions ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE state ADD COLUMN compared INTEGER NOT NULL DEFAULT -1;
"""


class Database:
    """One connection per thread. Raises StoreUnavailable wherever SQLite or the disk refuses."""

    def __init__(self, path: Path, *, create: bool, busy_seconds: float) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not create and not path.exists():
            raise StoreUnavailable(f"{path} does not exist; run `muhojir init`")
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self._connection())

    def close(self) -> None:
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block or nothing of it."""
        with self._translated():
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    @contextmanager
    def streaming(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, for a cursor that stays open while the thread does other things."""
        with self._translated(), closing(self._connect()) as db:
            yield db

    def shed_log(self) -> None:
        """Deleted text must not stay in the write-ahead log."""
        with self.reading() as db:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreUnavailable(
                f"{self.path}: purged, but a reader still holds the old log; purge again when it is done"
            )

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        return db

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if db is None:
            db = self._local.connection = self._connect()
            with self._lock:
                self._opened.append(db)
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if _format(db) == FORMAT:
            return
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        with db:
            found = _format(db)
            if found == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                _run(db, _SCHEMA)
            elif found == 1:  # a home of the first format is brought up to date in place
                _run(db, _FROM_1)
            elif found != FORMAT:
                raise self._foreign(found)

    def _foreign(self, found: int) -> StoreUnavailable:
        if found > FORMAT:
            return StoreUnavailable(
                f"{self.path} has format {found}, this program reads {FORMAT}; update the program or restore a backup"
            )
        return StoreUnavailable(f"{self.path} is a database of another program; choose another --home")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path}: {_cause(error)}") from error
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error.strerror or error}; choose another --home") from error


def _format(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


_CAUSES = {
    sqlite3.SQLITE_BUSY: "another process holds the lock; wait for it or stop it, then try again",
    sqlite3.SQLITE_LOCKED: "another process holds the lock; wait for it or stop it, then try again",
    sqlite3.SQLITE_FULL: "the disk is full; free some space, nothing was changed",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup (`muhojir restore`)",
    sqlite3.SQLITE_NOTADB: "the file is no database; restore a backup (`muhojir restore`)",
    sqlite3.SQLITE_READONLY: "the file cannot be written; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check the folder and its permissions",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check it and its free space",
}


def _cause(error: sqlite3.Error) -> str:
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes carry the primary one in the low byte
    return _CAUSES.get(primary, f"the database refuses ({error}); `muhojir doctor` examines it")


def _run(db: sqlite3.Connection, script: str) -> None:
    for statement in _statements(script):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {FORMAT}")


def _statements(script: str) -> Iterator[str]:
    """Single statements, so that the schema is created in one transaction (`executescript` commits first)."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
