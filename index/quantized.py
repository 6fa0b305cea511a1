"""Unit vectors on disk, one byte a component: the rows that exact scores and window scores are read from.

Each row is divided by its largest component / 127, so a 384-d cosine is off by less than .002. Only the rows of
candidates are touched; a million passages cost disk, not memory.
"""

from __future__ import annotations

import os
import weakref
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .ports import Vectors

_SCALE = 4  # bytes before the components


class QuantizedRows:
    """A memory-mapped int8 matrix with one float32 scale a row."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.dimension = dimension
        size = _record(dimension).itemsize
        rows = path.stat().st_size // size
        mapped = np.memmap(path, dtype=np.int8, mode="r") if rows else np.empty(0, dtype=np.int8)
        # A plain view: every slice of a memmap pays for being one, and rows of a structured array are copied slowly.
        self._records = np.asarray(mapped).reshape(rows, size)

    def __len__(self) -> int:
        return len(self._records)

    def take(self, rows: NDArray[np.int64] | slice) -> Vectors:
        """float32 (len(rows), dimension)."""
        records = self._records[rows]
        return np.asarray(records[:, _SCALE:].astype(np.float32) * _scales(records)[:, None], dtype=np.float32)

    def dot(self, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        """Inner products of `rows` with one vector, float32 (len(rows),)."""
        records = self._records.take(rows, axis=0)
        return np.asarray((records[:, _SCALE:].astype(np.float32) @ vector) * _scales(records), dtype=np.float32)


def _scales(records: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(records[:, :_SCALE]).view("<f4")[:, 0]


class QuantizedRanges:
    """Runs of rows of such a file, read and not mapped: a file of gigabytes, of which every question reads other parts,
    would in time be resident as a whole."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._record = _record(dimension)
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def take(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[Vectors]:
        """The rows of each half-open range: views of one float32 array."""
        records = self._read(starts, ends)
        return _parts(records["row"].astype(np.float32) * records["scale"][:, None], ends - starts)

    def dot(self, starts: NDArray[np.int64], ends: NDArray[np.int64], vector: Vectors) -> list[NDArray[np.float32]]:
        """Inner products of the rows of each half-open range with one vector."""
        records = self._read(starts, ends)
        return _parts((records["row"].astype(np.float32) @ vector) * records["scale"], ends - starts)

    def _read(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.void]:
        size = self._record.itemsize
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        data = [os.pread(self._file, size * (end - start), size * start) for start, end in pairs]
        return np.frombuffer(b"".join(data), dtype=self._record)


def _parts(values: NDArray[np.float32], sizes: NDArray[np.int64]) -> list[NDArray[np.float32]]:
    edges = [0, *np.cumsum(sizes).tolist()]
    return [values[begin:end] for begin, end in pairwise(edges)]


def _record(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("scale", "<f4"), ("row", "i1", (dimension,))])


def spread(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each range begins and ends when all are read one after the other, and the rows read."""
    edges = np.concatenate([[0], np.cumsum(ends - starts)])
    return edges, np.arange(edges[-1]) + np.repeat(starts - edges[:-1], ends - starts)


class QuantizedWriter:
    """Appends float32 unit rows to a file that QuantizedRows opens."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._file = path.open("wb")
        self._record = _record(dimension)

    def append(self, vectors: Vectors) -> None:
        records = np.empty(len(vectors), dtype=self._record)
        scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-12) / 127
        records["scale"] = scales
        records["row"] = np.rint(vectors / scales[:, None])
        self._file.write(records.view(np.uint8).data)  # ndarray.tofile forgets why a write failed

    def close(self) -> None:
        self._file.close()
