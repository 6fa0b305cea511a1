"""LanceDB's hybrid search: its full-text index, vectors read exactly (its default), fused by its RRF reranker."""

from __future__ import annotations

from pathlib import Path

import lancedb
import pyarrow as pa
from lancedb.index import FTS

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main


class LanceDb:
    def __init__(self, table: lancedb.table.Table) -> None:
        self.table = table

    def add(self, batch: Batch) -> None:
        rows = zip(batch.ids, batch.texts, batch.vectors.tolist(), strict=True)
        self.table.add([{"id": one, "text": text, "vector": vector} for one, text, vector in rows])

    def finish(self) -> None:
        self.table.create_index("text", config=FTS())
        self.table.optimize()

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        found = self.table.search(query_type="hybrid").vector(vector).text(text).limit(k)
        return [(row["id"], row["text"]) for row in found.to_list()]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        found = self.table.search(vector).distance_type("cosine").limit(k).to_list()
        return [row["id"] for row in found]


def create(folder: Path, collection: Collection) -> LanceDb:
    schema = pa.schema([("id", pa.string()), ("text", pa.string()),
                        ("vector", pa.list_(pa.float32(), collection.dimension))])  # fmt: skip
    return LanceDb(lancedb.connect(folder).create_table("passages", schema=schema))


def reopen(folder: Path) -> LanceDb:
    return LanceDb(lancedb.connect(folder).open_table("passages"))


if __name__ == "__main__":
    main(create, reopen)
