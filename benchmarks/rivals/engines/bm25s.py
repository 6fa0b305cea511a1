"""bm25s, words only, as its README shows: English stop words, Snowball's stemmer, the corpus saved with the index."""

from __future__ import annotations

from pathlib import Path

import bm25s
import Stemmer

from benchmarks.rivals.collection import Batch, Collection, Vectors
from benchmarks.rivals.runner import Hit, main


class Bm25s:
    def __init__(self, folder: Path, retriever: bm25s.BM25) -> None:
        self._folder, self._retriever = folder, retriever
        self._corpus: list[dict[str, str]] = []
        self._stemmer = Stemmer.Stemmer("english")

    def add(self, batch: Batch) -> None:
        self._corpus.extend({"id": one, "text": text} for one, text in zip(batch.ids, batch.texts, strict=True))

    def finish(self) -> None:
        texts = [row["text"] for row in self._corpus]
        self._retriever.index(bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False))
        self._retriever.save(str(self._folder), corpus=self._corpus)

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:  # noqa: ARG002
        tokens = bm25s.tokenize(text, stopwords="en", stemmer=self._stemmer, show_progress=False)
        found, scores = self._retriever.retrieve(tokens, k=k, show_progress=False)
        return [(row["id"], row["text"]) for row, score in zip(found[0], scores[0], strict=True) if score > 0]

    def nearest(self, vector: Vectors, k: int) -> list[str]:  # noqa: ARG002
        return []


def create(folder: Path, collection: Collection) -> Bm25s:  # noqa: ARG001
    return Bm25s(folder, bm25s.BM25())


def reopen(folder: Path) -> Bm25s:
    return Bm25s(folder, bm25s.BM25.load(str(folder), load_corpus=True, mmap=True))


if __name__ == "__main__":
    main(create, reopen)
