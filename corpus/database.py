"""The file corpus.sqlite: its format, its connections, and what its refusals mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.connections import ThreadConnections, address
from corpus.errors import StoreUnavailable
from corpus.schema import FORMAT, SEALED, altered, create, migrate, seal, sealed_columns

BUSY_SECONDS = 10.0  # a commit takes milliseconds; whoever holds the lock longer is stuck
MEND = "restore a backup (`muhojir restore`)"
_SCREENFUL = 20  # lines of damage


class Database:
    """One connection per thread. Raises StoreUnavailable wherever SQLite or the disk refuses."""

    def __init__(self, path: Path, *, create: bool, busy_seconds: float) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._connections = ThreadConnections(self._connect)
        if not create and not path.exists():
            raise StoreUnavailable(f"{path} does not exist; run `muhojir init`")
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self._connections.get())

    def close(self) -> None:
        self._connections.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Values that no program of ours wrote are damage, as a broken page is."""
        try:
            with self._translated():
                yield self._connections.get()
        except (TypeError, ValueError, KeyError) as error:
            raise StoreUnavailable(f"{self.path}: the file is damaged ({error}); {MEND}") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block or nothing of it."""
        with self._translated():
            db = self._connections.get()
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

    def damage(self) -> list[str]:
        """What of the file cannot be trusted, in words, at most a screenful; nothing when it is sound. Reads all."""
        with self.reading() as db:
            broken = [str(row[0]) for row in db.execute(f"PRAGMA integrity_check({_SCREENFUL})") if row[0] != "ok"]
            rows = [] if broken else [line for table in SEALED for line in _unsealed(db, table)]
            return broken or [*rows, *(f"schema: {name}" for name in altered(db))][:_SCREENFUL]

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            address(self.path), timeout=self._busy_seconds, isolation_level=None, check_same_thread=False, uri=True
        )
        db.create_function("seal", -1, seal, deterministic=True)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if _format(db) == FORMAT:
            return
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        with db:
            found = _format(db)
            if found == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                create(db)
            elif 0 < found < FORMAT:  # a home of an older format is brought up to date in place
                migrate(db, found)
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
        except UnicodeDecodeError as error:  # SQLite quotes the damaged bytes of its schema
            raise StoreUnavailable(f"{self.path}: the file is damaged; {MEND}") from error
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error.strerror or error}; choose another --home") from error


def _unsealed(db: sqlite3.Connection, table: str) -> list[str]:
    name = " || '@' || ".join(SEALED[table][0]) or "'revision'"
    query = f"SELECT {name} FROM {table} WHERE seal IS NOT seal({sealed_columns(table)})"
    return [f"{table}: {row[0]}" for row in db.execute(query)]


def _format(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


_CAUSES = {
    sqlite3.SQLITE_BUSY: "another process holds the lock; wait for it or stop it, then try again",
    sqlite3.SQLITE_LOCKED: "another process holds the lock; wait for it or stop it, then try again",
    sqlite3.SQLITE_FULL: "the disk is full; free some space, nothing was changed",
    sqlite3.SQLITE_CORRUPT: f"the file is damaged; {MEND}",
    sqlite3.SQLITE_NOTADB: f"the file is no database; {MEND}",
    sqlite3.SQLITE_READONLY: "the file cannot be written; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check the folder and its permissions",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check it and its free space",
}


def _cause(error: sqlite3.Error) -> str:
    if "Could not decode to UTF-8" in str(error):
        return f"the file is damaged; {MEND}"
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes carry the primary one in the low byte
    return _CAUSES.get(primary, f"the database refuses ({error}); `muhojir doctor` examines it")
