"""An Encoder that remembers: passages that were encoded once, by any process, are never encoded again.

One SQLite file of float16 vectors, each with a checksum: one that is damaged is encoded again. Fresh vectors are
rounded as the kept ones are, so a vector does not depend on whether it was in the cache. Queries are not kept: they
are short, and they are the users' own.

Each vector belongs to the first document that it was made for, and goes with it, whatever model, title or chunker it
was made under: `forget`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.errors import EncoderUnavailable
from index.ports import Encoder, EncoderIdentity, Role, Vectors
from index.vector_pack import EMPTY_PACK, HalfVectors, VectorPack

BUSY_SECONDS = 60.0  # how long a writer waits for another; one transaction takes milliseconds
LOOKUP = 500  # keys a statement; SQLite allows 32766 parameters since 3.32 and 999 before
ENCODE_BATCH = 256  # passages encoded, then kept, together: at most a minute of work is lost by a crash
_HALF, _CHECKSUM = 2, 4  # bytes of a float16 and of a CRC-32
_OVERWRITING = 1  # PRAGMA user_version of a file in which SQLite always overwrote what it moved; 0.1.0 did not
_TABLE = "CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, owner BLOB) WITHOUT ROWID"
_INDEX = "CREATE INDEX IF NOT EXISTS vectors_owner ON vectors (owner)"


def embedding_key(identity: EncoderIdentity, role: Role, text: str) -> bytes:
    """sha256 over all that a vector depends on."""
    prefix = identity.query_prefix if role == "query" else identity.passage_prefix
    parts = [part.encode("utf-8", "surrogatepass") for part in (identity.model, identity.revision, role, prefix, text)]
    return hashlib.sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()


def token_key(key: bytes, head: str) -> bytes:
    """The key of a text's token codes, from that of its vector and the projection's revision."""
    return hashlib.sha256(key + head.encode()).digest()


def forget(path: Path, document_id: str) -> None:
    """Delete from the file, if there is one, all that was kept of a document, and what is no document's: nobody knows
    whose words that is. Raises EncoderUnavailable."""
    if not path.exists():
        return
    try:
        with closing(_connect(path)) as database:
            with database:
                database.execute("DELETE FROM vectors WHERE owner IS NULL OR owner = ?", (_owner(document_id),))
            if _format(database) < _OVERWRITING:
                database.execute("VACUUM")
                database.execute(f"PRAGMA user_version = {_OVERWRITING}")
            busy = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]  # the log still holds them
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    if busy:
        raise EncoderUnavailable(
            f"The vector cache {path} is being read, and its log holds what is to be gone. Try again."
        )


def _owner(document_id: str) -> bytes:
    """As the file names a document: an id may hold words of it."""
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).digest()[:16]


def _connect(path: Path) -> sqlite3.Connection:
    """Opens the file, making it or bringing it up to date."""
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")  # a lost tail is encoded again
    database.execute("PRAGMA secure_delete = ON")
    with database:
        database.execute("BEGIN IMMEDIATE")
        columns = [row[1] for row in database.execute("PRAGMA table_info(vectors)")]
        if not columns:
            database.execute(_TABLE)
            database.execute(f"PRAGMA user_version = {_OVERWRITING}")
        elif "owner" not in columns:
            database.execute("ALTER TABLE vectors ADD COLUMN owner BLOB")
        database.execute(_INDEX)
    return database


def _format(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _unusable(path: Path, error: Exception) -> EncoderUnavailable:
    return EncoderUnavailable(f"The vector cache {path} cannot be used: {error}. Free space or delete it.")


def damaged_vectors(path: Path) -> int:
    """How many kept vectors are not what was written; 0 without a file. Raises EncoderUnavailable."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
            faults = [row[0] for row in database.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            if faults:
                raise EncoderUnavailable(f"The vector cache {path} is damaged ({faults[0]}). Delete it.")
            return sum(not is_whole(row[0]) for row in database.execute("SELECT vector FROM vectors"))
    except sqlite3.Error as error:
        raise EncoderUnavailable(f"The vector cache {path} is damaged ({error}). Delete it.") from error


def is_whole(kept: bytes, dimension: int | None = None) -> bool:
    """A float16 vector and its CRC-32. (Caches of 0.1.0 have none: those vectors are encoded again.)"""
    vector, checksum = kept[:-_CHECKSUM], kept[-_CHECKSUM:]
    return zlib.crc32(vector).to_bytes(_CHECKSUM) == checksum and dimension in (None, len(vector) // _HALF)


def _with_checksum(vector: bytes) -> bytes:
    return vector + zlib.crc32(vector).to_bytes(_CHECKSUM)


class CachedEncoder:
    """Wraps `encoder`. Thread safe; several processes may share `path`. `pack` is looked into before the file;
    texts are encoded, then kept, `batch` at a time."""

    def __init__(
        self, encoder: Encoder, path: Path, *, pack: VectorPack = EMPTY_PACK, batch: int = ENCODE_BATCH
    ) -> None:
        """Makes the file when it is not there. Raises EncoderUnavailable when it cannot be opened."""
        self._encoder = encoder
        self._path = path
        self._pack = pack
        self._batch = batch
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _connect(path)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error

    @property
    def identity(self) -> EncoderIdentity:
        return self._encoder.identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "query":
            return self._encoder.encode(texts, role)
        found = list(self.encode_in_batches(texts, role, self._batch))
        return np.concatenate(found) if found else np.zeros((0, self.identity.dimension), np.float32)

    def encode_in_batches(self, texts: Sequence[str], role: Role, batch: int) -> Iterator[Vectors]:
        """The vectors of `texts` in order, `batch` rows at a time: what is yielded is kept."""
        for start in range(0, len(texts), batch):
            part = texts[start : start + batch]
            yield self._encoder.encode(part, role) if role == "query" else self._passages(part)

    def attribute(self, texts: Iterable[tuple[str, str]]) -> None:
        """Each text, a passage that was encoded, is told to be of the document of this id, unless it has one."""
        rows = [(_owner(document_id), key) for document_id, text in texts for key in self._keys(text)]
        self._write("UPDATE vectors SET owner = ? WHERE key = ? AND owner IS NULL", rows)

    def close(self) -> None:
        self._database.close()

    def _keys(self, text: str) -> list[bytes]:
        """Of all that is kept of a passage."""
        return [embedding_key(self.identity, "passage", text)]

    def _passages(self, texts: Sequence[str]) -> Vectors:
        keys = [embedding_key(self.identity, "passage", text) for text in texts]
        known = self._lookup(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = self._encoder.encode(list(missing.values()), "passage").astype(np.float16)
            self.keep(list(missing), fresh)
            known |= zip(missing, fresh, strict=True)
        vectors = np.stack([known[key] for key in keys]).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _lookup(self, keys: Sequence[bytes]) -> dict[bytes, HalfVectors]:
        rows = self._pack.rows
        known = {key: self._pack.vectors[rows[key]] for key in keys if key in rows}
        kept = self._kept([key for key in keys if key not in known], self.identity.dimension)
        return known | {key: np.frombuffer(vector, np.float16) for key, vector in kept.items()}

    def _kept(self, keys: Sequence[bytes], dimension: int | None = None) -> dict[bytes, bytes]:
        """What the file holds of `keys`; what is damaged counts as not there."""
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), LOOKUP):
            some = keys[start : start + LOOKUP]
            marks = ",".join("?" * len(some))
            for key, kept in self._read(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                if is_whole(kept, dimension):
                    found[key] = kept[:-_CHECKSUM]
        return found

    def _read(self, statement: str, values: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        try:
            with self._lock:
                return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from error

    def keep(self, keys: Sequence[bytes], vectors: HalfVectors | Sequence[HalfVectors]) -> None:
        """Stores passage vectors under their `embedding_key`s. Raises EncoderUnavailable."""
        self._keep(keys, [vector.tobytes() for vector in vectors])

    def _keep(self, keys: Sequence[bytes], contents: Sequence[bytes]) -> None:
        rows = [(key, _with_checksum(content)) for key, content in zip(keys, contents, strict=True)]
        self._write("INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", rows)

    def _write(self, statement: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        try:
            with self._lock, self._database:
                self._database.executemany(statement, rows)
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from error
