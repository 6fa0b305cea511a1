"""Hiding a removed document from every later question, and naming the vectors that must go with it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from corpus.chunk import ChunkPolicy, chunk
from corpus.store import CorpusStore
from index.backends import Snapshots
from index.embedding_cache import embedding_key
from index.errors import BuildBusy, SnapshotMissing
from index.texts import passage_text, window_texts

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


def vector_keys(store: CorpusStore, snapshots: Snapshots, document_id: str) -> list[bytes]:
    """Keys of all vectors of its removed versions, under the live snapshot's model."""
    try:
        identity = snapshots.manifest(snapshots.current_id()).recipe.encoder
    except SnapshotMissing:
        return []
    keys = []
    for document in store.removed(document_id):
        for passage in chunk(document, ChunkPolicy()):
            texts = [passage_text(document, passage), *window_texts(passage)]
            keys += [embedding_key(identity, "passage", text) for text in texts]
    return keys
