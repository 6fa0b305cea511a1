"""A copy of corpus.sqlite, taken while the service runs, and the way back."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from corpus.connections import address
from corpus.errors import StoreUnavailable
from corpus.store import CorpusStore

_LOGS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """`stay_removed`: ids that were removed after the backup. `damaged`: where a damaged store was set aside."""

    stay_removed: tuple[str, ...]
    damaged: Path | None


def write_backup(store: CorpusStore, target: Path) -> str:
    """All documents and versions as of now, in one file that appears whole; returns its sha256.

    Every row of the copy is checked: a damaged store makes no backup. Raises StoreUnavailable.
    """
    if target.exists():
        raise StoreUnavailable(f"{target} exists; name another file or delete it")
    aside = target.with_name(target.name + ".part")
    try:
        _copy(store.path, aside)
        _checked(aside).close()
        with aside.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        aside.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{target} cannot be written: {error}") from error
    finally:
        _clear(aside)
    return digest


def restore_backup(backup: Path, path: Path) -> Restored:
    """Puts the documents of `backup` in the place of those at `path`; what was removed since stays removed.

    A damaged backup changes nothing; it is itself never written to. Raises StoreUnavailable.
    """
    if not backup.exists():
        raise StoreUnavailable(f"{backup} does not exist")
    aside = path.with_name(path.name + ".restored")
    try:
        _clear(aside)
        _copy(backup, aside)
        fresh = _checked(aside)
        stays = _settle(path, fresh)
        fresh.close()
        if _is_sound(path):
            _copy(aside, path)  # through SQLite, so that a reader never meets half of it
            return Restored(stays, None)
        damaged = _set_aside(path)
        aside.rename(path)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{path} cannot be restored from {backup}: {error}; it is as it was") from error
    finally:
        _clear(aside)
    return Restored(stays, damaged)


def _settle(path: Path, fresh: CorpusStore) -> tuple[str, ...]:
    """Removes from `fresh` what was removed from the store at `path`, as far as that can still be read."""
    try:
        with closing(CorpusStore(path)) as store:
            removed = {(gone.document_id, gone.version) for gone in store.tombstones()}
            fresh.outlive(store.revision())
    except StoreUnavailable:
        return ()
    again = tuple(sorted(name for name, version in fresh.live().items() if (name, version) in removed))
    for name in again:
        fresh.remove(name)
        fresh.purge(name)
    return again


def _checked(path: Path) -> CorpusStore:
    """Of this program's format, every row as it was written. Raises StoreUnavailable."""
    store = CorpusStore(path, create=False)
    store.check()
    return store


def _is_sound(path: Path) -> bool:
    try:
        with closing(CorpusStore(path)) as store:
            store.check()
    except StoreUnavailable:
        return False
    return True


def _set_aside(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    target = next(name for name in names if not name.exists())
    path.rename(target)
    for log in _LOGS:
        if path.with_name(path.name + log).exists():
            path.with_name(path.name + log).rename(target.with_name(target.name + log))
    return target


def _clear(path: Path) -> None:
    for file in (path.with_name(path.name + suffix) for suffix in ("", *_LOGS)):
        if file.exists():  # else a folder that cannot be written would be an error of its own
            file.unlink()


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(address(source), uri=True)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
