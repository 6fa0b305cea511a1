"""Compiles the analyzed passages of a segment into the matrix that `lexical_bm25` opens.

rank-bm25 fits the model batch by batch; its term counts go to disk in sorted runs, which are then merged by ranges of
the terms' hashes: memory holds one batch, or one range, whatever the number of passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from .lexical_bm25 import K1, B, FrequentTerms, Hashes, LexicalSegment, norms, term_hashes

POSTING = np.dtype([("key", "<u8"), ("row", "<i4"), ("count", "<u2")])
_RUNS = "postings.runs"
_RANGE = 4_000_000  # postings merged at once: 56 MB, and as much again to sort them
# A term held by more than one passage of these is frequent: two bytes a passage take less room than postings where it
# is held by a third, and a term just below costs half a millisecond at a million passages.
_FREQUENT = 32
_FREQUENT_FROM = 20_000  # passages; below, reading a whole row costs as much as a pruned one
_MOST_COUNTED = np.iinfo(np.uint8).max

Postings = NDArray[np.void]


class LexicalWriter:
    """Takes analyzed passages batch by batch; `close` leaves the files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lengths: list[NDArray[np.int32]] = []
        self._runs: list[int] = []
        self._passages = 0

    def add(self, batch: Sequence[list[str]]) -> None:
        """`batch`: the terms of each passage, in order. Raises OSError."""
        self.add_run(_fit(batch, self._passages), np.array([len(terms) for terms in batch], dtype=np.int32))

    def add_run(self, run: Postings, lengths: NDArray[np.int32]) -> None:
        """Postings by term, then passage, of the next passages; `lengths`: the terms of each. Raises OSError."""
        with (self._folder / _RUNS).open("ab") as file:
            _put(file, run)
        self._runs.append(len(run))
        self._lengths.append(lengths)
        self._passages += len(lengths)

    def close(self) -> int:
        """Merge the runs into the matrix; returns the number of passages. Raises OSError."""
        path = self._folder / _RUNS
        path.touch()
        lengths = np.concatenate([np.empty(0, np.int32), *self._lengths])
        _write(self._folder / LexicalSegment.FILES[4], lengths)
        with ExitStack() as stack:
            files = [stack.enter_context((self._folder / name).open("wb")) for name in _OUTPUTS]
            _merge(_runs(path, self._runs), files, norms(lengths, float(lengths.mean()) if len(lengths) else 0.0))
        for left in (path, *(self._folder / name for name in FrequentTerms.FILES)):
            if left == path or not left.stat().st_size:
                left.unlink()
        return self._passages


_OUTPUTS = (*LexicalSegment.FILES[:4], *FrequentTerms.FILES)


def write_lexical(folder: Path, batches: Iterable[list[list[str]]]) -> int:
    """Write all `batches`; returns the passage count."""
    writer = LexicalWriter(folder)
    for batch in batches:
        writer.add(batch)
    return writer.close()


def _fit(batch: Sequence[list[str]], first: int) -> Postings:
    """The (term, passage, count) triples of a batch as rank-bm25 counts them, by term, then passage."""
    if not any(batch):  # rank-bm25 divides by the number of words
        return np.empty(0, dtype=POSTING)
    model = BM25Okapi(batch, k1=K1, b=B)
    vocabulary = {term: place for place, term in enumerate(model.idf)}
    counted = model.doc_freqs
    total = sum(map(len, counted))
    found = np.empty(total, dtype=POSTING)
    places = np.fromiter(map(vocabulary.__getitem__, chain.from_iterable(counted)), np.int64, total)
    found["key"] = term_hashes(list(vocabulary))[places]
    found["row"] = np.repeat(np.arange(first, first + len(batch)), [len(one) for one in counted])
    values = np.fromiter(chain.from_iterable(map(dict.values, counted)), np.int64, total)
    found["count"] = np.minimum(values, np.iinfo(np.uint16).max)
    return found[np.argsort(found["key"], kind="stable")]  # stable: passages stay ascending inside a term


def _runs(path: Path, sizes: Sequence[int]) -> list[Postings]:
    if not sum(sizes):
        return []
    whole = np.asarray(np.memmap(path, dtype=POSTING, mode="r"))
    return np.split(whole, np.cumsum(sizes)[:-1])


def _merge(runs: Sequence[Postings], files: Sequence[IO[bytes]], passage_norms: NDArray[np.float32]) -> None:
    """Range by range of the hashes: the rows of frequent terms to their own files, all others to the matrix."""
    terms, indptr, postings, counts, *frequent = files
    end = 0
    _put(indptr, np.zeros(1, np.int64))
    for part in _ranges(runs):
        keys, begins, sizes = np.unique(part["key"], return_index=True, return_counts=True)
        rare = np.ones(len(keys), np.bool_)
        for place in np.flatnonzero(sizes > _least_frequent(len(passage_norms))):
            row = part[begins[place] : begins[place] + sizes[place]]
            rare[place] = not _write_frequent(frequent, keys[place : place + 1], row, passage_norms)
        kept = np.repeat(rare, sizes)
        _put(terms, keys[rare])
        _put(indptr, end + np.cumsum(sizes[rare], dtype=np.int64))
        _put(postings, part["row"][kept])
        _put(counts, part["count"][kept])
        end += int(sizes[rare].sum())


def _ranges(runs: Sequence[Postings]) -> Iterator[Postings]:
    """All postings by term, then passage, in pieces of about _RANGE that never part a term."""
    ranges = 1 + sum(map(len, runs)) // _RANGE
    edges = np.array([place * 2**64 // ranges for place in range(1, ranges)], dtype=np.uint64)
    cuts = [[0, *np.searchsorted(run["key"], edges).tolist(), len(run)] for run in runs]
    for place in range(len(edges) + 1):
        pieces = [run[cut[place] : cut[place + 1]] for run, cut in zip(runs, cuts, strict=True)]
        part = np.concatenate(pieces) if pieces else np.empty(0, dtype=POSTING)
        yield part[np.argsort(part["key"], kind="stable")]


def _least_frequent(passages: int) -> int:
    return passages // _FREQUENT if passages >= _FREQUENT_FROM else passages


def _write_frequent(files: Sequence[IO[bytes]], key: Hashes, row: Postings, passage_norms: NDArray[np.float32]) -> bool:
    """Append one term; False when a count does not fit."""
    if row["count"].max() > _MOST_COUNTED:
        return False
    block = FrequentTerms.BLOCK
    counts = np.zeros(-(-len(passage_norms) // block) * block, dtype=np.uint8)
    counts[row["row"]] = row["count"]
    share = row["count"] / (row["count"] + passage_norms[row["row"]])
    impacts = np.zeros_like(counts)
    impacts[row["row"]] = np.ceil(share * 255 * (1 + 1e-6))
    bounds = impacts.reshape(-1, block).max(axis=1)
    for file, array in zip(files, (key, counts, bounds, impacts), strict=True):
        _put(file, array)
    return True


def _put(file: IO[bytes], array: NDArray[Any]) -> None:
    file.write(np.ascontiguousarray(array).view(np.uint8).data)


def _write(path: Path, array: NDArray[Any]) -> None:
    with path.open("wb") as file:
        _put(file, array)
