"""What a tutorial ends with: rank-bm25 over split words, a flat FAISS index, both lists fused by reciprocal ranks."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
import numpy as np
from rank_bm25 import BM25Okapi

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main

_DEPTH = 50
_K = 60  # of reciprocal rank fusion, as everywhere


class Script:
    def __init__(self, folder: Path, dense: faiss.Index, rows: list[Hit]) -> None:
        self._folder, self._dense, self._rows = folder, dense, rows
        self._lexical = BM25Okapi([text.lower().split() for _, text in rows]) if rows else None

    def add(self, batch: Batch) -> None:
        self._rows.extend(zip(batch.ids, batch.texts, strict=True))
        self._dense.add(batch.vectors)

    def finish(self) -> None:
        self._lexical = BM25Okapi([text.lower().split() for _, text in self._rows])
        faiss.write_index(self._dense, str(self._folder / "dense.faiss"))
        (self._folder / "rows.json").write_text(json.dumps(self._rows), encoding="utf-8")

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        legs = (np.argsort(-self._lexical.get_scores(text.lower().split()))[:_DEPTH], self._nearest(vector, _DEPTH))
        scores: dict[int, float] = {}
        for leg in legs:
            for place, row in enumerate(leg.tolist(), 1):
                scores[row] = scores.get(row, 0.0) + 1 / (_K + place)
        return [self._rows[row] for row in sorted(scores, key=lambda row: -scores[row])[:k]]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        return [self._rows[row][0] for row in self._nearest(vector, k).tolist()]

    def _nearest(self, vector: Vectors, k: int) -> np.ndarray:
        return self._dense.search(vector[None, :], k)[1][0]


def create(folder: Path, collection: Collection) -> Script:
    return Script(folder, faiss.IndexFlatIP(collection.dimension), [])


def reopen(folder: Path) -> Script:
    """The words' statistics have no file format: they are counted again."""
    rows = [(one, text) for one, text in json.loads((folder / "rows.json").read_text(encoding="utf-8"))]
    return Script(folder, faiss.read_index(str(folder / "dense.faiss")), rows)


if __name__ == "__main__":
    main(create, reopen)
