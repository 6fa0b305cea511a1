"""One immutable folder of passages: their words, the BM25 matrix, vectors, windows and the FAISS index.

`SegmentWriter` is fed documents with their passages and vectors and leaves the folder complete; `Segment` opens it.
All files count rows in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Passage

from .background import add_vectors, empty_sums, language_code, language_of, read_sums, write_sums
from .dense_faiss import DenseSegment, Kind, write_dense
from .lexical_bm25 import LexicalSegment, write_lexical
from .names import NameCounter, read_names
from .passages import PassageTable, PassageTableWriter
from .ports import StoredPassage, Vectors
from .quantized import QuantizedRows, QuantizedWriter
from .tokenize import terms

_VECTORS, _WINDOWS, _OFFSETS = "vectors.bin", "windows.bin", "window_offsets.bin"
_LANGUAGES, _SUMS = "languages.bin", "language_sums.bin"
_BATCH = 5_000  # passages analyzed at once: about 20 MB of words


class Segment:
    """The opened files. Thread safe; nothing is copied into memory before it is asked for."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.table = PassageTable(folder)
        self.lexical = LexicalSegment(folder)
        self.vectors = QuantizedRows(folder / _VECTORS, dimension)
        self._windows = QuantizedRows(folder / _WINDOWS, dimension)
        self._offsets = np.asarray(np.memmap(folder / _OFFSETS, dtype=np.int64, mode="r"))
        self.languages: NDArray[np.uint8] = np.fromfile(folder / _LANGUAGES, dtype=np.uint8)
        self.dense = DenseSegment(folder, self.vectors, self.languages)
        self.sums = read_sums(folder / _SUMS, dimension)
        self.names = read_names(folder)

    def __len__(self) -> int:
        return len(self.lexical.lengths)

    def glance(self, rows: NDArray[np.int64], vector: Vectors) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """The language of each of `rows` and the cosines of its windows with `vector`."""
        similarities = self._windows.dot_ranges(self._offsets[rows], self._offsets[rows + 1], vector)
        return zip(map(language_of, self.languages[rows].tolist()), similarities, strict=True)

    def stored(self, rows: Sequence[int], first_key: int) -> list[StoredPassage]:
        """The passages of `rows` with their window vectors; keys are `first_key` + row."""
        places = np.asarray(rows, dtype=np.int64)
        windows = self._windows.take_ranges(self._offsets[places], self._offsets[places + 1])
        return [
            StoredPassage(first_key + row, passage, card, vectors)
            for row, (passage, card), vectors in zip(rows, self.table.fetch(rows), windows, strict=True)
        ]


class SegmentWriter:
    """Streams documents into a new folder; `close` builds the indexes over what was written."""

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True)
        self._folder, self._dimension = folder, dimension
        self._table = PassageTableWriter(folder)
        self._vectors = QuantizedWriter(folder / _VECTORS, dimension)
        self._windows = QuantizedWriter(folder / _WINDOWS, dimension)
        self._window_counts: list[int] = []
        self._languages = bytearray()
        self._sums = empty_sums(dimension)
        self._names = NameCounter()

    def add(self, document: Document, passages: Sequence[Passage], vectors: Vectors, windows: Vectors) -> None:
        """`vectors`: one row a passage; `windows`: one row a window, passage by passage."""
        self._table.add(document, passages)
        self._names.add(passages)
        self._vectors.append(vectors)
        self._windows.append(windows)
        start = 0
        for row, passage in enumerate(passages):
            end = start + len(passage.windows)
            self._window_counts.append(len(passage.windows))
            self._languages.append(language_code(passage.language))
            add_vectors(self._sums, passage.language, vectors[row : row + 1], windows[start:end])
            start = end

    def close(self, *, threads: int = 1) -> tuple[int, int, int, Kind]:
        """Finish all files; returns documents, passages, windows and the kind of dense index."""
        self._table.close()
        self._vectors.close()
        self._windows.close()
        offsets: NDArray[np.int64] = np.cumsum([0, *self._window_counts], dtype=np.int64)
        (self._folder / _OFFSETS).write_bytes(offsets.tobytes())
        (self._folder / _LANGUAGES).write_bytes(bytes(self._languages))
        write_sums(self._folder / _SUMS, self._sums)
        write_lexical(self._folder, self._analyzed())
        self._names.write(self._folder, LexicalSegment(self._folder))
        kind = write_dense(
            self._folder, QuantizedRows(self._folder / _VECTORS, self._dimension), self._dimension, threads=threads
        )
        return self._table.documents, self._table.passages, int(offsets[-1]), kind

    def _analyzed(self) -> Iterator[list[list[str]]]:
        """The terms of the passages, batch by batch, read back from the file just written."""
        table = PassageTable(self._folder)
        for start in range(0, self._table.passages, _BATCH):
            rows = range(start, min(start + _BATCH, self._table.passages))
            yield [passage_terms(passage) for passage, _ in table.fetch(rows)]


def passage_terms(passage: Passage) -> list[str]:
    """What the lexical leg knows of a passage: its headings and its words."""
    return terms("\n".join([*passage.heading, passage.text]), passage.language)
