"""Rows of one generation, read and decoded once: a search brings in what the fetch after it returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from ..errors import BackendUnavailable
from ..ports import DocumentCard
from .client import Client, Row
from .filters import any_of
from .rows import CARD_FIELDS, PASSAGE_FIELDS, HeldPassage, card_of, held_passage
from .schema import Generation

_KEPT = 2_000  # decoded passages kept, about 60 MB; cards take little beside them


class Reader:
    """Thread safe. `seen` are the options under which the engine must have seen all writes of the manifest."""

    def __init__(self, client: Client, generation: Generation, dimension: int, seen: Mapping[str, Any]) -> None:
        self._client, self._generation, self._dimension, self._seen = client, generation, dimension, seen
        self._passages: dict[int, HeldPassage] = {}
        self._cards: dict[str, DocumentCard] = {}

    def passages(self, keys: Collection[int], documents: Collection[str] = ()) -> dict[int, HeldPassage]:
        """By key, those of `keys` that are there, and with them the cards of `documents`, in one round."""
        kept, cards = self._passages, self._cards
        absent = [key for key in keys if key not in kept]
        unknown = sorted({identity for identity in documents if identity not in cards})
        rows, carded = self._client.together([partial(self._rows, absent), partial(self._card_rows, unknown)])
        fresh = {row["key"]: held_passage(row, self._dimension) for row in rows}
        found = {key: one for key in keys if (one := fresh.get(key) or kept.get(key))}
        self._passages = _with(kept, fresh)
        self._cards = _with(cards, {row["id"]: card_of(row) for row in carded})
        return found

    def cards(self, identities: Collection[str]) -> dict[str, DocumentCard]:
        """Raises BackendUnavailable for a document that was deleted meanwhile."""
        self.passages((), identities)
        cards = self._cards
        if gone := [identity for identity in identities if identity not in cards]:
            raise vanished(gone[0])
        return {identity: cards[identity] for identity in identities}

    def _rows(self, keys: Collection[int]) -> list[Row]:
        if not keys:
            return []
        return self._client.query(self._generation.passages, any_of("key", keys), PASSAGE_FIELDS, **self._seen)

    def _card_rows(self, identities: Collection[str]) -> list[Row]:
        if not identities:
            return []
        return self._client.query(self._generation.documents, any_of("id", identities), CARD_FIELDS, **self._seen)


def vanished(what: object) -> BackendUnavailable:
    return BackendUnavailable(f"{what} was deleted or replaced while it was being read. Ask again")


def _with(kept: dict[Any, Any], fresh: dict[Any, Any]) -> dict[Any, Any]:
    """Swapped whole: another thread goes on reading the old one."""
    return {**kept, **fresh} if len(kept) + len(fresh) <= _KEPT else fresh
