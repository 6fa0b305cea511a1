"""The embedded backend: an opened, read-only set of segments that answers as one index.

BM25's statistics and the ranks are taken over all live passages, so the number of segments shows nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from . import lexical_bm25 as bm25
from .background import Backgrounds
from .dense_faiss import Near, oversampled
from .lexical_search import Norms, SegmentScores, distinct
from .manifest import Manifest
from .passages import rows_mask
from .ports import (
    Background,
    Candidates,
    Coverage,
    DocumentCard,
    Filters,
    Glance,
    Name,
    PassageTokens,
    StoredPassage,
    Vectors,
)
from .segment import Segment

_SHIFT = 40  # a key is segment << 40 | row
_ROW = (1 << _SHIFT) - 1

_TERMS_KEPT = 50_000  # counts of terms remembered, about 5 MB
_MASKS_KEPT = 16  # masks of filters remembered, a megabyte each at a million passages
_NO_FILTERS = Filters()

Mask = NDArray[np.bool_]


class Snapshot:
    """Implements PassageIndex over `manifest`'s segments, opened, in its order. Never changes; thread safe."""

    def __init__(self, manifest: Manifest, segments: Sequence[Segment]) -> None:
        self.manifest = manifest
        dimension = manifest.recipe.encoder.dimension
        self._segments = list(segments)
        self._masked = [frozenset(info.masked) for info in manifest.segments]
        self._live = [self._live_rows(i) for i in range(len(self._segments))]
        self._backgrounds = Backgrounds.of((segment.sums for segment in self._segments), dimension)
        total, words = 0, 0
        for segment, live in zip(self._segments, self._live, strict=True):
            lengths = segment.lexical.lengths if live is None else segment.lexical.lengths[live]
            total += len(lengths)
            words += int(lengths.sum(dtype=np.int64))
        self._total = total
        self._norms = [Norms.of(segment.lexical, words / max(total, 1)) for segment in self._segments]
        self._holding: dict[np.uint64, int] = {}
        self._masks: dict[tuple[int, Filters], Mask] = {}

    def _live_rows(self, place: int) -> Mask | None:
        """True for rows that may be found; None when all may."""
        if not self._masked[place]:
            return None
        segment = self._segments[place]
        return ~rows_mask(segment.table, self._masked[place], len(segment))

    def search(self, terms: Mapping[str, float], vector: Vectors, filters: Filters, n: int) -> Candidates:
        allowed = [self._allowed(place, filters) for place in range(len(self._segments))]
        scores = self._lexical_scores(terms)
        held = [part.top(n, mask) for part, mask in zip(scores, allowed, strict=True)]
        best = np.concatenate([np.empty(0, np.float32), *(own for _, own in held)])
        lexical = _leading(_keys([rows for rows, _ in held]), best, n)
        dense = self._nearest(vector, allowed, n) if vector.any() else lexical[:0]
        keys = distinct(np.concatenate([lexical, dense]))
        return Candidates(
            keys=keys,
            lexical=self._each(keys, lambda place, rows: scores[place].of(rows)),
            dense=self._cosines(keys, vector),
            lexical_rank=_ranks(keys, lexical),
            dense_rank=_ranks(keys, dense),
        )

    def _allowed(self, place: int, filters: Filters) -> Mask | None:
        live = self._live[place]
        if not filters:
            return live
        segment = self._segments[place]
        known = self._masks.get((place, filters))
        if known is None:
            known = rows_mask(segment.table, segment.table.matching(filters), len(segment))
            if len(self._masks) >= _MASKS_KEPT:
                self._masks.clear()
            self._masks[place, filters] = known
        return known if live is None else known & live

    def _lexical_scores(self, terms: Mapping[str, float]) -> list[SegmentScores]:
        keys, weights = bm25.weighted_keys(terms)
        weights = weights * self._idf(keys)
        parts = zip(self._segments, self._norms, strict=True)
        return [SegmentScores(segment.lexical, keys, weights, norms) for segment, norms in parts]

    def _idf(self, keys: bm25.Hashes) -> NDArray[np.float64]:
        held = np.array([self._held(key) for key in keys], dtype=np.float64)
        return bm25.inverse_document_frequency(self._total, held)

    def _held(self, key: np.uint64) -> int:
        """How many live passages hold a term; remembered, since questions repeat their words."""
        known = self._holding.get(key)
        if known is None:
            parts = zip(self._segments, self._live, strict=True)
            known = sum(segment.lexical.holding(key, live) for segment, live in parts)
            if len(self._holding) >= _TERMS_KEPT:
                self._holding.clear()
            self._holding[key] = known
        return known

    def _nearest(self, vector: Vectors, allowed: list[Mask | None], n: int) -> NDArray[np.int64]:
        """The `n` passages nearest above their language's background. Each language gives its own nearest first."""
        near = [one.dense.search(vector, n, mask) for one, mask in zip(self._segments, allowed, strict=True)]
        keys = _keys([one.rows for one in near])
        background = self._each(keys, lambda place, rows: self._background(place, rows, vector))
        leading = _largest(Near.of(near).cosines - background, oversampled(n))
        keys, background = keys[leading], background[leading]
        return _leading(keys, self._cosines(keys, vector) - background, n)

    def _background(self, place: int, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        return self._backgrounds.of_passages(vector, self._segments[place].languages[rows])

    def _cosines(self, keys: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        return self._each(keys, lambda place, rows: self._segments[place].vectors.dot(rows, vector))

    def _each(
        self, keys: NDArray[np.int64], value: Callable[[int, NDArray[np.int64]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """`value` of every key, computed segment by segment."""
        if len(self._segments) == 1:
            return value(0, keys & _ROW)
        found = np.empty(len(keys), dtype=np.float32)
        places = keys >> _SHIFT
        for place in np.unique(places).tolist():
            here = places == place
            found[here] = value(place, keys[here] & _ROW)
        return found

    def background(self, vector: Vectors) -> Mapping[str, Background]:
        return self._backgrounds.of_query(vector)

    def glance(self, keys: Sequence[int], vector: Vectors) -> Glance:
        seen: dict[int, tuple[str, NDArray[np.float32]]] = {}
        for place, rows in _rows(keys):
            glanced = self._segments[place].glance(np.asarray(rows, dtype=np.int64), vector)
            seen |= zip((place << _SHIFT | row for row in rows), glanced, strict=True)
        found = [seen[int(key)] for key in keys]
        return Glance(tuple(language for language, _ in found), tuple(near for _, near in found))

    @property
    def head(self) -> str:
        heads = {segment.tokens.head if segment.tokens else "" for segment in self._segments}
        return heads.pop() if len(heads) == 1 else ""

    def tokens(self, keys: Sequence[int]) -> list[PassageTokens]:
        tables = [segment.tokens for segment in self._segments]
        found = [(tables[key >> _SHIFT], key & _ROW) for key in keys]
        return [table.tokens(row) for table, row in found if table is not None]

    def fetch(self, keys: Sequence[int]) -> list[StoredPassage]:
        found: dict[int, StoredPassage] = {}
        for place, rows in _rows(keys):
            for stored in self._segments[place].stored(rows, place << _SHIFT):
                found[stored.key] = stored
        return [found[int(key)] for key in keys]

    def windows(self, keys: Sequence[int]) -> list[Vectors]:
        found: dict[int, Vectors] = {}
        for place, rows in _rows(keys):
            found |= zip((place << _SHIFT | row for row in rows), self._segments[place].windows(rows), strict=True)
        return [found[int(key)] for key in keys]

    def idf(self, terms: Sequence[str]) -> NDArray[np.float32]:
        keys, _ = bm25.weighted_keys(dict.fromkeys(terms, 1.0))
        return self._idf(keys).astype(np.float32)

    def sounding(self, first: str, length: int) -> Mapping[str, Sequence[Name]]:
        parts = [segment.names.sounding(first, length) for segment in self._segments]
        if len(parts) == 1:
            return parts[0]
        return {sound: [name for part in parts for name in part.get(sound, ())] for sound in set().union(*parts)}

    def coverage(self, filters: Filters) -> Coverage:
        if not filters:
            return Coverage(self.manifest.documents, 0)
        matching = undated = 0
        for segment, masked in zip(self._segments, self._masked, strict=True):
            matching += segment.table.count(filters, masked)
            undated += segment.table.count_undated(filters, masked)
        return Coverage(matching, undated)

    def documents(
        self, filters: Filters = _NO_FILTERS, after: str = "", limit: int | None = None
    ) -> list[DocumentCard]:
        rows = sorted(
            (identity, place, ordinal)
            for place, (segment, masked) in enumerate(zip(self._segments, self._masked, strict=True))
            for identity, ordinal in segment.table.page(filters, after, -1 if limit is None else limit + len(masked))
            if ordinal not in masked
        )[:limit]
        cards = [card for place in range(len(self._segments)) for card in
                 self._segments[place].table.cards(row for _, where, row in rows if where == place)]  # fmt: skip
        return sorted(cards, key=lambda card: card.id)

    def related(self) -> list[DocumentCard]:
        """The live documents that name a source (a translation's original, a copy's), and those sources, by id."""
        naming = [card for segment, masked in zip(self._segments, self._masked, strict=True) for card in
                  segment.table.cards(one for one in segment.table.with_source() if one not in masked)]  # fmt: skip
        named = {card.record.translation_of or card.record.copy_of for card in naming}
        sources = self.documents(Filters(document_id=tuple(sorted(named)))) if named else []
        return sorted({card.id: card for card in (*naming, *sources)}.values(), key=lambda card: card.id)


def _rows(keys: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The distinct rows of each segment that `keys` lead to, ascending."""
    for place, group in groupby(sorted(set(map(int, keys))), key=lambda key: key >> _SHIFT):
        yield place, [key & _ROW for key in group]


def _keys(rows: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    parts = [(np.int64(place) << _SHIFT) | found for place, found in enumerate(rows)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64] | slice:
    """Places of the largest `n`, in no order."""
    return slice(None) if n >= len(values) else np.argpartition(-values, n)[:n]


def _leading(keys: NDArray[np.int64], values: NDArray[np.floating], n: int) -> NDArray[np.int64]:
    """The `n` keys of the highest values; equal values by key, so that ties are stable."""
    return keys[np.lexsort((keys, -values))[:n]]


def _ranks(keys: NDArray[np.int64], ranking: NDArray[np.int64]) -> NDArray[np.int32]:
    """Place of each key in `ranking`, from 1; 0 where it is not in it. `keys` are sorted and hold all of it."""
    ranks = np.zeros(len(keys), dtype=np.int32)
    ranks[np.searchsorted(keys, ranking)] = np.arange(1, len(ranking) + 1)
    return ranks
