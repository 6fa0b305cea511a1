"""Muhojir as it ships: both legs, the candidates' sentence windows, the mix, ten passages fetched."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.pile import WINDOW_NOISE, recipe_of
from benchmarks.rivals.collection import VECTORS, WINDOWS, Batch, Collection, Vectors
from benchmarks.rivals.making import passage_of
from benchmarks.rivals.runner import Hit, main
from index.manifest import Manifest, SegmentInfo, file_info
from index.ports import Filters
from index.segment import SegmentWriter
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.answer import Query
from qa.question import open_glossary, understand
from qa.retrieve import RetrievalPolicy, retrieve

_NOISES = 1 << 14  # different ones: drawing each anew costs more than all the rest
_NO_FILTERS = Filters()


class Building:
    """The windows' vectors are those of the collection; where it has none, their passage's with noise added."""

    def __init__(self, folder: Path, collection: Collection) -> None:
        self._dimension = collection.dimension
        self._recipe = recipe_of(collection.folder / VECTORS, self._dimension)  # as benchmarks.scale opens it
        self._store = SnapshotStore(folder)
        self._until_published = ExitStack()
        self._built = self._until_published.enter_context(self._store.building()) / "segment"
        self._writer = SegmentWriter(self._built, self._dimension)
        random = np.random.default_rng(1)
        self._noise = random.normal(0, WINDOW_NOISE, (_NOISES, self._dimension)).astype(np.float32)
        known = collection.folder / WINDOWS
        self._windows = np.load(known, mmap_mode="r") if known.exists() else None
        self._used = 0

    def add(self, batch: Batch) -> None:
        pairs = [passage_of(*row) for row in zip(batch.ids, batch.texts, strict=True)]
        windows = self._of_windows(batch.vectors, [len(passage.windows) for _, passage in pairs])
        self._writer.add([(document, [passage]) for document, passage in pairs], batch.vectors, windows)

    def _of_windows(self, vectors: Vectors, counts: list[int]) -> Vectors:
        start, self._used = self._used, self._used + sum(counts)
        if self._windows is not None:
            return np.asarray(self._windows[start : self._used], np.float32)
        windows = np.repeat(vectors, counts, axis=0) + self._noise[np.arange(start, self._used) % _NOISES]
        return np.asarray(windows / np.linalg.norm(windows, axis=1, keepdims=True), np.float32)

    def finish(self) -> None:
        facts = self._writer.close(threads=int(os.environ.get("OMP_NUM_THREADS", "1")))
        contents = {path.name: file_info(path) for path in sorted(self._built.iterdir())}
        name = hashlib.sha256(str(facts).encode()).hexdigest()[:16]
        counts = (facts.documents, facts.passages, facts.windows)
        segment = SegmentInfo(name, *counts, facts.dense.kind, contents, recall=facts.dense.recall)
        manifest = Manifest(self._recipe, 0, facts.documents, facts.passages, (segment,), datetime.now(UTC))
        self._store.publish(manifest, self._built)
        self._until_published.close()


class Searching:
    def __init__(self, index: Snapshot) -> None:
        self.index, self.glossary, self.policy = index, open_glossary(), RetrievalPolicy()

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        asked = understand(Query(text), self.glossary)
        found = retrieve(self.index, asked, vector, _NO_FILTERS, self.policy, k).found
        return [(one.stored.document.id, one.stored.passage.text) for one in found]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        found = self.index.search({}, vector, _NO_FILTERS, self.policy.depth)
        best = found.keys[np.argsort(-found.dense, kind="stable")[:k]]
        return [stored.document.id for stored in self.index.fetch(best.tolist())]


def opened(folder: Path) -> Snapshot:
    store = SnapshotStore(folder)
    return store.open(store.manifest(store.current_id()).recipe)


def reopen(folder: Path) -> Searching:
    return Searching(opened(folder))


if __name__ == "__main__":
    main(Building, reopen)
