"""Which documents are copies of one text? Republished articles count as one source, however the pages around differ.

Sketches that agree in a band of their MinHash (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4) are
candidates; those are compared exactly, so the estimate never makes a copy. Texts in different languages are no copies
of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt

from corpus.sketch import PERMUTATIONS, Sketch

COPIED = 0.8  # share of the shorter text's shingles that the longer one must hold
MARGIN = 0.18  # four standard errors of an estimate near .5; a pair further below a copy's Jaccard is not compared
BAND = 3  # values; of two texts with a Jaccard of .27, as a copy inside a text three times as long, half agree in one

Pair = tuple[str, str]  # ids, in order


def copy_groups(
    sketches: Mapping[str, Sketch], known: Mapping[Pair, float], compare: Callable[[str, str], float]
) -> tuple[list[tuple[str, ...]], dict[Pair, float]]:
    """Ids of two and more documents with one text, each group sorted and ordered by its first, and the overlaps that
    had to be asked of `compare` because `known` does not hold them.
    """
    groups = _Groups(sketches)
    for pair, share in known.items():
        groups.tie(groups.place[pair[0]], groups.place[pair[1]], share)
    asked: dict[Pair, float] = {}
    for one, two in groups.likely():
        likely = groups.ids[one], groups.ids[two]
        if likely not in known and likely not in asked:
            asked[likely] = compare(*likely)
            groups.tie(one, two, asked[likely])
    return groups.found(), asked


def sources_of(groups: Iterable[tuple[str, ...]], documents: Mapping[str, tuple[datetime, str]]) -> dict[str, str]:
    """Each copy and its source: that of the member added first. `documents` gives, by id, when one was added and
    its own source (itself, or what it translates); translations keep theirs.
    """
    sources: dict[str, str] = {}
    for ids in groups:
        first = min(ids, key=lambda name: (documents[name][0], name))
        for name in ids:
            if documents[name][1] == name and name != first:
                sources[name] = documents[first][1]
    return sources


class _Groups:
    """Documents by their place in the order of ids; `_label` is the same number within a group."""

    def __init__(self, sketches: Mapping[str, Sketch]) -> None:
        self.ids = sorted(name for name, sketch in sketches.items() if sketch.minhash)
        self.place = {name: place for place, name in enumerate(self.ids)}
        hashes = b"".join(sketches[name].minhash for name in self.ids)
        self._hashes = np.frombuffer(hashes, "<u4").reshape(-1, PERMUTATIONS)
        self._sizes = np.array([sketches[name].shingles for name in self.ids], np.int64)
        self._label = np.arange(len(self.ids))

    def tie(self, one: int, two: int, share: float) -> None:
        if share >= COPIED:
            self._label[self._label == self._label[two]] = self._label[one]

    def likely(self) -> Iterator[tuple[int, int]]:
        """Pairs that may be copies and are not in one group when their turn comes: of a thousand copies each is
        named with one other. A pair can come more than once."""
        for run in self._runs():
            if np.ptp(self._label[run]):
                for at in range(1, len(run)):
                    yield from self._near(run[at], run[:at])

    def found(self) -> list[tuple[str, ...]]:
        members: dict[int, list[str]] = {}
        for name, label in zip(self.ids, self._label.tolist(), strict=True):
            members.setdefault(label, []).append(name)
        return sorted(tuple(group) for group in members.values() if len(group) > 1)

    def _near(self, one: int, others: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        others = others[self._label[others] != self._label[one]]
        estimate = (self._hashes[others] == self._hashes[one]).mean(axis=1)
        for other in others[estimate + MARGIN >= _least_jaccard(self._sizes[others], self._sizes[one])]:
            if self._label[other] != self._label[one]:
                yield int(other), int(one)

    def _runs(self) -> Iterator[npt.NDArray[np.int64]]:
        """Places, ascending, of sketches that agree in a band."""
        for first in range(0, PERMUTATIONS - BAND + 1, BAND):
            band = self._hashes[:, first : first + BAND]
            order = np.lexsort(band.T)
            changes = np.flatnonzero((band[order][1:] != band[order][:-1]).any(axis=1)) + 1
            edges = np.concatenate([[0], changes, [len(order)]])
            for start in np.flatnonzero(np.diff(edges) > 1):
                yield order[edges[start] : edges[start + 1]]


def _least_jaccard(ones: npt.NDArray[np.int64], two: np.int64) -> npt.NDArray[np.float64]:
    """Of two sets of these sizes, the smaller of which is held by the other as far as a copy's must be."""
    shared = COPIED * np.minimum(ones, two)
    return shared / (ones + two - shared)
