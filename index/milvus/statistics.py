"""What no single row tells: how many passages hold each term, mean vectors of each language, the names.

Kept in a small collection of the generation, so that every reader computes the same scores. A reader asks for the
terms of its question only.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..background import Sums, empty_sums, language_code
from ..ports import Name, Vectors
from .client import Client, Row
from .filters import any_of
from .rows import Counts, HeldPassage, pieces

_SUMS, _NAMES = -1, -2  # keys of rows that are no terms; from _NAMES down there is one for every _BATCH names
_BATCH = 5_000  # counters written together, names in a row: half a megabyte


@dataclass(slots=True)
class Tally:
    """Additions and subtractions of passages."""

    sums: Sums
    passages: int = 0
    words: int = 0
    holding: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, dimension: int) -> Tally:
        return cls(empty_sums(dimension))

    def add(self, language: str, vectors: Vectors, counts: Counts) -> None:
        """`vectors`: the passage's own, then those of its windows."""
        self._count(language, vectors, counts, 1)

    def subtract(self, one: HeldPassage) -> None:
        self._count(one.passage.language, one.vectors, one.counts, -1)

    def _count(self, language: str, vectors: Vectors, counts: Counts, sign: int) -> None:
        for kind, part in enumerate((vectors[:1], vectors[1:])):
            row = self.sums[kind, language_code(language)]
            row[:-1] += sign * part.sum(axis=0, dtype=np.float64)
            row[-1] += sign * len(part)
        self.passages += sign
        self.words += sign * counts.length
        (self.holding.update if sign > 0 else self.holding.subtract)(counts.terms.tolist())


class Statistics:
    """The collection `name`. Writers are serialised by the store's lock; readers may come at any time."""

    def __init__(self, client: Client, name: str, dimension: int) -> None:
        self._client, self._name, self._dimension = client, name, dimension

    def holding(self, terms: Sequence[int], **options: Any) -> dict[int, int]:
        """How many passages hold each of the term keys; those that none holds are left out."""
        if not terms:
            return {}
        rows = self._client.query(self._name, any_of("key", terms), ["key", "count"], **options)
        return {row["key"]: row["count"] for row in rows}

    def sums(self, **options: Any) -> Sums:
        """Zeros where nothing was written yet."""
        rows = self._client.query(self._name, any_of("key", [_SUMS]), ["value"], **options)
        if not rows:
            return empty_sums(self._dimension)
        values = np.frombuffer(base64.b64decode("".join(rows[0]["value"])), dtype=np.float64)
        return values.reshape(empty_sums(self._dimension).shape).copy()

    def names(self, **options: Any) -> list[Name]:
        found = []
        for row in self._client.scan(self._name, f"key <= {_NAMES}", ["value"], **options):
            held = json.loads("".join(row["value"]))
            found += [Name(term, written, tuple(sounds)) for term, written, sounds in held]
        return found

    def apply(self, change: Tally) -> None:
        """Adds the changes to what is held."""
        self._client.upsert(self._name, [self._sums_row(self.sums(consistency_level="Strong") + change.sums)])
        terms = [term for term, by in change.holding.items() if by]
        for start in range(0, len(terms), _BATCH):
            batch = terms[start : start + _BATCH]
            held = self.holding(batch, consistency_level="Strong")
            self._client.upsert(self._name, [_row(term, held.get(term, 0) + change.holding[term]) for term in batch])

    def replace(self, whole: Tally) -> None:
        """Forgets every counter and writes those of `whole`."""
        self._client.delete(self._name, "key >= 0")
        self._client.upsert(self._name, [self._sums_row(whole.sums)])
        rows = [_row(term, count) for term, count in whole.holding.items()]
        for start in range(0, len(rows), _BATCH):
            self._client.upsert(self._name, rows[start : start + _BATCH])

    def add_names(self, fresh: Iterable[Name]) -> None:
        """The spelling that came last stands."""
        known = {name.term: name for name in (*self.names(), *fresh)}
        parts = [(name.term, name.written, name.sounds) for name in known.values()]
        for place, start in enumerate(range(0, len(parts), _BATCH)):
            text = json.dumps(parts[start : start + _BATCH], ensure_ascii=False)
            self._client.upsert(self._name, [_row(_NAMES - place, 0, pieces(text))])

    def _sums_row(self, sums: Sums) -> Row:
        return _row(_SUMS, 0, pieces(base64.b64encode(sums.tobytes()).decode("ascii")))


def _row(key: int, count: int, value: Sequence[str] = ()) -> Row:
    return {"key": key, "count": count, "value": list(value), "unused": [0.0, 0.0]}
