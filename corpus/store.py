"""corpus.sqlite: the documents, all their versions, and what was deleted. The source of truth.

One transaction per change; readers go on during a write. A stored canonical text is never rewritten. A removed
version has a tombstone and cannot be read again, even when its document comes back with another text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from corpus.account import Account, account_from_json
from corpus.comparisons import read_overlaps, read_sketches, write_overlaps, write_sketches
from corpus.database import BUSY_SECONDS, MEND, Database
from corpus.document import Document
from corpus.errors import StoreUnavailable, UnknownDocument
from corpus.identity import new_document_id, version_of
from corpus.ingest import Draft
from corpus.sketch import Sketch
from corpus.statements import (
    COLUMNS,
    IS_LIVE,
    LATEST,
    AddResult,
    DocumentRow,
    StoredVersion,
    Tombstone,
    advance,
    bury,
    document_of,
    erase,
    explain,
    find,
    is_live,
    is_same,
    moment,
    row_of,
    write,
)

__all__ = ["AddResult", "CorpusStore", "DocumentRow", "StoredVersion", "Tombstone"]


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
            known = find(db, draft)
            document_id = known or draft.id or new_document_id(draft.name, raw)
            if known and is_same(db, known, version, draft):
                explain(db, known, version, draft)
                return AddResult(known, version, "unchanged")
            was_live = is_live(db, document_id)
            write(db, document_id, version, raw, draft, self._stamp(), advance(db))
            explain(db, document_id, version, draft)
        return AddResult(document_id, version, "updated" if was_live else "added")

    def remove(self, document_id: str) -> None:
        """Puts a tombstone on every version. Raises UnknownDocument when there is none to remove."""
        with self._database.writing() as db:
            if not is_live(db, document_id):
                raise self._unknown(document_id)
            bury(db, document_id, self._stamp())
            advance(db)

    def purge(self, document_id: str) -> None:
        """Deletes its removed versions from the disk; what is live stays. May be repeated.

        Raises UnknownDocument when nothing of it was removed.
        """
        with self._database.writing() as db:
            if not db.execute("SELECT 1 FROM tombstones WHERE document_id = ?", (document_id,)).fetchone():
                raise self._unknown(document_id)
            erase(db, document_id, self._stamp())
            advance(db)
        self._database.shed_log()

    def get(self, document_id: str, version: str | None = None) -> Document:
        """The latest version, or the one asked for. Raises UnknownDocument."""
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM versions v JOIN documents d ON d.id = v.document_id "
                f"WHERE v.document_id = ? AND v.version = coalesce(?, d.version) AND {IS_LIVE}",
                (document_id, version),
            ).fetchone()
            if row is None:
                raise self._unknown(document_id if version is None else f"{document_id}@{version}")
            found = document_of(row)
        if version_of(found.text) != found.version:
            raise StoreUnavailable(f"{self.path}: the text of {found.id}@{found.version} is damaged; {MEND}")
        return found

    def raw(self, document_id: str) -> bytes:
        """The bytes of the latest version as they were added. Raises UnknownDocument."""
        with self._database.reading() as db:
            row = db.execute(f"SELECT v.raw {LATEST} AND d.id = ?", (document_id,)).fetchone()
        if row is None:
            raise self._unknown(document_id)
        return bytes(row[0])

    def documents(self) -> Iterator[Document]:
        """The latest version of every live document, ordered by id, as of the moment of the first `next`."""
        with self._database.streaming() as db:
            for row in db.execute(f"SELECT {COLUMNS} {LATEST} ORDER BY d.id"):
                yield document_of(row)

    def live(self) -> dict[str, str]:
        """Document id -> latest version, ordered by id."""
        with self._database.reading() as db:
            return dict(db.execute(f"SELECT d.id, d.version {LATEST} ORDER BY d.id").fetchall())

    def revisions(self) -> dict[str, int]:
        """Document id -> the store's revision at its last change, of its words or of its record."""
        with self._database.reading() as db:
            return dict(db.execute(f"SELECT d.id, d.revision {LATEST}").fetchall())

    def list(self, *, after: str = "", limit: int = -1) -> list[DocumentRow]:
        """Live documents with ids greater than `after`, ordered by id; at most `limit` (-1: all)."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT d.id, d.version, v.name, v.language, v.record, v.added, d.revision, d.source {LATEST} "
                "AND d.id > ? ORDER BY d.id LIMIT ?",
                (after, limit),
            ).fetchall()
            return [row_of(*row) for row in rows]

    def versions(self, document_id: str) -> tuple[StoredVersion, ...]:
        """Oldest first. Raises UnknownDocument."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT v.version, v.added, v.version = d.version FROM versions v JOIN documents d "
                f"ON d.id = v.document_id WHERE d.id = ? AND {IS_LIVE} ORDER BY v.rowid",
                (document_id,),
            ).fetchall()
        if not rows:
            raise self._unknown(document_id)
        return tuple(StoredVersion(version, moment(added), bool(current)) for version, added, current in rows)

    def parallel(self, document_id: str) -> tuple[str, ...]:
        """The other live documents of the same source (originals and translations), ordered by id."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT d.id {LATEST} AND d.id <> ?1 "
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

    def sketches(self) -> dict[str, Sketch]:
        """By document id, of the live ones whose latest version has one."""
        with self._database.reading() as db:
            return read_sketches(db)

    def keep_sketches(self, made: Iterable[tuple[Document, Sketch]]) -> None:
        """Keeps them until their versions are purged. Of a document that changed meanwhile none is kept."""
        with self._database.writing() as db:
            write_sketches(db, made)

    def overlaps(self) -> dict[tuple[str, str], float]:
        """What earlier comparisons found, by two document ids in order; it is dropped with the text of either."""
        with self._database.reading() as db:
            return read_overlaps(db)

    def set_sources(self, sources: Mapping[str, str], overlaps: Mapping[tuple[str, str], float], seen: int) -> bool:
        """Document id -> the source whose text it repeats. Documents that are not named are copies of nothing.

        Keeps `overlaps`. False, and nothing is kept, when the store is no longer at revision `seen`.
        """
        with self._database.writing() as db:
            if db.execute("SELECT revision FROM state").fetchone()[0] != seen:
                return False
            write_overlaps(db, overlaps)
            rows = db.execute(
                f"SELECT d.id, d.source, coalesce(json_extract(v.record, '$.translation_of'), d.id) {LATEST}"
            ).fetchall()
            wanted = {name: (source, sources.get(name, own)) for name, source, own in rows}
            changed = [(new, name) for name, (source, new) in wanted.items() if source != new]
            if changed:
                revision = advance(db)
                db.executemany(f"UPDATE documents SET source = ?, revision = {revision} WHERE id = ?", changed)
            db.execute("UPDATE state SET compared = revision")
            return True

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Removed versions that did not come back, ordered by document id and version."""
        with self._database.reading() as db:
            rows = db.execute("SELECT document_id, version, removed, purged FROM tombstones ORDER BY 1, 2").fetchall()
            return tuple(
                Tombstone(one, two, moment(gone), moment(past) if past else None) for one, two, gone, past in rows
            )

    def revision(self) -> int:
        """Grows with every change; equal revisions of one store mean equal content."""
        with self._database.reading() as db:
            return int(db.execute("SELECT revision FROM state").fetchone()[0])

    def outlive(self, revision: int) -> None:
        """Makes the next revision greater than `revision`, of a store whose place this one takes."""
        with self._database.writing() as db:
            db.execute("UPDATE state SET revision = max(revision, ?)", (revision,))
            advance(db)

    def check(self) -> None:
        """Reads every byte that counts. Raises StoreUnavailable naming each damaged row."""
        if damage := self._database.damage():
            raise StoreUnavailable(f"{self.path} is damaged ({'; '.join(damage)}); {MEND}")

    def _stamp(self) -> str:
        return self._clock().astimezone(UTC).isoformat()

    def _unknown(self, document_id: str) -> UnknownDocument:
        return UnknownDocument(f"no document {document_id!r}, or it was removed; `muhojir list` shows what there is")
