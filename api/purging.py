"""Hiding a removed document from every later question, and queueing what deletes it for good."""

from __future__ import annotations

from collections.abc import Callable, Collection

from corpus.store import CorpusStore
from index.errors import BuildBusy, SnapshotMissing

from .jobs import JobStore

_WAIT_SECONDS, _STEP_SECONDS = 60.0, 0.2  # a client's patience; a published mask takes well below a second


def mask_removed(
    store: CorpusStore, hide: Callable[[Collection[tuple[str, str]]], None], pause: Callable[[float], None]
) -> None:
    """Has the live snapshot published again without what was removed. Raises BuildBusy after a minute."""
    steps = int(_WAIT_SECONDS / _STEP_SECONDS)
    for step in range(steps):
        try:
            hide({(gone.document_id, gone.version) for gone in store.tombstones()})
        except SnapshotMissing:  # nothing is indexed, so nothing is shown
            return
        except BuildBusy as error:
            if step == steps - 1:
                raise BuildBusy(
                    "the document is removed, and hidden when the indexing that runs now ends; its job is queued"
                ) from error
            pause(_STEP_SECONDS)
        else:
            return


def queue_purges(store: CorpusStore, jobs: JobStore) -> None:
    """A job for every removed document that no job waits to purge: a crash came between the two."""
    queued = {task["document_id"] for task in jobs.waiting_tasks("purge")}
    unpurged = {gone.document_id for gone in store.tombstones() if gone.purged is None}
    for document_id in sorted(unpurged - queued):
        jobs.submit("purge", {"document_id": document_id})
