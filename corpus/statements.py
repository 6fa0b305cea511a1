"""The statements on corpus.sqlite: rows in, nouns out. Every function runs inside a transaction of its caller."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from corpus.account import account_to_json
from corpus.document import Dated, Document, Heading, Language, Record, Span
from corpus.ingest import Draft
from corpus.metadata import record_from_json, record_to_json

IS_LIVE = "NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.document_id = v.document_id AND t.version = v.version)"
COLUMNS = (
    "v.document_id, v.version, v.name, v.language, v.text, v.record, v.headings, v.pages, v.hidden, "
    "d.revision, d.source"
)
LATEST = f"FROM documents d JOIN versions v ON v.document_id = d.id AND v.version = d.version WHERE {IS_LIVE}"

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


def find(db: sqlite3.Connection, draft: Draft) -> str | None:
    """The id of the document that `draft` is a version of. A digest shares the address of its source: no match."""
    if draft.id:
        row = db.execute("SELECT id FROM documents WHERE id = ?", (draft.id,)).fetchone()
    else:
        row = db.execute("SELECT id FROM documents WHERE name = ? ORDER BY added", (draft.name,)).fetchone()
        row = (
            row
            or db.execute(
                "SELECT id FROM documents WHERE url = ? AND url <> '' ORDER BY added", (_address(draft.record),)
            ).fetchone()
        )
    return row[0] if row else None


def _address(record: Record) -> str:
    return "" if record.digest else record.url


def is_live(db: sqlite3.Connection, document_id: str) -> bool:
    return db.execute(f"SELECT 1 {LATEST} AND d.id = ?", (document_id,)).fetchone() is not None


def is_same(db: sqlite3.Connection, document_id: str, version: str, draft: Draft) -> bool:
    row = db.execute(
        f"SELECT v.version, v.name, v.language, v.record, v.headings, v.pages, v.hidden {LATEST} AND d.id = ?",
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


def write(
    db: sqlite3.Connection, document_id: str, version: str, raw: bytes, draft: Draft, now: str, revision: int
) -> None:
    source = draft.record.translation_of or document_id
    db.execute(
        "INSERT INTO documents (id, name, url, source, version, added, revision) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
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
    db.execute("DELETE FROM sketches WHERE document_id = ? AND version = ?", (document_id, version))  # hidden text


def explain(db: sqlite3.Connection, document_id: str, version: str, draft: Draft) -> None:
    """Beside the document, not of it: another explanation of the same words makes no new version."""
    db.execute(
        "UPDATE versions SET account = ?, headers = CASE WHEN ?2 = '{}' THEN headers ELSE ?2 END "
        "WHERE document_id = ?3 AND version = ?4",
        (account_to_json(draft.dropped, draft.findings), json.dumps(dict(draft.headers)), document_id, version),
    )


def bury(db: sqlite3.Connection, document_id: str, now: str) -> None:
    db.execute(
        "INSERT OR IGNORE INTO tombstones (document_id, version, removed) "
        "SELECT document_id, version, ? FROM versions WHERE document_id = ?",
        (now, document_id),
    )


def erase(db: sqlite3.Connection, document_id: str, now: str) -> None:
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


def advance(db: sqlite3.Connection) -> int:
    db.execute("UPDATE state SET revision = revision + 1")
    return int(db.execute("SELECT revision FROM state").fetchone()[0])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def document_of(row: tuple[str, str, str, Language, str, str, str, str, str, int, str]) -> Document:
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


def row_of(
    document_id: str, version: str, name: str, language: Language, record: str, added: str, revision: int, source: str
) -> DocumentRow:
    found = _record(record, document_id, source)
    known = (found.title, language, found.published, found.publisher, moment(added), revision, found)
    return DocumentRow(document_id, version, name, *known)


def _record(text: str, document_id: str, source: str) -> Record:
    record = record_from_json(text)
    return record if source in (document_id, record.translation_of) else replace(record, copy_of=source)
