"""haiku.rag's client: documents imported with their vectors, and its hybrid search, which is LanceDB's."""

from __future__ import annotations

import asyncio
from pathlib import Path

from docling_core.types.doc.document import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.client.documents import DocumentImport
from haiku.rag.config import AppConfig
from haiku.rag.store.models.chunk import Chunk

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main

_FILE = "haiku.lancedb"


class _Given:
    """Stands in for the model that a question would be sent to."""

    vector: list[float]

    async def embed_query(self, text: str) -> list[float]:  # noqa: ARG002
        return self.vector


class Haiku:
    def __init__(self, folder: Path, dimension: int | None) -> None:
        """`dimension`: of a database that is made; None opens one."""
        self._loop, config = asyncio.Runner(), AppConfig()
        if dimension is not None:
            config.embeddings.model.vector_dim = dimension
        client = HaikuRAG(folder / _FILE, config=config, create=dimension is not None, skip_validation=True)
        self._client = self._loop.run(client.__aenter__())
        self._model = self._client.chunk_repository.embedder = _Given()

    def add(self, batch: Batch) -> None:
        rows = zip(batch.ids, batch.texts, batch.vectors.tolist(), strict=True)
        self._loop.run(self._client.import_documents([_document(*row) for row in rows]))

    def finish(self) -> None:
        """Closing waits for the work that each import leaves behind."""
        self._loop.run(self._client.vacuum())
        self._loop.run(self._client.__aexit__(None, None, None))

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        return [(one.document_uri, one.content) for one in self._found(text, vector, k, "hybrid")]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        return [one.document_uri for one in self._found("-", vector, k, "vector")]

    def _found(self, text: str, vector: Vectors, k: int, kind: str) -> list:
        self._model.vector = vector.tolist()
        return self._loop.run(self._client.search(text, limit=k, search_type=kind))


def _document(identity: str, text: str, vector: list[float]) -> DocumentImport:
    """A document of one chunk."""
    document = DoclingDocument(name=identity)
    document.add_text(label=DocItemLabel.TEXT, text=text)
    return DocumentImport(document, [Chunk(content=text, embedding=vector)], uri=identity)


def create(folder: Path, collection: Collection) -> Haiku:
    return Haiku(folder, collection.dimension)


def reopen(folder: Path) -> Haiku:
    return Haiku(folder, None)


if __name__ == "__main__":
    main(create, reopen)
