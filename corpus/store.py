"""corpus.sqlite: the documents, all their versions, and what was deleted. The source of truth.

One transaction per change; readers go on during a write. A stored canonical text is never rewritten. A removed
version has a tombstone and cannot be read again, even when its document comes back with another text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.account import Account, account_from_json, account_to_json
from corpus.database import BUSY_SECONDS, Database
from corpus.document import Dated, Document, Heading, Language, Record, Span
from corpus.errors import UnknownDocument
from corpus.identity import new_document_id, version_of
from corpus.ingest import Draft
from corpus.metadata import record_from_json, record_to_json

_LIVE = "NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.document_id = v.document_id AND t.version = v.version)"
_COLUMNS = (
    "v.document_id, v.version, v.name, v.language, v.text, v.record, v.headings, v.pages, v.hidden, "
    "d.revision, d.source"
)
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
    record: Record


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

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = _now,
        create: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Opens the file; makes it, with its folder, when it is missing and `create` is true.

        `busy_seconds` is how long a write waits for another writer.
        """
        self._database = Database(Path(path), create=create, busy_seconds=busy_seconds)
        self._clock = clock

    @property
    def path(self) -> Path:
        return self._database.path

    def close(self) -> None:
        self._database.close()

    def add(self, raw: bytes, draft: Draft) -> AddResult:
        """Stores a draft: a new document, a new version of one with its id, name or address, or nothing new.

        The same text with other metadata is "updated" and keeps its version. Adding a removed document again
        brings it back.
        """
        version = version_of(draft.text)
        with self._database.writing() as db:
            known = _find(db, draft)
            document_id = known or draft.id or new_document_id(draft.name, raw)
            if known and _is_same(db, known, version, draft):
                _explain(db, known, version, draft)
                return AddResult(known, version, "unchanged")
            was_live = _is_live(db, document_id)
            _write(db, document_id, version, raw, draft, self._stamp(), _advance(db))
            _explain(db, document_id, version, draft)
        return AddResult(document_id, version, "updated" if was_live else "added")

    def remove(self, document_id: str) -> None:
        """Puts a tombstone on every version. Raises UnknownDocument when there is none to remove."""
        with self._database.writing() as db:
            if not _is_live(db, document_id):
                raise self._unknown(document_id)
            _bury(db, document_id, self._stamp())
            _advance(db)

    def purge(self, document_id: str) -> None:
        """Deletes the removed versions from the disk; a document that was never removed is removed first.

        May be repeated. Raises UnknownDocument when the store never held it.
        """
        with self._database.writing() as db:
            buried = db.execute("SELECT 1 FROM tombstones WHERE document_id = ?", (document_id,)).fetchone()
            if not buried:
                if not _is_live(db, document_id):
                    raise self._unknown(document_id)
                _bury(db, document_id, self._stamp())
            _erase(db, document_id, self._stamp())
            _advance(db)
        self._database.shed_log()

    def get(self, document_id: str, version: str | None = None) -> Document:
        """The latest version, or the one asked for. Raises UnknownDocument."""
        with self._database.reading() as db:
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
        with self._database.reading() as db:
            row = db.execute(f"SELECT v.raw {_LATEST} AND d.id = ?", (document_id,)).fetchone()
        if row is None:
            raise self._unknown(document_id)
        return bytes(row[0])

    def documents(self) -> Iterator[Document]:
        """The latest version of every live document, ordered by id, as of the moment of the first `next`."""
        with self._database.streaming() as db:
            for row in db.execute(f"SELECT {_COLUMNS} {_LATEST} ORDER BY d.id"):
                yield _document(row)

    def live(self) -> dict[str, str]:
        """Document id -> latest version, ordered by id."""
        with self._database.reading() as db:
            return dict(db.execute(f"SELECT d.id, d.version {_LATEST} ORDER BY d.id").fetchall())

    def revisions(self) -> dict[str, int]:
        """Document id -> the store's revision at its last change, of its words or of its record."""
        with self._database.reading() as db:
            return dict(db.execute(f"SELECT d.id, d.revision {_LATEST}").fetchall())

    def list(self, *, after: str = "", limit: int = -1) -> list[DocumentRow]:
        """Live documents with ids greater than `after`, ordered by id; at most `limit` (-1: all)."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT d.id, d.version, v.name, v.language, v.record, v.added, d.revision, d.source {_LATEST} "
                "AND d.id > ? ORDER BY d.id LIMIT ?",
                (after, limit),
            ).fetchall()
        return [_row(*row) for row in rows]

    def versions(self, document_id: str) -> tuple[StoredVersion, ...]:
        """Oldest first. Raises UnknownDocument."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT v.version, v.added, v.version = d.version FROM versions v JOIN documents d "
                f"ON d.id = v.document_id WHERE d.id = ? AND {_LIVE} ORDER BY v.rowid",
                (document_id,),
            ).fetchall()
        if not rows:
            raise self._unknown(document_id)
        return tuple(StoredVersion(version, _time(added), bool(current)) for version, added, current in rows)

    def parallel(self, document_id: str) -> tuple[str, ...]:
        """The other live documents of the same source (originals and translations), ordered by id."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT d.id {_LATEST} AND d.id <> ?1 "
                "AND d.source = (SELECT source FROM documents WHERE id = ?1) ORDER BY d.id",
                (document_id,),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def account(self, document_id: str, version: str | None = None) -> Account:
        """Why a version is as it is; without entries for what an older program stored. Raises UnknownDocument."""
        document = self.get(document_id, version)
        with self._database.reading() as db:
            row = db.execute(
                "SELECT account, headers FROM versions WHERE document_id = ? AND version = ?",
                (document_id, document.version),
            ).fetchone()
        return account_from_json(*row)

    def is_compared(self) -> bool:
        """Whether `set_sources` has seen all that is in the store now."""
        with self._database.reading() as db:
            return bool(db.execute("SELECT compared = revision FROM state").fetchone()[0])

    def set_sources(self, sources: Mapping[str, str]) -> None:
        """Document id -> the source whose text it repeats. Documents that are not named are copies of nothing."""
        with self._database.writing() as db:
            rows = db.execute(
                f"SELECT d.id, d.source, coalesce(json_extract(v.record, '$.translation_of'), d.id) {_LATEST}"
            ).fetchall()
            wanted = {name: (source, sources.get(name, own)) for name, source, own in rows}
            changed = [(new, name) for name, (source, new) in wanted.items() if source != new]
            if changed:
                revision = _advance(db)
                db.executemany(f"UPDATE documents SET source = ?, revision = {revision} WHERE id = ?", changed)
            db.execute("UPDATE state SET compared = revision")

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Removed versions that did not come back, ordered by document id and version."""
        with self._database.reading() as db:
            rows = db.execute("SELECT document_id, version, removed, purged FROM tombstones ORDER BY 1, 2").fetchall()
        return tuple(Tombstone(one, two, _time(gone), _time(past) if past else None) for one, two, gone, past in rows)

    def revision(self) -> int:
        """Grows with every change; equal revisions of one store mean equal content."""
        with self._database.reading() as db:
            return int(db.execute("SELECT revision FROM state").fetchone()[0])

    def _stamp(self) -> str:
        return self._clock().astimezone(UTC).isoformat()

    def _unknown(self, document_id: str) -> UnknownDocument:
        return UnknownDocument(f"no document {document_id!r}, or it was removed; `muhojir list` shows what there is")


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


def _is_same(db: sqlite3.Connection, document_id: str, version: str, draft: Draft) -> bool:
    row = db.execute(
        f"SELECT v.version, v.name, v.language, v.record, v.headings, v.pages, v.hidden {_LATEST} AND d.id = ?",
        (document_id,),
    ).fetchone()
    return row is not None and row == (version, *_described(draft))


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
    source = draft.record.translation_of or document_id
    db.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
        "url = excluded.url, source = excluded.source, version = excluded.version, revision = excluded.revision",
        (document_id, draft.name, _address(draft.record), source, version, now, revision),
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


def _explain(db: sqlite3.Connection, document_id: str, version: str, draft: Draft) -> None:
    """Beside the document, not of it: another explanation of the same words makes no new version."""
    db.execute(
        "UPDATE versions SET account = ?, headers = CASE WHEN ?2 = '{}' THEN headers ELSE ?2 END "
        "WHERE document_id = ?3 AND version = ?4",
        (account_to_json(draft.dropped, draft.findings), json.dumps(dict(draft.headers)), document_id, version),
    )


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


def _document(row: tuple[str, str, str, Language, str, str, str, str, str, int, str]) -> Document:
    document_id, version, name, language, text, record, headings, pages, hidden, revision, source = row
    return Document(
        id=document_id,
        version=version,
        name=name,
        language=language,
        text=text,
        record=_record(record, document_id, source),
        headings=tuple(Heading(Span(start, end), level, title) for start, end, level, title in json.loads(headings)),
        pages=tuple(json.loads(pages)),
        hidden=tuple(Span(start, end) for start, end in json.loads(hidden)),
        revision=revision,
    )


def _row(
    document_id: str, version: str, name: str, language: Language, record: str, added: str, revision: int, source: str
) -> DocumentRow:
    found = _record(record, document_id, source)
    known = (found.title, language, found.published, found.publisher, _time(added), revision, found)
    return DocumentRow(document_id, version, name, *known)


def _record(text: str, document_id: str, source: str) -> Record:
    record = record_from_json(text)
    return record if source in (document_id, record.translation_of) else replace(record, copy_of=source)
