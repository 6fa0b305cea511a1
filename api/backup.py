"""A copy of corpus.sqlite, taken while the service runs, and the way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StoreUnavailable, UnknownDocument

if TYPE_CHECKING:
    from corpus.store import CorpusStore


def write_backup(store: CorpusStore, target: Path) -> None:
    """All documents and versions as of now, in one file that appears whole. Raises StoreUnavailable."""
    if target.exists():
        raise StoreUnavailable(f"{target} exists; name another file or delete it")
    aside = target.with_name(target.name + ".part")
    try:
        _copy(store.path, aside)
        aside.rename(target)
    except (sqlite3.Error, OSError) as error:
        aside.unlink(missing_ok=True)
        raise StoreUnavailable(f"{target} cannot be written: {error}") from error


def restore_backup(backup: CorpusStore, store: CorpusStore, aside: CorpusStore) -> list[str]:
    """Puts the documents of `backup` in the place of those of `store`; what was removed since stays removed.

    `aside` is an empty store beside it. Returns the ids that stay removed. Raises StoreUnavailable.
    """
    removed = {(gone.document_id, gone.version) for gone in store.tombstones()}
    path, beside = store.path, aside.path
    aside.close()
    try:
        _copy(backup.path, beside)
        again = sorted(name for name, version in aside.live().items() if (name, version) in removed)
        for name in again:
            _remove(aside, name)
        aside.outlive(store.revision())
        aside.close()
        store.close()
        _copy(beside, path)  # through SQLite, so that a reader never meets half of it
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{path} cannot be restored: {error}; it is as it was") from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(beside.name + suffix).unlink(missing_ok=True)
    return again


def _remove(store: CorpusStore, document_id: str) -> None:
    try:
        store.remove(document_id)
        store.purge(document_id)
    except UnknownDocument:  # went with an earlier one
        return


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
