"""The best passages of one segment for a question's terms, without scoring every passage that holds a frequent one.

Rare terms are summed over their postings: the best of these passages tell what the n-th best scores at least. Of
frequent terms, whose counts are kept for every passage, only passages that may reach that are scored: blocks of eight
are left out by their bounds (block-max pruning: Ding and Suel 2011; over the whole array of bounds as in Mallia, Suel
and Tonellotto 2024), then passages by sums of small integers, their impacts (Anh and Moffat 2006). What is found is
what scoring everything would find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .impacts import BLOCK, Impacts, Rows, Scores, Sums
from .lexical_bm25 import K1, Hashes, LexicalSegment, accumulate, norms

Mask = NDArray[np.bool_]

_TRIED = 4  # passages scored for each one asked for, to learn what the n-th best scores
# Where more than one block of so many is left by what is known, the passages of the best so many are tried as well: at
# a million passages and for frequent words they tell of .93 of that score.
_TRIED_AGAIN = 64
_EACH = 16  # one bound of so many is looked at to choose them
_FEW = 64  # where a filter leaves one passage of so many, all that are left are scored


@dataclass(frozen=True, slots=True)
class Norms:
    """`values`: the length part of BM25's denominator of each passage, padded to whole blocks; `stretch`: how much more
    than the segment's own bounds say a term may add, because the snapshot's mean length is greater."""

    values: Scores
    stretch: float

    @classmethod
    def of(cls, segment: LexicalSegment, mean_length: float) -> Norms:
        own = float(segment.lengths.mean()) if len(segment.lengths) else mean_length
        values = np.pad(norms(segment.lengths, mean_length), (0, -len(segment.lengths) % BLOCK), constant_values=1)
        return cls(values, max(1.0, mean_length / max(own, 1e-9)))


class SegmentScores:
    """BM25 scores of one segment for weighted terms. Thread safe once made."""

    def __init__(self, segment: LexicalSegment, keys: Hashes, weights: NDArray[np.float64], norm: Norms) -> None:
        weighted = [(key, weight) for key, weight in zip(keys, weights.tolist(), strict=True) if weight > 0]
        places = segment.frequent.places
        held = [(places[key], np.float32(weight * (K1 + 1))) for key, weight in weighted if key in places]
        self._terms = [(segment.frequent.counts[place], weight) for place, weight in held]
        self._impacts = Impacts(segment.frequent, held, norm.stretch) if held else None
        rare = [(segment.postings(key), weight) for key, weight in weighted if key not in places]
        self._rare, self._rows_rare = accumulate(rare, norm.values), [row.rows for row, _ in rare]
        self._norms, self._passages = norm.values, len(segment.lengths)

    def of(self, rows: Rows) -> Scores:
        """The scores of `rows`."""
        scores = self._rare[rows]
        lengths = self._norms[rows] if self._terms else scores
        for counts, weight in self._terms:
            here = counts[rows].astype(np.float32)
            scores += weight * here / (here + lengths)
        return scores

    def top(self, n: int, allowed: Mask | None) -> tuple[Rows, Scores]:
        """Rows of the best `n` positive scores, and of all that equal the last of them, ascending; and the scores."""
        if allowed is not None and np.count_nonzero(allowed) <= max(n * _TRIED * BLOCK, len(allowed) // _FEW):
            return self._best(np.flatnonzero(allowed), n)
        among = allowed if allowed is None else np.pad(allowed, (0, len(self._rare) - len(allowed)))
        rare = np.concatenate([np.empty(0, np.int64), *self._rows_rare], dtype=np.int64)
        rows = rare if among is None else rare[among[rare]]  # one that holds several rare terms comes several times
        scores = self._rare[rows]
        leaders = rows[_largest(scores, n * _TRIED * max(1, len(self._rows_rare)))]
        if self._impacts is None:
            return self._best(distinct(leaders), n)
        least = self._reached(distinct(leaders), n)
        bounds = self._impacts.of_blocks()
        rows = rows[scores + self._impacts.scores(bounds[rows // BLOCK]) >= least]
        return self._best(distinct(np.concatenate([rows, self._frequent(self._impacts, bounds, least, n, among)])), n)

    def _best(self, rows: Rows, n: int) -> tuple[Rows, Scores]:
        scores = self.of(rows)
        best = _best(scores, n)
        return rows[best], scores[best]

    def _reached(self, rows: Rows, n: int) -> float:
        """What the `n`-th best passage scores at least, as some distinct `rows` tell."""
        return float(np.partition(self.of(rows), -n)[-n]) if len(rows) >= n else 0.0

    def _frequent(self, impacts: Impacts, bounds: Sums, least: float, n: int, among: Mask | None) -> Rows:
        """All passages, and some more, that reach `least` and the `n`-th best score by their frequent terms alone."""
        if among is not None:
            bounds[~_any_in_block(among)] = 0
        most = max(n * _TRIED, len(bounds) // _TRIED_AGAIN)
        blocks = np.flatnonzero(bounds >= impacts.reaching(least))
        if len(blocks) > most:
            rows, sums = impacts.of_passages(np.flatnonzero(bounds >= _cut(bounds, most)), impacts.reaching(least))
            least = max(least, self._told(rows, sums, n, among))
            blocks = np.flatnonzero(bounds >= impacts.reaching(least))
        rows, sums = impacts.of_passages(blocks, impacts.reaching(least))
        least = max(least, self._told(rows, sums, n, among))
        rows = rows[sums >= impacts.reaching(least)]
        return rows if among is None else rows[among[rows]]

    def _told(self, rows: Rows, sums: Sums, n: int, among: Mask | None) -> float:
        """What those with the largest sums tell of the `n`-th best score."""
        if among is not None:
            rows, sums = rows[among[rows]], sums[among[rows]]
        return self._reached(rows[_largest(sums.astype(np.float32), n * _TRIED)], n)


def _best(scores: Scores, n: int) -> Rows:
    """Places of the best `n` positive scores: a passage without any of the words is no hit."""
    held = np.flatnonzero(scores > 0)
    if len(held) > n:
        held = held[scores[held] >= np.partition(scores[held], -n)[-n]]
    return held


def _largest(values: Scores, n: int) -> Rows | slice:
    """Places of the largest `n`, and of all that equal the last of them, ascending."""
    return np.flatnonzero(values >= np.partition(values, -n)[-n]) if n < len(values) else slice(None)


def _cut(bounds: Sums, n: int) -> int:
    """What about `n` of the bounds reach: a part of them tells."""
    part = bounds[::_EACH].astype(np.float32)
    return max(1, int(np.partition(part, -(n // _EACH))[-(n // _EACH)]))


def distinct(rows: Rows) -> Rows:
    """Each once, ascending: for hundreds of them in a third of the time that numpy.unique takes."""
    rows, first = np.sort(rows), np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=first[1:])
    return rows[first]


def _any_in_block(among: Mask) -> Mask:
    """One value a block of passages; a strided pass for each place in a block beats a reduction over short rows."""
    joined = among[::BLOCK].copy()
    for place in range(1, BLOCK):
        joined |= among[place::BLOCK]
    return joined
