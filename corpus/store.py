"""corpus.sqlite: the documents, all their versions, and what was deleted. The source of truth.

One transaction per change; readers go on during a write. A stored canonical text is never rewritten. A removed
version has a tombstone and cannot be read again, even when its document comes back with another text.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.document import Dated, Document, Heading, Language, Record, Span
from corpus.errors import StoreUnavailable, UnknownDocument
from corpus.identity import new_document_id, version_of
from corpus.ingest import Draft
from corpus.metadata import record_from_json, record_to_json

FORMAT = 1  # PRAGMA user_version
BUSY_SECONDS = 10.0  # a commit takes milliseconds; whoever holds the lock longer is stuck

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL,
    version TEXT NOT NULL, added TEXT NOT NULL, revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_name ON documents (name);
CREATE INDEX documents_url ON documents (url);
CREATE TABLE versions (
    document_id TEXT NOT NULL REFERENCES documents (id), version TEXT NOT NULL, added TEXT NOT NULL,
    name TEXT NOT NULL, language TEXT NOT NULL, record TEXT NOT NULL, headings TEXT NOT NULL, pages TEXT NOT NULL,
    hidden TEXT NOT NULL, text TEXT NOT NULL, raw BLOB NOT NULL,
    PRIMARY KEY (document_id, version)
);
CREATE TRIGGER text_is_never_rewritten BEFORE UPDATE OF text ON versions
BEGIN SELECT RAISE (ABORT, 'a stored text is never rewritten'); END;
CREATE TABLE tombstones (
    document_id TEXT NOT NULL, version TEXT NOT NULL, removed TEXT NOT NULL, purged TEXT,
    PRIMARY KEY (document_id, version)
) WITHOUT ROWID;
CREATE TABLE state (revision INTEGER NOT NULL);
INSERT INTO state VALUES (0);
"""
_LIVE = "NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.document_id = v.document_id AND t.version = v.version)"
_COLUMNS = "v.document_id, v.version, v.name, v.language, v.text, v.record, v.headings, v.pages, v.hidden"
_LATEST = f"FROM documents d JOIN versions v ON v.document_id = d.id AND v.version = d.version WHERE {_LIVE}"

Outcome = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class AddResult:
    document_id: str
    version: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document without its text. `revision` is the store's revision at its last change, metadata included."""

    id: str
    version: str
    name: str
    title: str
    language: Language
    published: Dated | None
    publisher: str
    added: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    version: str
    added: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A removed version. `purged` is when its text was physically deleted, None until then."""

    document_id: str
    version: str
    removed: datetime
    purged: datetime | None


def _now() -> datetime:
    return datetime.now(UTC)


class CorpusStore:
    """Thread safe: one connection per thread. Every method raises StoreUnavailable when the file refuses."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now, create: bool = True) -> None:
        self.path = Path(path)
        self._clock = clock
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not create and not self.path.exists():
            raise StoreUnavailable(f"{self.path} does not exist; run `muhojir init`")
        with self._translated():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self._connection())

    def close(self) -> None:
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def add(self, raw: bytes, draft: Draft) -> AddResult:
        """Stores a draft: a new document, a new version of one with its id, name or address, or nothing new.

        The same text with other metadata is "updated" and keeps its version. Adding a removed document again
        brings it back.
        """
        version = version_of(draft.text)
        with self._writing() as db:
            known = _find(db, draft)
            document_id = known or draft.id or new_document_id(draft.name, raw)
            if known and _is_same(db, known, version, raw, draft):
                return AddResult(known, version, "unchanged")
            was_live = _is_live(db, document_id)
            _write(db, document_id, version, raw, draft, self._stamp(), _advance(db))
        return AddResult(document_id, version, "updated" if was_live else "added")

    def remove(self, document_id: str) -> None:
        """Puts a tombstone on every version. Raises UnknownDocument when there is none to remove."""
        with self._writing() as db:
            if not _is_live(db, document_id):
                raise self._unknown(document_id)
            _bury(db, document_id, self._stamp())
            _advance(db)

    def purge(self, document_id: str) -> None:
        """Deletes the removed versions from the disk; a document that was never removed is removed first.

        May be repeated. Raises UnknownDocument when the store never held it.
        """
        with self._writing() as db:
            buried = db.execute("SELECT 1 FROM tombstones WHERE document_id = ?", (document_id,)).fetchone()
            if not buried:
                if not _is_live(db, document_id):
                    raise self._unknown(document_id)
                _bury(db, document_id, self._stamp())
            _erase(db, document_id, self._stamp())
            _advance(db)
        self._shed_log()

    def get(self, document_id: str, version: str | None = None) -> Document:
        """The latest version, or the one asked for. Raises UnknownDocument."""
        with self._reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM versions v JOIN documents d ON d.id = v.document_id "
                f"WHERE v.document_id = ? AND v.version = coalesce(?, d.version) AND {_LIVE}",
                (document_id, version),
            ).fetchone()
        if row is None:
            raise self._unknown(document_id if version is None else f"{document_id}@{version}")
        return _document(row)

    def raw(self, document_id: str) -> bytes:
        """The bytes of the latest version as they were added. Raises UnknownDocument."""
        with self._reading() as db:
            row = db.execute(f"SELECT v.raw {_LATEST} AND d.id = ?", (document_id,)).fetchone()
        if row is None:
            raise self._unknown(document_id)
        return bytes(row[0])

    def documents(self) -> Iterator[Document]:
        """The latest version of every live document, ordered by id, as of the moment of the first `next`."""
        with self._translated(), closing(self._connect()) as db:
            for row in db.execute(f"SELECT {_COLUMNS} {_LATEST} ORDER BY d.id"):
                yield _document(row)

    def live(self) -> dict[str, str]:
        """Document id -> latest version, ordered by id."""
        with self._reading() as db:
            return dict(db.execute(f"SELECT d.id, d.version {_LATEST} ORDER BY d.id").fetchall())

    def list(self, *, after: str = "", limit: int = -1) -> list[DocumentRow]:
        """Live documents with ids greater than `after`, ordered by id; at most `limit` (-1: all)."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT d.id, d.version, v.name, v.language, v.record, v.added, d.revision {_LATEST} "
                "AND d.id > ? ORDER BY d.id LIMIT ?",
                (after, limit),
            ).fetchall()
        return [_row(*row) for row in rows]

    def versions(self, document_id: str) -> tuple[StoredVersion, ...]:
        """Oldest first. Raises UnknownDocument."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT v.version, v.added, v.version = d.version FROM versions v JOIN documents d "
                f"ON d.id = v.document_id WHERE d.id = ? AND {_LIVE} ORDER BY v.rowid",
                (document_id,),
            ).fetchall()
        if not rows:
            raise self._unknown(document_id)
        return tuple(StoredVersion(version, _time(added), bool(current)) for version, added, current in rows)

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Removed versions that did not come back, ordered by document id and version."""
        with self._reading() as db:
            rows = db.execute("SELECT document_id, version, removed, purged FROM tombstones ORDER BY 1, 2").fetchall()
        return tuple(Tombstone(one, two, _time(gone), _time(past) if past else None) for one, two, gone, past in rows)

    def revision(self) -> int:
        """Grows with every change; equal revisions of one store mean equal content."""
        with self._reading() as db:
            return int(db.execute("SELECT revision FROM state").fetchone()[0])

    def _stamp(self) -> str:
        return self._clock().astimezone(UTC).isoformat()

    def _unknown(self, document_id: str) -> UnknownDocument:
        return UnknownDocument(f"no document {document_id!r}, or it was removed; `muhojir list` shows what there is")

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
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
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        with db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            empty = not db.execute("SELECT 1 FROM sqlite_master").fetchone()
            if found == 0 and empty:
                for statement in _statements(_SCHEMA):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {FORMAT}")
            elif found != FORMAT:
                raise self._foreign(found)

    def _foreign(self, found: int) -> StoreUnavailable:
        if found > FORMAT:
            return StoreUnavailable(
                f"{self.path} has format {found}, this program reads {FORMAT}; update the program or restore a backup"
            )
        return StoreUnavailable(f"{self.path} is a database of another program; choose another --home")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            yield self._connection()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    def _shed_log(self) -> None:
        """Purged text must not stay in the write-ahead log."""
        with self._reading() as db:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreUnavailable(
                f"{self.path}: purged, but a reader still holds the old log; purge again when it is done"
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path}: {_cause(error)}") from error
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error.strerror}; choose another --home") from error


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


def _statements(script: str) -> Iterator[str]:
    """Single statements, so that the schema is created in one transaction (`executescript` commits first)."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _find(db: sqlite3.Connection, draft: Draft) -> str | None:
    """The id of the document that `draft` is a version of. A digest shares the address of its source: no match."""
    if draft.id:
        row = db.execute("SELECT id FROM documents WHERE id = ?", (draft.id,)).fetchone()
    else:
        row = db.execute("SELECT id FROM documents WHERE name = ? ORDER BY added", (draft.name,)).fetchone()
        row = row or db.execute(
            "SELECT id FROM documents WHERE url = ? AND url <> '' ORDER BY added", (_address(draft.record),)
        ).fetchone()
    return row[0] if row else None


def _address(record: Record) -> str:
    return "" if record.digest else record.url


def _is_live(db: sqlite3.Connection, document_id: str) -> bool:
    return db.execute(f"SELECT 1 {_LATEST} AND d.id = ?", (document_id,)).fetchone() is not None


def _is_same(db: sqlite3.Connection, document_id: str, version: str, raw: bytes, draft: Draft) -> bool:
    row = db.execute(
        f"SELECT v.version, v.name, v.language, v.record, v.headings, v.pages, v.hidden, v.raw {_LATEST} AND d.id = ?",
        (document_id,),
    ).fetchone()
    return row is not None and row == (version, *_described(draft), raw)


def _described(draft: Draft) -> tuple[str, str, str, str, str, str]:
    return (
        draft.name,
        draft.language,
        record_to_json(draft.record),
        json.dumps([[h.span.start, h.span.end, h.level, h.title] for h in draft.headings], ensure_ascii=False),
        json.dumps(list(draft.pages)),
        json.dumps([[span.start, span.end] for span in draft.hidden]),
    )


def _write(
    db: sqlite3.Connection, document_id: str, version: str, raw: bytes, draft: Draft, now: str, revision: int
) -> None:
    db.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "name = excluded.name, url = excluded.url, version = excluded.version, revision = excluded.revision",
        (document_id, draft.name, _address(draft.record), version, now, revision),
    )
    db.execute(
        "INSERT INTO versions "
        "(document_id, version, added, name, language, record, headings, pages, hidden, raw, text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (document_id, version) DO UPDATE SET "
        "name = excluded.name, language = excluded.language, record = excluded.record, headings = excluded.headings, "
        "pages = excluded.pages, hidden = excluded.hidden, raw = excluded.raw",
        (document_id, version, now, *_described(draft), raw, draft.text),
    )
    db.execute("DELETE FROM tombstones WHERE document_id = ? AND version = ?", (document_id, version))


def _bury(db: sqlite3.Connection, document_id: str, now: str) -> None:
    db.execute(
        "INSERT OR IGNORE INTO tombstones SELECT document_id, version, ?, NULL FROM versions WHERE document_id = ?",
        (now, document_id),
    )


def _erase(db: sqlite3.Connection, document_id: str, now: str) -> None:
    db.execute(
        "DELETE FROM versions AS v WHERE document_id = ? AND EXISTS "
        "(SELECT 1 FROM tombstones t WHERE t.document_id = v.document_id AND t.version = v.version)",
        (document_id,),
    )
    db.execute(
        "DELETE FROM documents WHERE id = ? AND NOT EXISTS (SELECT 1 FROM versions WHERE document_id = id)",
        (document_id,),
    )
    db.execute("UPDATE tombstones SET purged = ? WHERE document_id = ? AND purged IS NULL", (now, document_id))


def _advance(db: sqlite3.Connection) -> int:
    db.execute("UPDATE state SET revision = revision + 1")
    return int(db.execute("SELECT revision FROM state").fetchone()[0])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _document(row: tuple[str, str, str, Language, str, str, str, str, str]) -> Document:
    document_id, version, name, language, text, record, headings, pages, hidden = row
    return Document(
        id=document_id,
        version=version,
        name=name,
        language=language,
        text=text,
        record=record_from_json(record),
        headings=tuple(Heading(Span(start, end), level, title) for start, end, level, title in json.loads(headings)),
        pages=tuple(json.loads(pages)),
        hidden=tuple(Span(start, end) for start, end in json.loads(hidden)),
    )


def _row(
    document_id: str, version: str, name: str, language: Language, record: str, added: str, revision: int
) -> DocumentRow:
    found = record_from_json(record)
    return DocumentRow(
        document_id, version, name, found.title, language, found.published, found.publisher, _time(added), revision
    )
