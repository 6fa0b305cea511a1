"""The statements on what was computed of texts to find their copies. Every function runs inside a transaction of its
caller."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from corpus.document import Document
from corpus.sketch import Sketch
from corpus.statements import IS_LIVE


def read_sketches(db: sqlite3.Connection) -> dict[str, Sketch]:
    """Of the latest version of every live document that has one."""
    rows = db.execute(
        "SELECT v.document_id, v.shingles, v.minhash FROM sketches v "
        f"JOIN documents d ON d.id = v.document_id AND d.version = v.version WHERE {IS_LIVE}"
    )
    return {name: Sketch(shingles, minhash) for name, shingles, minhash in rows}


def read_overlaps(db: sqlite3.Connection) -> dict[tuple[str, str], float]:
    """Of two latest versions, by the ids of their documents, removed ones among them."""
    rows = db.execute(
        "SELECT one, two, share FROM overlaps JOIN documents a ON a.id = one AND a.version = one_version "
        "JOIN documents b ON b.id = two AND b.version = two_version"
    )
    return {(one, two): share for one, two, share in rows}


def write_sketches(db: sqlite3.Connection, made: Iterable[tuple[Document, Sketch]]) -> None:
    """Of a document that changed meanwhile none is kept."""
    db.executemany(
        "INSERT OR IGNORE INTO sketches (document_id, version, shingles, minhash) "
        "SELECT id, version, ?, ? FROM documents WHERE id = ? AND version = ? AND revision = ?",
        [(sketch.shingles, sketch.minhash, one.id, one.version, one.revision) for one, sketch in made],
    )


def write_overlaps(db: sqlite3.Connection, shares: Mapping[tuple[str, str], float]) -> None:
    """Of the latest versions."""
    db.executemany(
        "INSERT INTO overlaps (one, one_version, two, two_version, share) "
        "SELECT a.id, a.version, b.id, b.version, ? FROM documents a, documents b WHERE a.id = ? AND b.id = ?",
        [(share, one, two) for (one, two), share in shares.items()],
    )
