"""Which passages hold the question's words? BM25 over one segment.

rank-bm25 fits the model batch by batch; its term counts are compiled into a sparse term x passage matrix
(rows found by the hash of the term), and a question reads only its own terms' rows. The idf and the mean length
come from all live passages of the snapshot, so scores do not depend on how it is cut into segments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

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


class LexicalSegment:
    """The compiled matrix of one segment, memory-mapped. `lengths` are terms per passage."""

    FILES = ("terms.bin", "indptr.bin", "postings.bin", "counts.bin", "lengths.bin")

    def __init__(self, folder: Path) -> None:
        terms, indptr, postings, counts, lengths = (folder / name for name in self.FILES)
        self._terms = _mapped(terms, np.uint64)
        self._indptr = _mapped(indptr, np.int64)
        self._postings = _mapped(postings, np.int32)
        self._counts = _mapped(counts, np.uint16)
        self.lengths: NDArray[np.int32] = _mapped(lengths, np.int32)

    @property
    def term_count(self) -> int:
        return len(self._terms)

    def postings(self, key: np.uint64) -> Postings:
        """The row of one hashed term; empty when no passage holds it."""
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
        frequency = row.counts.astype(np.float32)
        denominator = passage_norms[row.rows]
        denominator += frequency
        frequency *= np.float32(weight * (K1 + 1))
        frequency /= denominator
        scores[row.rows] += frequency
    return scores


def write_lexical(folder: Path, batches: Iterable[list[list[str]]]) -> int:
    """Fit rank-bm25 on each batch of analyzed passages, compile all into one matrix; returns the passage count."""
    lengths: list[int] = []
    keys: list[Hashes] = []
    rows: list[NDArray[np.int32]] = []
    counts: list[NDArray[np.uint16]] = []
    for batch in batches:
        for part in _fit(batch, len(lengths)):
            keys.append(part[0])
            rows.append(part[1])
            counts.append(part[2])
        lengths.extend(len(passage) for passage in batch)
    _compile(folder, _joined(keys, np.uint64), _joined(rows, np.int32), _joined(counts, np.uint16))
    _write(folder / "lengths.bin", np.asarray(lengths, dtype=np.int32))
    return len(lengths)


def _fit(batch: list[list[str]], first: int) -> Iterable[tuple[Hashes, NDArray[np.int32], NDArray[np.uint16]]]:
    """The (term, passage, count) triples of a batch, as rank-bm25 counts them."""
    if not any(batch):  # rank-bm25 divides by the number of words
        return
    model = BM25Okapi(batch, k1=K1, b=B)
    vocabulary: dict[str, int] = {}
    places: list[int] = []
    owners: list[int] = []
    values: list[int] = []
    for offset, frequencies in enumerate(model.doc_freqs):
        places.extend(vocabulary.setdefault(term, len(vocabulary)) for term in frequencies)
        owners.extend([first + offset] * len(frequencies))
        values.extend(frequencies.values())
    hashes = term_hashes(list(vocabulary))
    capped = np.minimum(np.asarray(values, dtype=np.int64), np.iinfo(np.uint16).max).astype(np.uint16)
    yield hashes[np.asarray(places, dtype=np.int64)], np.asarray(owners, dtype=np.int32), capped


def _compile(folder: Path, keys: Hashes, rows: NDArray[np.int32], counts: NDArray[np.uint16]) -> None:
    order = np.argsort(keys, kind="stable")  # stable: passages stay ascending inside a term
    sorted_keys = keys[order]
    terms, begins = np.unique(sorted_keys, return_index=True)
    indptr = np.append(begins, len(keys)).astype(np.int64)
    arrays: tuple[NDArray[Any], ...] = (terms, indptr, rows[order], counts[order])
    for name, array in zip(LexicalSegment.FILES[:4], arrays, strict=True):
        _write(folder / name, array)


def _joined(parts: list[Any], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)


def _write(path: Path, array: NDArray[Any]) -> None:
    with path.open("wb") as file:
        file.write(array.view(np.uint8).data)


def _mapped(path: Path, dtype: type[np.generic]) -> NDArray[Any]:
    return np.asarray(np.memmap(path, dtype=dtype, mode="r")) if path.stat().st_size else np.empty(0, dtype=dtype)


def weighted_keys(terms: Mapping[str, float]) -> tuple[Hashes, NDArray[np.float64]]:
    """Hashed terms and their weights, in one order."""
    return term_hashes(list(terms)), np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
