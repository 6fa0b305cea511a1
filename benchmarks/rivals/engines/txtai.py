"""txtai's hybrid index with its contents, as `Embeddings(hybrid=True, content=True)` makes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from txtai import Embeddings

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main


class Txtai:
    """txtai asks a function for vectors: it is given those of the texts at hand."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._known = folder, dict[str, Vectors]()
        self._batches: list[Batch] = []
        known = {"transform": lambda texts: np.stack([self._known[text] for text in texts])}  # no method: it is called
        self._index = Embeddings(method="external", hybrid=True, content=True, **known)
        if self._index.exists(str(folder)):
            self._index.load(str(folder), config=known)

    def add(self, batch: Batch) -> None:
        """One list for one call: what is upserted later joins an index whose kind its first size chose."""
        self._batches.append(batch)
        self._known |= zip(batch.texts, batch.vectors, strict=True)

    def finish(self) -> None:
        rows = (row for batch in self._batches for row in zip(batch.ids, batch.texts, strict=True))
        self._index.index((one, text, None) for one, text in rows)
        self._index.config["transform"] = None
        self._index.save(str(self._folder))

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        self._known = {text: vector}
        return [(row["id"], row["text"]) for row in self._index.search(text, k)]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        self._known = {"": vector}
        return [row["id"] for row in self._index.search("", k, weights=1.0)]


def create(folder: Path, collection: Collection) -> Txtai:  # noqa: ARG001
    return Txtai(folder)


if __name__ == "__main__":
    main(create, Txtai)
