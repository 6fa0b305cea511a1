"""Making a home and changing it: documents, index, snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..settings import Settings
from .backends import open_backend
from .parts import now, open_cached_encoder, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.ingest import Draft, Skipped
    from index.build import Progress

    from ..intake import Taken


def ensure_documents(settings: Settings) -> None:
    """Makes corpus.sqlite from the shipped library where there is none: whole, or not at all."""
    if (settings.home / "corpus.sqlite").exists():
        return
    from corpus.ingest import library_files

    _create_store(settings, library_files)


def create_empty(settings: Settings) -> None:
    """Makes corpus.sqlite without any document where there is none."""
    if not (settings.home / "corpus.sqlite").exists():
        open_store(settings).close()


def ensure_index(settings: Settings) -> Iterator[Progress]:
    """Makes the home and its first index where they are missing, and finishes what an interrupted command began.

    Nothing to do takes a moment. Raises StoreUnavailable where documents are missing that were indexed once.
    """
    from index.errors import BuildBusy, SnapshotMissing

    ensure_documents(settings)
    try:
        behind = changes_since_indexed(settings)
    except SnapshotMissing:
        yield from update_index(settings)
        return
    if behind:
        with suppress(BuildBusy):  # who builds now brings it up to the documents
            yield from update_index(settings)


def changes_since_indexed(settings: Settings) -> int:
    """How many changes the live index has not seen. Raises SnapshotError, StoreUnavailable."""
    from corpus.errors import StoreUnavailable

    snapshots, store = open_backend(settings).snapshots, open_store(settings)
    changes = store.revision() - snapshots.manifest(snapshots.current_id()).corpus_revision
    store.close()
    if changes < 0:
        raise StoreUnavailable(
            f"{store.path} has lost its last changes: the index has seen {-changes} more. Restore a backup "
            "(`muhojir restore`), or accept the loss: muhojir init"
        )
    return changes


def update_index(settings: Settings, *, purge: bool = False, renew: bool = False) -> Iterator[Progress]:
    """Brings the index up to the documents and drops snapshots beyond the number kept.

    `purge` also rebuilds every segment that holds something masked, `renew` every one with token codes of an earlier
    program.
    """
    from index.errors import BuildBusy

    from ..intake import tie_copies

    store = open_store(settings)
    tie_copies(store)
    yield from open_backend(settings).build(store, open_cached_encoder(settings), purge=purge, renew=renew)
    with suppress(BuildBusy):  # who builds now will prune
        prune_snapshots(settings, settings.keep_snapshots)


def finish_jobs(settings: Settings) -> bool:
    """Runs the jobs that are queued in the home; False when another process is at it."""
    from ..building import work_through  # brings what fetches addresses, which asking never needs

    return work_through(settings)


def set_damaged_aside(settings: Settings) -> list[str]:
    """Moves damaged files of the index out of the way, so that `update_index` makes them anew; returns the faults.

    Documents and running services are not touched. Raises BuildBusy.
    """
    return open_backend(settings).set_aside()


def prune_snapshots(settings: Settings, keep: int) -> list[str]:
    """Deletes all but the newest `keep` snapshots and the live one; returns their ids. Raises BuildBusy."""
    snapshots = open_backend(settings).snapshots
    with snapshots.building():  # else a segment that is being published would look unused
        return snapshots.prune(keep)


def drop_old_snapshots(settings: Settings) -> None:
    """Deletes every snapshot but the live one, and what was set aside as damaged. Raises BuildBusy."""
    open_backend(settings).drop_old()


def roll_back(settings: Settings, snapshot_id: str) -> str:
    """Makes an earlier snapshot live, without what was removed since; returns the id that is live now."""
    store = open_store(settings)
    removed = {(gone.document_id, gone.version) for gone in store.tombstones()}
    return open_backend(settings).roll_back(snapshot_id, removed, store.revision())


def take_in(
    settings: Settings, sources: Sequence[str], given: Mapping[str, object], dry_run: bool
) -> tuple[list[Taken], list[Skipped]]:
    """Adds files, folders and addresses to the home's documents, not yet to its index; a dry run only reads them."""
    from corpus.fetch import fetch
    from corpus.ingest import Report

    from ..intake import take_in

    report = Report()
    if dry_run:
        return list(take_in(sources, given, None, report, fetch)), report.skipped
    ensure_documents(settings)
    store = open_store(settings)
    return list(take_in(sources, given, store, report, fetch)), report.skipped


def _create_store(settings: Settings, drafts: Callable[[], Iterator[tuple[bytes, Draft]]]) -> None:
    """Fills a store aside and renames it, so that an interruption leaves no half library. Raises StoreUnavailable."""
    from filelock import FileLock

    from corpus.errors import StoreUnavailable

    path = settings.home / "corpus.sqlite"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.home / "init.lock"):
            if not path.exists():  # another process may have been faster
                _fill(path.with_name("corpus.sqlite.new"), drafts).rename(path)
    except OSError as error:
        raise StoreUnavailable(f"{settings.home}: {error.strerror or error}; choose another --home") from error


def _fill(aside: Path, drafts: Callable[[], Iterator[tuple[bytes, Draft]]]) -> Path:
    from corpus.store import CorpusStore

    aside.unlink(missing_ok=True)
    store = CorpusStore(aside, clock=now)
    for raw, draft in drafts():
        store.add(raw, draft)
    store.close()
    return aside
