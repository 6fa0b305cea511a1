"""How much may a question's frequent terms add to a passage? Upper bounds as sums of small integers.

A term's impact on a passage is its share of BM25's score in 255ths, rounded up (Anh and Moffat 2006); the weights of
the terms are rounded up to whole multiples of one unit. Such sums cost a tenth of exact scores and are 1 to 3 % higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .lexical_bm25 import FrequentTerms

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]
Sums = NDArray[np.unsignedinteger[Any]]

BLOCK = FrequentTerms.BLOCK
_SHORT = 64  # terms whose weights still differ when their sums are held in 16 bits
_TOGETHER = 1 << 13  # blocks summed at once: 128 KB of sums stay in the processor's cache
_ROUNDING = 1e-5  # of a score: sums of float32 in another order


class Impacts:
    """Of the frequent ones of a question's terms. Thread safe."""

    def __init__(self, terms: FrequentTerms, held: Sequence[tuple[int, np.float32]], stretch: float) -> None:
        """`held`: at least one place of a term, with its weight, positive, times k1 + 1; `stretch`: how much more than
        the segment's own bounds say a term may add."""
        self._bounds = [terms.bounds[place] for place, _ in held]
        self._impacts = [terms.impacts[place].view(np.uint64) for place, _ in held]  # those of a whole block
        kind = np.uint16 if len(held) <= _SHORT else np.uint32
        unit = float(sum(weight for _, weight in held)) / (np.iinfo(kind).max // 255 - len(held))
        self._steps = [kind(np.ceil(weight / unit)) for _, weight in held]
        self._kind, self._unit = np.dtype(kind), unit * stretch / 255

    def scores(self, sums: Sums) -> Scores:
        """The highest scores that the sums stand for."""
        return sums * np.float32(self._unit * (1 + _ROUNDING))

    def reaching(self, score: float) -> int:
        """The smallest positive sum that may stand for this score."""
        return max(1, int(score * (1 - _ROUNDING) / self._unit))

    def of_blocks(self) -> Sums:
        """The most that the terms together add to a passage of each block."""
        return self._sum(self._bounds, len(self._bounds[0]))

    def of_passages(self, blocks: Rows, least: int) -> tuple[Rows, Sums]:
        """The passages of `blocks` whose sum is at least `least`, block by block, and their sums."""
        rows, sums = [np.empty(0, np.int64)], [np.empty(0, self._kind)]
        for start in range(0, len(blocks), _TOGETHER):
            part = blocks[start : start + _TOGETHER]
            here = self._sum([table[part].view(np.uint8) for table in self._impacts], len(part) * BLOCK)
            held = np.flatnonzero(here >= least)
            rows.append(part[held // BLOCK] * BLOCK + held % BLOCK)
            sums.append(here[held])
        return np.concatenate(rows), np.concatenate(sums)

    def _sum(self, tables: Sequence[NDArray[np.uint8]], size: int) -> Sums:
        total: Sums = np.zeros(size, self._kind)
        for table, step in zip(tables, self._steps, strict=True):
            total += table * step
        return total
