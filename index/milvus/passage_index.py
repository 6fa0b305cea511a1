"""Implements PassageIndex over one generation in a Milvus engine.

The engine finds each leg's candidates; their exact scores are computed here from what their rows carry, so that both
backends give equal figures, and no figure of the engine's own is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..background import LANGUAGES, Backgrounds, language_code
from ..lexical_bm25 import inverse_document_frequency
from ..names import Heard, heard, place_of
from ..ports import (
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
from .client import Client, Row
from .filters import any_of, both, expression, quoted, undated
from .manifest import EngineManifest
from .reading import Reader, vanished
from .rows import CARD_FIELDS, HeldPassage, card_of, lexical_weights, term_keys
from .statistics import Statistics

_SEARCH_EFFORT = 200  # or four times as many as asked for: recall in docs/scale.md
_KEPT_TERMS = 200_000  # counters of asked terms, some 20 MB

Leg = dict[int, str]  # key of a hit -> id of its document, best first


@dataclass(frozen=True, slots=True)
class _Asked:
    """Term keys with the weight of each times its idf, and the vector."""

    keys: NDArray[np.uint32]
    weights: NDArray[np.float64]
    vector: Vectors


class MilvusIndex:
    """What `manifest` describes. Thread safe. A document that is being replaced may show its old and new passages."""

    def __init__(self, client: Client, manifest: EngineManifest) -> None:
        self.manifest = manifest
        self._client, self._generation = client, manifest.generation
        self.dimension = dimension = manifest.recipe.encoder.dimension
        # Waits only where a node has not yet seen what the manifest counts; "Strong" would wait at every question.
        self._seen: dict[str, Any] = {"consistency_level": "Customized", "guarantee_timestamp": manifest.written}
        self._reader = Reader(client, self._generation, dimension, self._seen)
        self._statistics = Statistics(client, self._generation.statistics, dimension)
        sums = self._statistics.sums(**self._seen)
        self._backgrounds = Backgrounds.of([sums], dimension)
        self._languages = [language for code, language in enumerate(LANGUAGES) if sums[0, code, -1] > 0]
        self._names: dict[str, Heard] | None = None
        self._holding: dict[int, int] = {}

    @property
    def head(self) -> str:
        """The engine keeps no tokens."""
        return ""

    def tokens(self, keys: Sequence[int]) -> list[PassageTokens]:
        return [PassageTokens(np.empty((0, 0), np.float32), np.empty(0, np.uint8)) for _ in keys]

    def search(self, terms: Mapping[str, float], vector: Vectors, filters: Filters, n: int) -> Candidates:
        asked = self._asked(terms, vector)
        where = expression(filters, "document_id")
        legs: list[Callable[[], list[Row]]] = [partial(self._by_words, asked, where, n)]
        if vector.any():
            legs += [partial(self._near, vector, where, language, n) for language in self._languages]
        by_words, *near = self._client.together(legs)
        lexical_leg, dense_leg = _leg(by_words), self._above_background(near, vector, n)
        leg = lexical_leg | dense_leg
        held = self._reader.passages(leg, set(leg.values()))
        return self._candidates([held[key] for key in sorted(held)], asked, lexical_leg, dense_leg)

    def _asked(self, terms: Mapping[str, float], vector: Vectors) -> _Asked:
        keys = term_keys(list(terms))
        weights = np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
        return _Asked(keys, weights * self._idf(keys), vector)

    def _by_words(self, asked: _Asked, where: str, n: int) -> list[Row]:
        pairs = zip(asked.keys.tolist(), asked.weights.tolist(), strict=True)
        query = {key: weight for key, weight in pairs if weight > 0}
        if not query or not self._client.has_sparse:
            return []
        return self._hits("sparse", query, where, n)

    def _near(self, vector: Vectors, where: str, language: str, n: int) -> list[Row]:
        """The nearest `n` of one language: each gives its own, as each has its own background."""
        own = both(where, f"written_in == {quoted(language)}") if len(self._languages) > 1 else where
        effort = {"params": {"ef": max(_SEARCH_EFFORT, 4 * n)}}
        return self._hits("dense", vector.tolist(), own, n, search_params=effort)

    def _hits(self, field: str, query: Any, where: str, n: int, **options: Any) -> list[Row]:
        return self._client.search(
            self._generation.passages, field, query, where, n, output_fields=["document_id"], **options, **self._seen
        )

    def _above_background(self, near: Sequence[list[Row]], vector: Vectors, n: int) -> Leg:
        """The `n` hits that are nearest above the background of their language."""
        background = self.background(vector)
        scored = [
            (hit["distance"] - background[language].passage, hit)
            for language, hits in zip(self._languages, near, strict=False)
            for hit in hits
        ]
        scored.sort(key=lambda one: (-one[0], one[1]["id"]))
        return _leg([hit for _, hit in scored[:n]])

    def _candidates(self, held: Sequence[HeldPassage], asked: _Asked, lexical_leg: Leg, dense_leg: Leg) -> Candidates:
        keys = np.array([one.key for one in held], dtype=np.int64)
        lexical = np.array([self._lexical(one, asked) for one in held], dtype=np.float32)
        dense = np.array([one.vectors[0] @ asked.vector for one in held], dtype=np.float32)
        codes = np.array([language_code(one.passage.language) for one in held], dtype=np.uint8)
        above = dense - self._backgrounds.of_passages(asked.vector, codes)
        return Candidates(keys, lexical, dense, _ranks(keys, lexical, lexical_leg), _ranks(keys, above, dense_leg))

    def _lexical(self, one: HeldPassage, asked: _Asked) -> float:
        """BM25 under the true mean length: the engine's vectors may have been weighted under an earlier one."""
        held = lexical_weights(one.counts, self.manifest.mean_length)
        if len(held) == 0:
            return 0.0
        places = np.minimum(np.searchsorted(one.counts.terms, asked.keys), len(held) - 1)
        return float(np.where(one.counts.terms[places] == asked.keys, held[places] * asked.weights, 0).sum())

    def glance(self, keys: Sequence[int], vector: Vectors) -> Glance:
        found = self._held(keys)
        languages = tuple(one.passage.language for one in found)
        return Glance(languages, tuple(one.vectors[1:] @ vector for one in found))

    def fetch(self, keys: Sequence[int]) -> list[StoredPassage]:
        found = self._held(keys)
        cards = self._reader.cards({one.passage.document_id for one in found})
        return [StoredPassage(one.key, one.passage, cards[one.passage.document_id]) for one in found]

    def windows(self, keys: Sequence[int]) -> list[Vectors]:
        return [one.vectors[1:] for one in self._held(keys)]

    def _held(self, keys: Sequence[int]) -> list[HeldPassage]:
        held = self._reader.passages({int(key) for key in keys})
        if gone := [key for key in keys if int(key) not in held]:
            raise vanished(f"passage {gone[0]}")
        return [held[int(key)] for key in keys]

    def idf(self, terms: Sequence[str]) -> NDArray[np.float32]:
        return self._idf(term_keys(terms)).astype(np.float32)

    def _idf(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        known = self._holding if len(self._holding) < _KEPT_TERMS else {}
        unknown = [key for key in keys.tolist() if key not in known]
        held = self._statistics.holding(unknown, **self._seen)
        self._holding = known = {**known, **{key: held.get(key, 0) for key in unknown}} if unknown else known
        holding = np.array([known[key] for key in keys.tolist()], dtype=np.float64)
        return inverse_document_frequency(self.manifest.passages, holding)

    def sounding(self, first: str, length: int) -> Mapping[str, Sequence[Name]]:
        if self._names is None:
            self._names = heard(self._statistics.names(**self._seen))
        return self._names.get(place_of(first, length), {})

    def background(self, vector: Vectors) -> Mapping[str, Background]:
        return self._backgrounds.of_query(vector)

    def coverage(self, filters: Filters) -> Coverage:
        if not filters:
            return Coverage(self.manifest.documents, 0)
        count = partial(self._client.count, self._generation.documents, **self._seen)
        dated = filters.published_from is not None or filters.published_to is not None
        asked = [expression(filters, "id"), *([undated(filters, "id")] if dated else [])]
        matching, *left_out = self._client.together([partial(count, where) for where in asked])
        return Coverage(matching, sum(left_out))

    def documents(self, filters: Filters, after: str, limit: int) -> list[DocumentCard]:
        where = both(expression(filters, "id"), f"id > {quoted(after)}")
        return [card_of(row) for row in self._client.scan(self._generation.documents, where, CARD_FIELDS, limit=limit)]

    def repeating(self) -> list[DocumentCard]:
        """The documents that repeat another, as translations and copies do, and those that they repeat."""
        documents = self._generation.documents
        cards = [card_of(row) for row in self._client.scan(documents, 'repeats != ""', CARD_FIELDS)]
        first = {card.record.translation_of or card.record.copy_of for card in cards} - {card.id for card in cards}
        return [*cards, *self._existing(sorted(first))]

    def _existing(self, identities: Sequence[str]) -> list[DocumentCard]:
        if not identities:
            return []
        rows = self._client.scan(self._generation.documents, any_of("id", identities), CARD_FIELDS)
        return [card_of(row) for row in rows]


def _leg(hits: Sequence[Row]) -> Leg:
    return {int(hit["id"]): str(hit["entity"]["document_id"]) for hit in hits}


def _ranks(keys: NDArray[np.int64], scores: NDArray[np.float32], leg: Leg) -> NDArray[np.int32]:
    """1-based places of the leg's keys by their exact scores, equal ones by key; 0 for the others."""
    inside = np.array([key in leg for key in keys.tolist()], dtype=np.bool_)
    ranks = np.zeros(len(keys), dtype=np.int32)
    order = np.lexsort((keys, -scores, ~inside))[: int(inside.sum())]
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks
