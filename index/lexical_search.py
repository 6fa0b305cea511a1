"""The best passages of one segment for a question's terms, without scoring every passage that holds a frequent one.

Rare terms are summed over their postings. Of frequent terms, whose counts are kept for every passage, blocks of
passages are scored only where the sum of the blocks' bounds reaches the score of the n-th best passage known (block-max
pruning: Ding and Suel 2011; over the whole array of bounds as in Mallia, Suel and Tonellotto 2024). What is found is
what scoring everything would find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .lexical_bm25 import K1, FrequentTerms, Hashes, LexicalSegment, accumulate, norms

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_Value = TypeVar("_Value", np.float32, np.bool_)

_BLOCK = FrequentTerms.BLOCK
_TRIED = 4  # blocks scored for each passage asked for, to learn what the n-th best scores
_ROUNDING = 1e-5  # of a score: sums of float32 in another order


@dataclass(frozen=True, slots=True)
class Norms:
    """`values`: the length part of BM25's denominator of each passage, padded to whole blocks; `stretch`: how much more
    than the segment's own bounds say a term may add, because the snapshot's mean length is greater."""

    values: Scores
    stretch: float

    @classmethod
    def of(cls, segment: LexicalSegment, mean_length: float) -> Norms:
        own = float(segment.lengths.mean()) if len(segment.lengths) else mean_length
        values = np.pad(norms(segment.lengths, mean_length), (0, -len(segment.lengths) % _BLOCK), constant_values=1)
        return cls(values, max(1.0, mean_length / max(own, 1e-9)))


class SegmentScores:
    """BM25 scores of one segment for weighted terms. Thread safe once made."""

    def __init__(self, segment: LexicalSegment, keys: Hashes, weights: NDArray[np.float64], norm: Norms) -> None:
        frequent = segment.frequent
        weighted = list(zip(keys, (weights * (K1 + 1)).astype(np.float32), strict=True))
        held = [(frequent.places[key], weight) for key, weight in weighted if key in frequent.places]
        self._counts = [frequent.counts[place] for place, _ in held]
        self._bounds = [frequent.bounds[place] for place, _ in held]
        self._weights = [weight for _, weight in held]
        self._norms = norm
        rare = [(segment.postings(key), weight) for key, weight in zip(keys, weights, strict=True)
                if key not in frequent.places]  # fmt: skip
        self._any_rare = any(len(row.rows) for row, _ in rare)
        self._rare = accumulate(rare, norm.values)
        self._passages = len(segment.lengths)

    def of(self, rows: Rows) -> Scores:
        """The scores of `rows`."""
        scores, lengths = self._rare[rows], self._norms.values[rows]
        for counts, weight in zip(self._counts, self._weights, strict=True):
            here = counts[rows].astype(np.float32)
            scores += weight * here / (here + lengths)
        return scores

    def top(self, n: int, allowed: Mask | None) -> Rows:
        """Rows of the best `n` positive scores, and of all that equal the last of them, ascending."""
        if not self._counts:
            return _best(self._rare[: self._passages], n, allowed)
        if allowed is not None and np.count_nonzero(allowed) <= n * _TRIED * _BLOCK:
            rows = np.flatnonzero(allowed)
            return rows[_best(self.of(rows), n, None)]
        among = None if allowed is None else np.pad(allowed, (0, len(self._rare) - len(allowed)))
        bounds = self._block_bounds()
        if among is not None:
            bounds[~_each_block(among, np.logical_or)] = 0
        known = self._of_blocks(_largest(bounds, n * _TRIED), among).ravel()
        least = float(np.partition(known, -n)[-n]) * (1 - _ROUNDING) if len(known) >= n else 0.0
        blocks = np.flatnonzero((bounds >= least) & (bounds > 0))
        best = _best(self._of_blocks(blocks, among).ravel(), n, None)
        return blocks[best // _BLOCK] * _BLOCK + best % _BLOCK

    def _block_bounds(self) -> Scores:
        """The most that a passage of each block can score."""
        blocks = len(self._rare) // _BLOCK
        bounds = _each_block(self._rare, np.maximum) if self._any_rare else np.zeros(blocks, np.float32)
        for limits, weight in zip(self._bounds, self._weights, strict=True):
            bounds += (weight * self._norms.stretch / 255) * limits
        return bounds

    def _of_blocks(self, blocks: Rows, among: Mask | None) -> Scores:
        """The scores of the passages of `blocks`, 0 for those not `among`: (blocks, passages of one)."""
        scores, lengths = (values.reshape(-1, _BLOCK)[blocks] for values in (self._rare, self._norms.values))
        for counts, weight in zip(self._counts, self._weights, strict=True):
            here = counts.reshape(-1, _BLOCK)[blocks].astype(np.float32)
            scores += weight * here / (here + lengths)
        if among is not None:
            scores *= among.reshape(-1, _BLOCK)[blocks]
        return scores


def _best(scores: Scores, n: int, allowed: Mask | None) -> Rows:
    """Places of the best `n` positive scores: a passage without any of the words is no hit."""
    held = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
    if len(held) > n:
        cut = np.partition(scores[held], len(held) - n)[len(held) - n]
        held = held[scores[held] >= cut]
    return held


def _largest(values: Scores, n: int) -> Rows:
    """Places of the largest `n`, ascending."""
    return np.sort(np.argpartition(-values, n)[:n]) if n < len(values) else np.arange(len(values))


def _each_block(values: NDArray[_Value], join: np.ufunc) -> NDArray[_Value]:
    """One value a block of passages; a strided pass for each place in a block beats a reduction over short rows."""
    joined = values[::_BLOCK].copy()
    for place in range(1, _BLOCK):
        join(joined, values[place::_BLOCK], out=joined)
    return joined
