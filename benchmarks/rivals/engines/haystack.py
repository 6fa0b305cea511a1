"""Haystack's in-memory store: its BM25 and embedding retrievers, their lists joined by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main

_FILE = "store.json"


class Haystack:
    def __init__(self, folder: Path, store: InMemoryDocumentStore) -> None:
        self._folder, self._store = folder, store
        self._lexical = InMemoryBM25Retriever(store)
        self._dense = InMemoryEmbeddingRetriever(store)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def add(self, batch: Batch) -> None:
        rows = zip(batch.ids, batch.texts, batch.vectors.tolist(), strict=True)
        self._store.write_documents([Document(id=one, content=text, embedding=vector) for one, text, vector in rows])

    def finish(self) -> None:
        self._store.save_to_disk(str(self._folder / _FILE))

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        words = self._lexical.run(query=text, top_k=k)["documents"]
        near = self._dense.run(query_embedding=vector.tolist(), top_k=k)["documents"]
        joined = self._joiner.run(documents=[words, near], top_k=k)["documents"]
        return [(one.id, one.content) for one in joined]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        return [one.id for one in self._dense.run(query_embedding=vector.tolist(), top_k=k)["documents"]]


def create(folder: Path, collection: Collection) -> Haystack:  # noqa: ARG001
    return Haystack(folder, InMemoryDocumentStore(embedding_similarity_function="cosine"))


def reopen(folder: Path) -> Haystack:
    return Haystack(folder, InMemoryDocumentStore.load_from_disk(str(folder / _FILE)))


if __name__ == "__main__":
    main(create, reopen)
