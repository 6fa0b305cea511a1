"""Which passages are near the question's vector? FAISS over one segment, language by language.

Exact below LISTS_FROM passages, inverted lists of 4-bit codes from there on; which of the two is written down in the
manifest. Rows found by their codes are candidates only: `Snapshot` ranks the best of them by their own vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from .background import LANGUAGES
from .ports import Vectors
from .quantized import QuantizedRows

Kind = Literal["flat-fp16", "ivf-pq4"]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

# An exact scan of 384-d half floats costs 110 microseconds a thousand rows: 2 ms here, 11 ms at 100,000.
LISTS_FROM = 20_000
# Rows taken by their codes for each one asked for, and at least: recall@10 is .973 with 50 rows and .987 with 200.
OVERSAMPLING, LEAST = 4, 200
_SCAN_BELOW = 5_000  # rows that a filter leaves: their own vectors are read in 2 ms, the lists cost as much
FILE = "dense.faiss"
_NO_ROWS, _NO_COSINES = np.empty(0, np.int64), np.empty(0, np.float32)

# Left alone, FAISS spreads a search of microseconds over all cores and they spin: 20 ms of CPU instead of .1.
faiss.omp_set_num_threads(1)


class DenseSegment:
    """The FAISS indexes of one segment, memory-mapped. Row numbers are the passages' places."""

    def __init__(self, folder: Path, vectors: QuantizedRows, languages: NDArray[np.uint8]) -> None:
        self._parts: list[_Part] = []
        for code in np.unique(languages).tolist():
            own = folder / part_file(code)
            mask = languages == code
            index = faiss.read_index(str(own if own.exists() else folder / FILE), faiss.IO_FLAG_MMAP_IFC)
            if isinstance(faiss.downcast_index(index), faiss.IndexIVF):
                self._parts.append(_Lists(index, vectors, mask))
            elif isinstance(faiss.downcast_index(index), faiss.IndexHNSW):
                raise ValueError(f"{FILE} holds a graph, as versions before 0.2 wrote it")
            elif own.exists():
                self._parts.append(_Own(index, np.flatnonzero(mask)))
            else:
                self._parts.append(_Shared(index, None if mask.all() else mask))

    def search(self, vector: Vectors, n: int, allowed: Mask | None) -> Near:
        """Of each language rows that hold its nearest `n` among `allowed` (all when None): more than `n` where they
        were found by their codes."""
        return Near.of([part.search(vector, n, allowed) for part in self._parts])


@dataclass(frozen=True, slots=True)
class Near:
    """Rows and their cosines with the question, which are estimates where rows were found by their codes."""

    rows: Rows
    cosines: Vectors

    @classmethod
    def of(cls, parts: Sequence[Near]) -> Near:
        """One after the other."""
        rows, cosines = [part.rows for part in parts], [part.cosines for part in parts]
        return cls(np.concatenate([_NO_ROWS, *rows]), np.concatenate([_NO_COSINES, *cosines]))


class _Part(Protocol):
    """One language of a segment."""

    def search(self, vector: Vectors, n: int, allowed: Mask | None) -> Near: ...


@dataclass(frozen=True, slots=True)
class _Shared:
    """Exact search for one language (all when `mask` is None) in an index of the whole segment."""

    index: faiss.Index
    mask: Mask | None

    def search(self, vector: Vectors, n: int, allowed: Mask | None) -> Near:
        return _nearest(self.index, vector, n, _both(self.mask, allowed))


@dataclass(frozen=True, slots=True)
class _Own:
    """Exact search in a language's own index; `rows` are its places in the segment, in the index's order."""

    index: faiss.Index
    rows: Rows

    def search(self, vector: Vectors, n: int, allowed: Mask | None) -> Near:
        near = _nearest(self.index, vector, n, None if allowed is None else allowed[self.rows])
        return Near(self.rows[near.rows], near.cosines)


@dataclass(frozen=True, slots=True)
class _Lists:
    """A language's own inverted lists, over places in the segment. They carry the number of lists to visit."""

    index: faiss.IndexIVF
    vectors: QuantizedRows
    mask: Mask

    def search(self, vector: Vectors, n: int, allowed: Mask | None) -> Near:
        if allowed is None:
            return visit(self.index, vector, n, self.index.nprobe)
        here = self.mask & allowed
        total = int(np.count_nonzero(here))
        if total < _SCAN_BELOW:  # lists walked under a narrow filter miss rows that exist, a scan never does
            return leading_rows(self.vectors, np.flatnonzero(here), vector, n)
        probes = -(-self.index.nprobe * self.index.ntotal // total)  # as many allowed rows as without the filter
        return visit(self.index, vector, n, min(self.index.nlist, probes), here)


def visit(index: faiss.IndexIVF, vector: Vectors, n: int, probes: int, allowed: Mask | None = None) -> Near:
    """Candidates for the nearest `n` from the `probes` nearest lists, nearest by their codes first."""
    parameters = faiss.SearchParametersIVF(nprobe=probes, sel=_selector(allowed))
    return _found(*index.search(vector[None, :], oversampled(n), params=parameters))


def oversampled(n: int) -> int:
    """How many rows found by their codes are compared by their own vectors for the nearest `n`."""
    return max(LEAST, OVERSAMPLING * n)


def leading_rows(vectors: QuantizedRows, rows: Rows, vector: Vectors, n: int) -> Near:
    """The `n` of `rows` whose own vectors are nearest, nearest first."""
    near = vectors.dot(rows, vector)
    best = np.argsort(-near, kind="stable")[:n]
    return Near(rows[best], near[best])


def _nearest(index: faiss.Index, vector: Vectors, n: int, allowed: Mask | None) -> Near:
    """The nearest `n` of an exact index, nearest first."""
    n = min(n, index.ntotal if allowed is None else int(np.count_nonzero(allowed)))
    if n == 0:
        return Near(_NO_ROWS, _NO_COSINES)
    return _found(*index.search(vector[None, :], n, params=faiss.SearchParameters(sel=_selector(allowed))))


def _found(cosines: Vectors, rows: Rows) -> Near:
    """What FAISS found for one question: -1 fills the places for which there was nothing."""
    held = rows[0] >= 0
    return Near(rows[0][held], cosines[0][held])


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _selector(allowed: Mask | None) -> faiss.IDSelector | None:
    return None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def part_file(code: int) -> str:
    return f"dense-{LANGUAGES[code]}.faiss"


def kind_for(passages: int) -> Kind:
    return "ivf-pq4" if passages >= LISTS_FROM else "flat-fp16"


def parts_of(languages: NDArray[np.uint8]) -> Iterator[tuple[str, Rows]]:
    """The file of each language and its rows."""
    for code in np.unique(languages).tolist():
        yield part_file(code), np.flatnonzero(languages == code)
