"""One immutable folder of passages: their words, the BM25 matrix, vectors, windows and the FAISS index.

`SegmentWriter` is fed documents with their passages and vectors and leaves the folder complete; `Segment` opens it.
All files count rows in the same order.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Passage

from .background import add_vectors, empty_sums, language_code, language_of, read_sums, write_sums
from .dense_build import QUESTIONS, DenseFacts, write_dense
from .dense_faiss import DenseSegment
from .lexical_bm25 import LexicalSegment
from .lexical_build import LexicalWriter
from .names import NameCounter, NameTable
from .passages import PassageTable, PassageTableWriter
from .ports import StoredPassage, Vectors
from .quantized import QuantizedRanges, QuantizedRows, QuantizedWriter
from .token_head import TokenCodes
from .token_table import Places, TokenTable, TokenTableWriter
from .tokenize import terms

_VECTORS, _WINDOWS, _OFFSETS = "vectors.bin", "windows.bin", "window_offsets.bin"
_LANGUAGES, _SUMS = "languages.bin", "language_sums.bin"
_BATCH = 5_000  # passages counted at once: about 20 MB of words


class Segment:
    """The opened files. Thread safe; nothing is copied into memory before it is asked for."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.table = PassageTable(folder)
        self.lexical = LexicalSegment(folder)
        self.vectors = QuantizedRows(folder / _VECTORS, dimension)
        self._windows = QuantizedRanges(folder / _WINDOWS, dimension)
        self._offsets = np.asarray(np.memmap(folder / _OFFSETS, dtype=np.int64, mode="r"))
        self.languages: NDArray[np.uint8] = np.fromfile(folder / _LANGUAGES, dtype=np.uint8)
        self.dense = DenseSegment(folder, self.vectors, self.languages)
        self.sums = read_sums(folder / _SUMS, dimension)
        self.tokens = TokenTable.open(folder)
        self.names = NameTable(folder)

    def __len__(self) -> int:
        return len(self.lexical.lengths)

    def glance(self, rows: NDArray[np.int64], vector: Vectors) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """The language of each of `rows` and the cosines of its windows with `vector`."""
        similarities = self._windows.dot(self._offsets[rows], self._offsets[rows + 1], vector)
        return zip(map(language_of, self.languages[rows].tolist()), similarities, strict=True)

    def stored(self, rows: Sequence[int], first_key: int) -> list[StoredPassage]:
        """The passages of `rows`; keys are `first_key` + row."""
        return [StoredPassage(first_key + row, *found) for row, found in zip(rows, self.table.fetch(rows), strict=True)]

    def windows(self, rows: Sequence[int]) -> list[Vectors]:
        """The vectors of the windows of each of `rows`."""
        places = np.asarray(rows, dtype=np.int64)
        return self._windows.take(self._offsets[places], self._offsets[places + 1])


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What a finished segment holds."""

    documents: int
    passages: int
    windows: int
    dense: DenseFacts


class SegmentWriter:
    """Streams documents into a new folder; `close` builds the indexes over what was written."""

    def __init__(self, folder: Path, dimension: int, head: str = "") -> None:
        """`head`: the revision of the token codes that `add_tokens` will be given; empty for none."""
        folder.mkdir(parents=True)
        self._tokens = TokenTableWriter(folder, head) if head else None
        self._folder, self._dimension = folder, dimension
        self._table = PassageTableWriter(folder)
        self._vectors = QuantizedWriter(folder / _VECTORS, dimension)
        self._windows = QuantizedWriter(folder / _WINDOWS, dimension)
        self._window_counts = array("q", [0])
        self._languages = bytearray()
        self._sums = empty_sums(dimension)
        self._names = NameCounter()
        self._lexical = LexicalWriter(folder)
        self._analyzed: list[list[str]] = []

    def add(self, chunked: Sequence[tuple[Document, Sequence[Passage]]], vectors: Vectors, windows: Vectors) -> None:
        """Documents with their passages. `vectors`: a row a passage; `windows`: a row a window, passage by passage."""
        passages = [passage for _, own in chunked for passage in own]
        for document, own in chunked:
            self._table.add(document, own)
        self._names.add(passages)
        self._vectors.append(vectors)
        self._windows.append(windows)
        counts = [len(passage.windows) for passage in passages]
        languages = [language_code(passage.language) for passage in passages]
        add_vectors(self._sums, np.array(languages, np.uint8), np.array(counts, np.int64), vectors, windows)
        self._window_counts.extend(counts)
        self._languages.extend(languages)
        self._analyzed.extend(map(passage_terms, passages))
        if len(self._analyzed) >= _BATCH:
            self._analyze()

    def add_tokens(self, codes: Sequence[TokenCodes], places: Sequence[Places]) -> None:
        """The tokens of the passages that `add` was given, in the same order."""
        if self._tokens is not None:
            self._tokens.append(codes, places)

    def _analyze(self) -> None:
        self._lexical.add(self._analyzed)
        self._analyzed = []

    def close(self, *, threads: int = 1) -> SegmentFacts:
        """Finish all files."""
        self._analyze()
        self._table.close()
        self._vectors.close()
        self._windows.close()
        if self._tokens is not None:
            self._tokens.close()
        offsets: NDArray[np.int64] = np.cumsum(self._window_counts, dtype=np.int64)
        (self._folder / _OFFSETS).write_bytes(offsets.tobytes())
        (self._folder / _LANGUAGES).write_bytes(bytes(self._languages))
        write_sums(self._folder / _SUMS, self._sums)
        self._lexical.close()
        self._names.write(self._folder, LexicalSegment(self._folder))
        dense = self._dense(threads)
        return SegmentFacts(self._table.documents, self._table.passages, int(offsets[-1]), dense)

    def _dense(self, threads: int) -> DenseFacts:
        """Recall is measured with windows of all parts of the segment: as near to passages as questions are."""
        vectors, windows = (QuantizedRows(self._folder / name, self._dimension) for name in (_VECTORS, _WINDOWS))
        source = windows if len(windows) else vectors
        asked = source.take(np.linspace(0, len(source), min(len(source), QUESTIONS), endpoint=False, dtype=np.int64))
        return write_dense(self._folder, vectors, np.frombuffer(self._languages, np.uint8), asked, threads=threads)


def passage_terms(passage: Passage) -> list[str]:
    """What the lexical leg knows of a passage: its headings and its words."""
    return terms("\n".join([*passage.heading, passage.text]), passage.language)
