"""Which passages are near the question's vector? FAISS over one segment.

Exact below GRAPH_FROM passages, a quantised HNSW graph from there on; which of the two is written down in the
manifest. A filter that keeps fewer than GRAPH_FROM passages is answered by scanning those.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from .ports import Vectors
from .quantized import QuantizedRows

Kind = Literal["flat-fp16", "hnsw32-sq8"]

# Exact search over 384-d half floats costs 110 microseconds a thousand rows (11 ms at 100k, recall@10 .999), the graph
# about 1 ms at any size up to 100k with recall@10 of .98: exactness is worth 2 ms, not more.
GRAPH_FROM = 20_000
_LINKS = 32
_BUILD_EFFORT = 96
_SEARCH_EFFORT = 64  # recall@10 .983 at 100k; twice as many as asked for, so 100 for a leg of fifty
FILE = "dense.faiss"

# Left alone, FAISS spreads a search of microseconds over all cores and they spin: 20 ms of CPU instead of .1.
faiss.omp_set_num_threads(1)


class DenseSegment:
    """One segment's FAISS index, searched language by language. Row numbers are the passages' places.

    In a graph segment a language of few passages is copied out at opening (0.8 kB a passage): scanning its rows where
    they lie scattered costs four times as much.
    """

    def __init__(self, folder: Path, vectors: QuantizedRows, languages: NDArray[np.uint8]) -> None:
        index = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)
        graph = isinstance(faiss.downcast_index(index), faiss.IndexHNSW)
        self._parts: list[_Part] = []
        codes = np.unique(languages).tolist()
        for code in codes:
            mask = languages == code if len(codes) > 1 else None
            rows = np.flatnonzero(languages == code)
            if graph and mask is not None and len(rows) < GRAPH_FROM:
                copy = _empty("flat-fp16", index.d)
                copy.add(vectors.take(rows))
                self._parts.append(_Part(copy, False, rows, None))
            else:
                self._parts.append(_Part(index, graph, None, mask))

    def search(self, vector: Vectors, n: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Of each language the rows of the nearest `n` among `allowed` (all when None), nearest first."""
        found = [part.search(vector, n, allowed) for part in self._parts]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Part:
    """One language: `index` over its own `rows`, or over the whole segment and its `mask` (None: every row)."""

    index: faiss.Index
    graph: bool
    rows: NDArray[np.int64] | None
    mask: NDArray[np.bool_] | None

    def search(self, vector: Vectors, n: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        if self.rows is not None:
            here = self._nearest(vector, n, None if allowed is None else allowed[self.rows])
            return self.rows[here]
        if self.mask is not None:
            allowed = self.mask if allowed is None else self.mask & allowed
        return self._nearest(vector, n, allowed)

    def _nearest(self, vector: Vectors, n: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        total = self.index.ntotal if allowed is None else int(np.count_nonzero(allowed))
        n = min(n, total)
        if n == 0:
            return np.empty(0, dtype=np.int64)
        selector = None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self.graph and total >= GRAPH_FROM:
            params = faiss.SearchParametersHNSW(efSearch=max(_SEARCH_EFFORT, 2 * n), sel=selector)
            _, found = self.index.search(vector[None, :], n, params=params)
        else:
            # A graph stands on a flat index of the same vectors: it scans few rows faster than the graph walks.
            flat = faiss.downcast_index(self.index.storage) if self.graph else self.index
            _, found = flat.search(vector[None, :], n, params=faiss.SearchParameters(sel=selector))
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)


def kind_for(passages: int) -> Kind:
    return "hnsw32-sq8" if passages >= GRAPH_FROM else "flat-fp16"


def write_dense(folder: Path, rows: QuantizedRows, dimension: int, *, threads: int = 1) -> Kind:
    """Build the FAISS index over the stored rows and write it. One thread makes the graph reproducible.

    Raises OSError.
    """
    kind = kind_for(len(rows))
    index = _empty(kind, dimension)
    faiss.omp_set_num_threads(threads)
    step = 20_000
    for start in range(0, len(rows), step):
        vectors = rows.take(slice(start, start + step))
        if not index.is_trained:
            index.train(vectors)
        index.add(vectors)
    faiss.omp_set_num_threads(1)
    try:
        faiss.write_index(index, str(folder / FILE))
    except RuntimeError as error:
        raise OSError(errno.EIO, f"{FILE}: {error}") from error
    return kind


def _empty(kind: Kind, dimension: int) -> faiss.Index:
    if kind == "flat-fp16":
        return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexHNSWSQ(dimension, faiss.ScalarQuantizer.QT_8bit, _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _BUILD_EFFORT
    return index
