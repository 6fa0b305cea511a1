"""The words behind the numbers: passages and document cards of one segment, in a read-only SQLite file.

Row numbers are the passages' places in the segment; every other file of the segment counts in the same order.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.connections import ThreadConnections
from corpus.document import Document, Passage, Span
from corpus.metadata import date_interval, record_from_json, record_to_json

from .errors import SnapshotCorrupt
from .ports import DocumentCard, Filters
from .quantized import spread

FILE = "passages.sqlite"

_HAS_SOURCE = "(json_extract(record, '$.translation_of') <> '' OR json_extract(record, '$.copy_of') <> '')"
_SCHEMA = f"""
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, revision INTEGER NOT NULL,
    name TEXT NOT NULL, language TEXT NOT NULL,
    publisher TEXT NOT NULL, source_type TEXT NOT NULL, first_day INTEGER, last_day INTEGER, topics TEXT NOT NULL,
    record TEXT NOT NULL, first_row INTEGER NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, page INTEGER, language TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
    sentences BLOB NOT NULL, windows BLOB NOT NULL);
CREATE INDEX documents_by_id ON documents (id);
CREATE INDEX documents_by_record ON documents (publisher, source_type, language, first_day, last_day);
CREATE INDEX documents_of_a_source ON documents (id) WHERE {_HAS_SOURCE};
"""
_PASSAGE = (
    'SELECT p.row, p.document, p.ordinal, p.start, p."end", p.page, p.language, p.heading, p.text, p.sentences, '
    "p.windows FROM passages AS p WHERE p.row IN (SELECT value FROM json_each(?))"
)

# Records recur between the passages of a document; making one anew costs ten look-ups.
_record = lru_cache(maxsize=1 << 12)(record_from_json)

_KEPT = 5_000  # decoded passages kept, about 15 MB: questions come back to the same ones


class PassageTable:
    """Reads passages and cards by row; one connection a thread, the file opened immutable."""

    def __init__(self, folder: Path) -> None:
        connect = partial(_connected, f"{(folder / FILE).absolute().as_uri()}?mode=ro&immutable=1")
        self._connections = ThreadConnections(connect)
        weakref.finalize(self, self._connections.close)  # a connection is in a circle with its cache of statements
        try:
            self._first = connect()
            weakref.finalize(self, self._first.close)
            self._first.execute("SELECT max(ordinal), max(id) FROM documents").fetchone()
        except sqlite3.Error as error:
            raise SnapshotCorrupt(
                f"{folder.name}/{FILE} cannot be read ({error}). Run: muhojir doctor --repair"
            ) from error
        self._read: dict[int, tuple[Passage, DocumentCard]] = {}

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._connections.get()
        except sqlite3.OperationalError:  # the file went with an older snapshot, and is open here
            return self._first

    def fetch(self, rows: Sequence[int]) -> list[tuple[Passage, DocumentCard]]:
        """Passages and their documents' cards, in the order of `rows`."""
        kept = self._read
        absent = [row for row in rows if row not in kept]
        fresh = self._fetched(absent) if absent else {}
        found = [fresh.get(row) or kept[row] for row in rows]
        if len(kept) + len(fresh) > _KEPT:
            self._read = kept = {}  # swapped whole: another thread goes on reading the old one
        kept.update(fresh)
        return found

    def _fetched(self, rows: Sequence[int]) -> dict[int, tuple[Passage, DocumentCard]]:
        read = self._connection().execute(_PASSAGE, (json.dumps(rows),)).fetchall()
        cards = self._cards({row[1] for row in read})
        return {row[0]: (_passage(row, cards[row[1]]), cards[row[1]]) for row in read}

    def _cards(self, ordinals: Iterable[int]) -> dict[int, DocumentCard]:
        query = (
            "SELECT ordinal, id, version, name, language, record FROM documents "
            "WHERE ordinal IN (SELECT value FROM json_each(?))"
        )
        rows = self._connection().execute(query, (json.dumps(list(ordinals)),))
        return {row[0]: DocumentCard(row[1], row[2], row[3], row[4], _record(row[5])) for row in rows}

    @cached_property
    def documents(self) -> list[tuple[str, str]]:
        """Id and version of every document, by ordinal, masked ones included."""
        return self._connection().execute("SELECT id, version FROM documents ORDER BY ordinal").fetchall()

    @cached_property
    def revisions(self) -> list[int]:
        rows = self._connection().execute("SELECT revision FROM documents ORDER BY ordinal")
        return [revision for (revision,) in rows]

    @cached_property
    def ranges(self) -> NDArray[np.int64]:
        """First row of every document and the row after its last, by ordinal: (documents, 2)."""
        rows = self._connection().execute("SELECT first_row, first_row + rows FROM documents ORDER BY ordinal")
        return np.array(rows.fetchall(), dtype=np.int64).reshape(-1, 2)

    def cards(self, ordinals: Iterable[int] | None = None) -> list[DocumentCard]:
        """The documents of `ordinals`, in that order; every one of the segment, masked ones included, unless given."""
        wanted = range(len(self.documents)) if ordinals is None else list(ordinals)
        found = self._cards(wanted)
        return [found[ordinal] for ordinal in wanted]

    def rows_of(self, ordinal: int) -> range:
        return range(*self.ranges[ordinal].tolist())

    def page(self, filters: Filters, after: str, limit: int) -> list[tuple[str, int]]:
        """Id and ordinal of at most `limit` documents (-1: all) with an id greater than `after`, by id."""
        where, values = _conditions(filters)
        query = f"SELECT id, ordinal FROM documents WHERE {where} AND id > ? ORDER BY id LIMIT ?"
        return self._connection().execute(query, (*values, after, limit)).fetchall()

    def with_source(self) -> list[int]:
        """Ordinals of the documents that name another as the one they translate or repeat."""
        return [row[0] for row in self._connection().execute(f"SELECT ordinal FROM documents WHERE {_HAS_SOURCE}")]

    def matching(self, filters: Filters) -> list[int]:
        """Ordinals of the documents that `filters` let through."""
        where, values = _conditions(filters)
        return [row[0] for row in self._connection().execute(f"SELECT ordinal FROM documents WHERE {where}", values)]

    def count(self, filters: Filters, masked: Iterable[int]) -> int:
        """How many documents `filters` let through, those of the ordinals `masked` left out."""
        return self._count(*_conditions(filters), masked)

    def count_undated(self, filters: Filters, masked: Iterable[int]) -> int:
        """How many of the documents are left out only because they have no date; 0 when no date is asked for."""
        if filters.published_from is None and filters.published_to is None:
            return 0
        where, values = _conditions(filters, dates=False)
        return self._count(f"{where} AND first_day IS NULL", values, masked)

    def _count(self, where: str, values: list[str | int], masked: Iterable[int]) -> int:
        live = "ordinal NOT IN (SELECT value FROM json_each(?))"
        query = f"SELECT count(*) FROM documents WHERE {where} AND {live}"
        (count,) = self._connection().execute(query, (*values, json.dumps(sorted(masked)))).fetchone()
        return int(count)


def _connected(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        connection.execute("PRAGMA schema_version")  # reads the file: SQLite opens it late
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _conditions(filters: Filters, *, dates: bool = True) -> tuple[str, list[str | int]]:
    where, values = ["1"], list[str | int]()
    for column in ("publisher", "source_type", "language"):
        _add_list(where, values, f"{column} IN (SELECT value FROM json_each(?))", getattr(filters, column))
    _add_list(where, values, "id IN (SELECT value FROM json_each(?))", filters.document_id)
    topics = "EXISTS (SELECT 1 FROM json_each(topics) WHERE value IN (SELECT value FROM json_each(?)))"
    _add_list(where, values, topics, filters.topic)
    if dates and filters.published_from is not None:
        where.append("last_day >= ?")  # a date of lower precision matches when its interval overlaps
        values.append(date_interval(filters.published_from)[0])
    if dates and filters.published_to is not None:
        where.append("first_day <= ?")
        values.append(date_interval(filters.published_to)[1])
    return " AND ".join(where), values


def _add_list(where: list[str], values: list[str | int], condition: str, wanted: tuple[str, ...]) -> None:
    if wanted:
        where.append(condition)
        values.append(json.dumps(wanted))


def _passage(row: tuple[object, ...], card: DocumentCard) -> Passage:
    _, _, ordinal, start, end, page, language, heading, text, sentences, windows = row
    return Passage(
        document_id=card.id,
        version=card.version,
        ordinal=ordinal,  # type: ignore[arg-type]
        span=Span(start, end),  # type: ignore[arg-type]
        text=text,  # type: ignore[arg-type]
        language=language,  # type: ignore[arg-type]
        heading=tuple(json.loads(heading)),  # type: ignore[arg-type]
        page=page,  # type: ignore[arg-type]
        sentences=_unpacked(sentences),  # type: ignore[arg-type]
        windows=_unpacked(windows),  # type: ignore[arg-type]
    )


def _packed(spans: Iterable[Span]) -> bytes:
    return array("i", [edge for span in spans for edge in (span.start, span.end)]).tobytes()


def _unpacked(data: bytes) -> tuple[Span, ...]:
    edges = array("i")
    edges.frombytes(data)
    return tuple(map(Span, edges[::2], edges[1::2]))


@contextmanager
def _disk_errors() -> Iterator[None]:
    """What SQLite says of a disk that refuses, as everybody else says it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, f"{FILE}: {error}") from error


class PassageTableWriter:
    """Appends documents with their passages; `close` makes the file final. All raise OSError."""

    @_disk_errors()
    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / FILE, isolation_level=None)
        self._connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + "BEGIN")
        self.documents = 0
        self.passages = 0

    @_disk_errors()
    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        record = document.record
        days = date_interval(record.published.value) if record.published else (None, None)
        values = (self.documents, document.id, document.version, document.revision, document.name,
                  document.language, record.publisher,
                  record.source_type, *days, json.dumps(record.topics), record_to_json(record),
                  self.passages, len(passages))  # fmt: skip
        self._connection.execute(f"INSERT INTO documents VALUES ({','.join('?' * len(values))})", values)
        self._connection.executemany(
            "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (self._row(self.passages + offset, passage) for offset, passage in enumerate(passages)),
        )
        self.documents += 1
        self.passages += len(passages)

    def _row(self, row: int, passage: Passage) -> tuple[object, ...]:
        return (row, self.documents, passage.ordinal, passage.span.start, passage.span.end, passage.page,
                passage.language, json.dumps(passage.heading, ensure_ascii=False), passage.text,
                _packed(passage.sentences), _packed(passage.windows))  # fmt: skip

    @_disk_errors()
    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()


def rows_mask(table: PassageTable, ordinals: Iterable[int], total: int) -> NDArray[np.bool_]:
    """True for the rows of the documents `ordinals`; bool (total,)."""
    mask = np.zeros(total, dtype=np.bool_)
    mask[spread(*table.ranges[np.fromiter(ordinals, np.int64)].T)[1]] = True
    return mask
