"""Chroma on disk, vectors only: its embedded form ranks no words."""

from __future__ import annotations

from pathlib import Path

import chromadb

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main


class Chroma:
    def __init__(self, collection: chromadb.Collection) -> None:
        self._collection = collection

    def add(self, batch: Batch) -> None:
        self._collection.add(ids=batch.ids, documents=batch.texts, embeddings=batch.vectors)

    def finish(self) -> None:
        """Chroma writes as it is given."""

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:  # noqa: ARG002
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=["documents"])
        return list(zip(found["ids"][0], found["documents"][0], strict=True))

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        return list(self._collection.query(query_embeddings=[vector], n_results=k, include=[])["ids"][0])


def _client(folder: Path) -> chromadb.ClientAPI:
    return chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))


def create(folder: Path, collection: Collection) -> Chroma:  # noqa: ARG001
    made = _client(folder).create_collection("passages", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    return Chroma(made)


def reopen(folder: Path) -> Chroma:
    return Chroma(_client(folder).get_collection("passages", embedding_function=None))


if __name__ == "__main__":
    main(create, reopen)
