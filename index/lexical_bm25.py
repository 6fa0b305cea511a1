"""Which passages hold the question's words? BM25 over one segment, opened.

The matrix of term counts (`lexical_build`) is memory-mapped and a question reads only its own terms' rows. The idf and
the mean length come from all live passages of the snapshot, so scores do not depend on how it is cut into segments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1 = 1.5  # rank-bm25's defaults, which its users know
B = 0.75

Hashes = NDArray[np.uint64]


def term_hashes(terms: Sequence[str]) -> Hashes:
    """64-bit keys of terms; two of two million terms collide with a chance of 1e-7."""
    digests = (hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest() for term in terms)
    return np.frombuffer(b"".join(digests), dtype="<u8")


@dataclass(frozen=True, slots=True)
class Postings:
    """One term's row: passages that hold it (ascending) and how often."""

    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class FrequentTerms:
    """Terms by their hash; `counts`: uint8 (terms, passages padded to whole blocks). Upper bounds in 255ths of k1 + 1
    under the segment's own mean length: `impacts`, uint8 like `counts`, of what a term adds to each passage; `bounds`,
    uint8 (terms, blocks), the greatest of each block's."""

    FILES = ("frequent_terms.bin", "frequent_counts.bin", "frequent_bounds.bin", "frequent_impacts.bin")
    BLOCK = 8  # passages: smaller blocks prune better, larger ones are summed faster

    places: Mapping[np.uint64, int]
    counts: NDArray[np.uint8]
    bounds: NDArray[np.uint8]
    impacts: NDArray[np.uint8]

    @classmethod
    def opened(cls, folder: Path) -> FrequentTerms:
        terms, *paths = (folder / name for name in cls.FILES)
        keys = _mapped(terms, np.uint64) if terms.exists() else np.empty(0, np.uint64)
        tables = [_mapped(path, np.uint8).reshape(len(keys), -1) for path in paths if path.exists() and len(keys)]
        tables = tables or [np.empty((0, 0), np.uint8)] * len(paths)
        if len(tables) < len(paths):  # written before 0.2: a block's bound is one of its passages' too
            tables.append(np.repeat(tables[1], cls.BLOCK, axis=1))
        return cls({key: place for place, key in enumerate(keys)}, *tables)


class LexicalSegment:
    """The compiled matrix of one segment, memory-mapped. `lengths` are terms per passage; `frequent` are the terms
    that stand in so many passages that their counts are kept for every passage (none in small or older segments)."""

    FILES = ("terms.bin", "indptr.bin", "postings.bin", "counts.bin", "lengths.bin")

    def __init__(self, folder: Path) -> None:
        terms, indptr, postings, counts, lengths = (folder / name for name in self.FILES)
        self.frequent = FrequentTerms.opened(folder)
        self._terms = _mapped(terms, np.uint64)
        self._indptr = _mapped(indptr, np.int64)
        self._postings = _mapped(postings, np.int32)
        self._counts = _mapped(counts, np.uint16)
        self.lengths: NDArray[np.int32] = _mapped(lengths, np.int32)

    @property
    def term_count(self) -> int:
        return len(self._terms) + len(self.frequent.places)

    def hashes(self) -> Hashes:
        """The hashes of all terms, ascending."""
        return np.sort(np.concatenate([self._terms, np.array(list(self.frequent.places), dtype=np.uint64)]))

    def holding(self, key: np.uint64, live: NDArray[np.bool_] | None) -> int:
        """How many passages, of the `live` ones unless None, hold one hashed term."""
        if key in self.frequent.places:
            held = self.frequent.counts[self.frequent.places[key]][: len(self.lengths)].astype(np.bool_)
            return int(np.count_nonzero(held if live is None else held & live))
        rows = self.postings(key).rows
        return len(rows) if live is None else int(np.count_nonzero(live[rows]))

    def postings(self, key: np.uint64) -> Postings:
        """The row of one hashed term; empty when no passage holds it."""
        if key in self.frequent.places:
            counts = self.frequent.counts[self.frequent.places[key]][: len(self.lengths)]
            rows = np.flatnonzero(counts)
            return Postings(rows.astype(np.int32), counts[rows].astype(np.uint16))
        place = int(np.searchsorted(self._terms, key))
        if place == len(self._terms) or self._terms[place] != key:
            return Postings(self._postings[:0], self._counts[:0])
        begin, end = int(self._indptr[place]), int(self._indptr[place + 1])
        return Postings(self._postings[begin:end], self._counts[begin:end])


def norms(lengths: NDArray[np.int32], mean_length: float) -> NDArray[np.float32]:
    """The length part of BM25's denominator, k1 (1 - b + b dl / avgdl), per passage."""
    return (K1 * (1 - B + B * lengths / max(mean_length, 1e-9))).astype(np.float32)


def inverse_document_frequency(total: int, holding: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(1 + (N - n + .5) / (n + .5)): never negative, right from one passage up.

    Okapi's own idf is 0 for a term in half of the passages and negative above (rank_bm25 issues 29, 39, 43).
    """
    return np.log1p((total - holding + 0.5) / (holding + 0.5))


def accumulate(rows: Iterable[tuple[Postings, float]], passage_norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """BM25 score of every passage: sum over terms of weight x tf (k1 + 1) / (tf + norm). float32, (passages,)."""
    scores = np.zeros(len(passage_norms), dtype=np.float32)
    for row, weight in rows:
        places = row.rows.astype(np.intp)  # once: NumPy would convert them for each use
        frequency = row.counts.astype(np.float32)
        denominator = passage_norms[places]
        denominator += frequency
        frequency *= np.float32(weight * (K1 + 1))
        frequency /= denominator
        scores[places] += frequency
    return scores


def _mapped(path: Path, dtype: type[np.generic]) -> NDArray[Any]:
    return np.asarray(np.memmap(path, dtype=dtype, mode="r")) if path.stat().st_size else np.empty(0, dtype=dtype)


def weighted_keys(terms: Mapping[str, float]) -> tuple[Hashes, NDArray[np.float64]]:
    """Hashed terms and their weights, in one order."""
    return term_hashes(list(terms)), np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
