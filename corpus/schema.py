"""The tables of corpus.sqlite, how each format became the next, and the seals that show damage.

Every row carries `seal`, a hash of all its other columns, kept by triggers: SQLite's own checks see a broken tree,
not a changed letter.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

FORMAT = 4  # PRAGMA user_version
_SEAL_BYTES = 16  # of sha256: chance damage passes once in 2^128

# Table -> its key, then the columns that are sealed with it.
SEALED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "documents": (("id",), ("name", "url", "source", "version", "added", "revision")),
    "versions": (
        ("document_id", "version"),
        ("added", "name", "language", "record", "headings", "pages", "hidden", "text", "raw", "account", "headers"),
    ),
    "tombstones": (("document_id", "version"), ("removed", "purged")),
    "state": ((), ("revision", "compared")),
    "sketches": (("document_id", "version"), ("shingles", "minhash")),
    "overlaps": (("one", "one_version", "two", "two_version"), ("share",)),
}

_TABLES = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL,
    source TEXT NOT NULL, version TEXT NOT NULL, added TEXT NOT NULL, revision INTEGER NOT NULL, seal BLOB
) WITHOUT ROWID;
CREATE INDEX documents_name ON documents (name);
CREATE INDEX documents_url ON documents (url);
CREATE INDEX documents_source ON documents (source);
CREATE TABLE versions (
    document_id TEXT NOT NULL REFERENCES documents (id), version TEXT NOT NULL, added TEXT NOT NULL,
    name TEXT NOT NULL, language TEXT NOT NULL, record TEXT NOT NULL, headings TEXT NOT NULL, pages TEXT NOT NULL,
    hidden TEXT NOT NULL, text TEXT NOT NULL, raw BLOB NOT NULL,
    account TEXT NOT NULL DEFAULT '{}', headers TEXT NOT NULL DEFAULT '{}', seal BLOB,
    PRIMARY KEY (document_id, version)
);
CREATE INDEX versions_original ON versions (json_extract(record, '$.translation_of'));
CREATE TRIGGER text_is_never_rewritten BEFORE UPDATE OF text ON versions
BEGIN SELECT RAISE (ABORT, 'a stored text is never rewritten'); END;
CREATE TABLE tombstones (
    document_id TEXT NOT NULL, version TEXT NOT NULL, removed TEXT NOT NULL, purged TEXT, seal BLOB,
    PRIMARY KEY (document_id, version)
) WITHOUT ROWID;
CREATE TABLE state (revision INTEGER NOT NULL, compared INTEGER NOT NULL, seal BLOB);
"""

# What was computed of texts to find copies. It goes with the text it was made of.
_COMPARED = """
CREATE TABLE sketches (
    document_id TEXT NOT NULL, version TEXT NOT NULL, shingles INTEGER NOT NULL, minhash BLOB NOT NULL, seal BLOB,
    PRIMARY KEY (document_id, version),
    FOREIGN KEY (document_id, version) REFERENCES versions (document_id, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE overlaps (
    one TEXT NOT NULL, one_version TEXT NOT NULL, two TEXT NOT NULL, two_version TEXT NOT NULL, share REAL NOT NULL,
    seal BLOB, PRIMARY KEY (one, one_version, two, two_version),
    FOREIGN KEY (one, one_version) REFERENCES sketches (document_id, version) ON DELETE CASCADE,
    FOREIGN KEY (two, two_version) REFERENCES sketches (document_id, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX overlaps_two ON overlaps (two, two_version);
"""

_COLUMNS = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
_FIRST = ("documents", "versions", "tombstones", "state")  # the tables of formats 1 and 2, whose rows had no seal
_FROM_1 = """
ALTER TABLE versions ADD COLUMN account TEXT NOT NULL DEFAULT '{}';
ALTER TABLE versions ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE state ADD COLUMN compared INTEGER NOT NULL DEFAULT -1;
"""


def seal(*values: str | bytes | float | None) -> bytes:
    """A hash of the values and of their types."""
    digest = hashlib.sha256()
    for value in values:
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(f"{type(value).__name__}{len(data)}:".encode() + data)
    return digest.digest()[:_SEAL_BYTES]


def sealed_columns(table: str) -> str:
    key, others = SEALED[table]
    return ", ".join((*key, *others))


def create(db: sqlite3.Connection) -> None:
    _run(db, _TABLES + _COMPARED + _triggers(*SEALED) + "INSERT INTO state (revision, compared) VALUES (0, -1);\n")


def migrate(db: sqlite3.Connection, found: int) -> None:
    """Brings format `found`, 1 or later, up to date; nothing that it holds changes."""
    if found == 1:
        _run(db, _FROM_1)
    if found < 3:
        _run(db, "".join(f"ALTER TABLE {table} ADD COLUMN seal BLOB;\n" for table in _FIRST) + _triggers(*_FIRST))
        for table in _FIRST:
            db.execute(f"UPDATE {table} SET seal = seal({sealed_columns(table)})")
    _run(db, _COMPARED + _triggers("sketches", "overlaps"))


def altered(db: sqlite3.Connection) -> list[str]:
    """Names of tables, indexes and triggers that are not as `create` makes them: a trigger with a changed letter seals
    wrongly, or refuses every write."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.create_function("seal", -1, seal, deterministic=True)
        create(fresh)
        wanted, found = _objects(fresh), _objects(db)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _objects(db: sqlite3.Connection) -> dict[str, object]:
    """A table that was brought up to date has other words for the same columns."""
    rows = db.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {name: set(db.execute(_COLUMNS, (name,))) if kind == "table" else sql for kind, name, sql in rows}


def _triggers(*tables: str) -> str:
    return "".join(_trigger(table, event) for table in tables for event in ("INSERT", "UPDATE"))


def _trigger(table: str, event: str) -> str:
    key, others = SEALED[table]
    row = " AND ".join(f"{column} = new.{column}" for column in key) or "true"
    of = f" OF {', '.join((*key, *others))}" if event == "UPDATE" else ""
    return (
        f"CREATE TRIGGER {table}_{event.lower()}_is_sealed AFTER {event}{of} ON {table}\n"
        f"BEGIN UPDATE {table} SET seal = seal({sealed_columns(table)}) WHERE {row}; END;\n"
    )


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
