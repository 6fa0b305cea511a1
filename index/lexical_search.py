"""The best passages of one segment for a question's terms, without scoring every passage that holds a frequent one.

Rare terms are summed over their postings. Of frequent terms, whose counts are kept for every passage, blocks of
passages are scored only where the sum of the blocks' bounds reaches the score of the n-th best passage known (block-max
pruning: Ding and Suel 2011; over the whole array of bounds as in Mallia, Suel and Tonellotto 2024). There the terms are
added one by one, the weightiest first, and passages that the rest cannot lift so far are dropped (MaxScore: Turtle and
Flood 1995). What is found is what scoring everything would find.
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
_Any = TypeVar("_Any", np.float32, np.bool_, np.uint8)

_BLOCK = FrequentTerms.BLOCK
_TRIED = 4  # blocks scored for each passage asked for, to learn what the n-th best scores
# Where more than one block of so many is left then, as many of the best are scored to learn it better: at a million
# passages and for frequent words the best 200 blocks tell of .75 of that score, the best 2,000 of .93.
_TRIED_AGAIN = 64
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
        held.sort(key=lambda one: -one[1])
        self._counts = [frequent.counts[place] for place, _ in held]
        self._bounds = [frequent.bounds[place] for place, _ in held]
        self._weights = [weight for _, weight in held]  # the greatest first
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
        added = self._frequent_bounds()
        bounds = added + _each_block(self._rare, np.maximum) if self._any_rare else added.copy()
        if among is not None:
            bounds[~_each_block(among, np.logical_or)] = 0
        least, blocks = self._reached(bounds, n, n * _TRIED, among)
        if len(blocks) > len(bounds) // _TRIED_AGAIN > n * _TRIED:
            least, blocks = self._reached(bounds, n, len(bounds) // _TRIED_AGAIN, among)
        rows, scores = self._reaching(least, blocks, added[blocks], among)
        return rows[_best(scores, n, None)]

    def _frequent_bounds(self) -> Scores:
        """The most that the frequent terms together add to a passage of each block."""
        bounds = np.zeros(len(self._rare) // _BLOCK, np.float32)
        for limits, weight in zip(self._bounds, self._weights, strict=True):
            bounds += (weight * self._norms.stretch / 255) * limits
        return bounds

    def _reached(self, bounds: Scores, n: int, tried: int, among: Mask | None) -> tuple[float, Rows]:
        """What the `n`-th best passage scores at least, as the `tried` best blocks tell, and the blocks that may."""
        known = self._of_blocks(_largest(bounds, tried), among).ravel()
        least = float(np.partition(known, -n)[-n]) * (1 - _ROUNDING) if len(known) >= n else 0.0
        return least, np.flatnonzero((bounds >= least) & (bounds > 0))

    def _of_blocks(self, blocks: Rows, among: Mask | None) -> Scores:
        """The scores of the passages of `blocks`, 0 for those not `among`: (blocks, passages of one)."""
        scores, lengths = self._started(blocks)
        for counts, weight in zip(self._counts, self._weights, strict=True):
            scores += _added(_rows_of(counts, blocks), weight, lengths)
        if among is not None:
            scores *= _rows_of(among, blocks)
        return scores

    def _reaching(self, least: float, blocks: Rows, rest: Scores, among: Mask | None) -> tuple[Rows, Scores]:
        """The passages of `blocks` whose score reaches `least`, ascending, and their scores. `rest`: the most that
        frequent terms add in each of the blocks."""
        scores, lengths = self._started(blocks)
        rest = rest - self._limit(0, blocks)
        scores += _added(_rows_of(self._counts[0], blocks), self._weights[0], lengths)
        held = scores >= (least - rest)[:, None]
        kept = np.flatnonzero(held if among is None else held & _rows_of(among, blocks))
        rows, rest = blocks[kept // _BLOCK] * _BLOCK + kept % _BLOCK, rest[kept // _BLOCK]
        scores, lengths = scores.ravel()[kept], lengths.ravel()[kept]
        for place in range(1, len(self._counts)):
            scores += _added(self._counts[place][rows], self._weights[place], lengths)
            rest -= self._limit(place, rows // _BLOCK)
            kept = np.flatnonzero(scores + rest >= least)
            rows, rest, scores, lengths = rows[kept], rest[kept], scores[kept], lengths[kept]
        return rows, scores

    def _started(self, blocks: Rows) -> tuple[Scores, Scores]:
        """What rare terms give to the passages of `blocks`, and the length part of their denominators."""
        rare = _rows_of(self._rare, blocks) if self._any_rare else np.zeros((len(blocks), _BLOCK), np.float32)
        return rare, _rows_of(self._norms.values, blocks)

    def _limit(self, place: int, blocks: Rows) -> Scores:
        """The most that a frequent term adds to a passage of each of `blocks`."""
        return np.asarray((self._weights[place] * self._norms.stretch / 255) * self._bounds[place][blocks], np.float32)


def _added(counts: NDArray[np.uint8], weight: np.float32, lengths: Scores) -> Scores:
    """What a term adds to passages that hold it `counts` times."""
    share = counts.astype(np.float32)
    denominator = share + lengths
    share *= weight
    share /= denominator
    return share


def _rows_of(values: NDArray[_Any], blocks: Rows) -> NDArray[_Any]:
    """The values of the passages of `blocks`: (blocks, passages of one)."""
    return values.reshape(-1, _BLOCK)[blocks]


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
