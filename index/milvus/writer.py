"""Writes documents into one generation and keeps its statistics in step. The only writer of rows.

A document is upserted first and its stale tail deleted after, so there is never a gap. Rows have deterministic keys:
a batch that is sent again, after a node died, changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.document import Passage

from ..names import NameCounter
from ..ports import DocumentCard, Vectors
from ..segment import passage_terms
from .client import Client, Row
from .filters import any_of
from .rows import PASSAGE_FIELDS, HeldPassage, counts_of, document_row, held_passage, passage_row, sparse_row, term_keys
from .schema import Generation
from .statistics import Statistics, Tally

_FLUSH_AT = 400  # passages sent together: some 6 MB, a tenth of what one gRPC message may hold
STRONG: dict[str, Any] = {"consistency_level": "Strong"}  # a writer must see its own earlier writes


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as it is to be found. `vectors`: for each passage its own vector, then those of its windows."""

    card: DocumentCard
    revision: int
    passages: Sequence[Passage]
    vectors: Sequence[Vectors]


class GenerationWriter:
    """Call `close` at the end. `fresh`: nothing was written before, so nothing has to be replaced; `believed`: the
    counters saw all that was written before."""

    def __init__(
        self, client: Client, generation: Generation, dimension: int, reference_length: float, *,
        fresh: bool, believed: bool,
    ) -> None:  # fmt: skip
        self._client, self._generation, self._dimension = client, generation, dimension
        self._reference_length, self._fresh, self.believed = reference_length, fresh, believed
        self._waiting: list[Entry] = []
        self.change = Tally.of(dimension)
        self._names, self._shown = NameCounter(), Tally.of(dimension)

    def put(self, entries: Iterable[Entry]) -> None:
        """Adds documents, or replaces those of the same id."""
        for entry in entries:
            self._waiting.append(entry)
            if sum(len(one.passages) for one in self._waiting) >= _FLUSH_AT:
                self.flush()

    def remove(self, identities: Collection[str]) -> None:
        """Deletes documents with all their passages; one that is not there changes nothing."""
        self.flush()
        for held in self._held(identities).values():
            self.change.subtract(held)
        if identities:
            self._client.delete(self._generation.passages, any_of("document_id", identities))
            self._client.delete(self._generation.documents, any_of("id", identities))

    def flush(self) -> None:
        """Sends what waits; when it returns, the engine has taken it."""
        entries, self._waiting = self._waiting, []
        if not entries:
            return
        held = {} if self._fresh else self._held([entry.card.id for entry in entries])
        rows = {row["key"]: row for entry in entries for row in self._rows(entry)}
        for start in range(0, len(rows), _FLUSH_AT):
            self._client.upsert(self._generation.passages, list(rows.values())[start : start + _FLUSH_AT])
        if stale := [key for key in held if key not in rows]:
            self._client.delete(self._generation.passages, any_of("key", stale))
        self._client.upsert(self._generation.documents, [document_row(entry.card, entry.revision) for entry in entries])
        for one in held.values():
            self.change.subtract(one)

    def close(self) -> None:
        """Brings the statistics up to all that was put and removed."""
        self.flush()
        statistics = Statistics(self._client, self._generation.statistics, self._dimension)
        if self.believed:
            statistics.apply(self.change)
        counted = self._shown.holding
        statistics.add_names(self._names.names(lambda found: counted[int(term_keys([found])[0])]))

    def _rows(self, entry: Entry) -> Iterable[Row]:
        self._names.add(entry.passages)
        for passage, vectors in zip(entry.passages, entry.vectors, strict=True):
            counts = counts_of(passage_terms(passage))
            row = passage_row(entry.card, passage, vectors, counts)
            if self._client.has_sparse:
                row["sparse"] = sparse_row(counts, self._reference_length)
            for tally in (self.change, self._shown):
                tally.add(passage.language, vectors, counts)
            yield row

    def _held(self, identities: Collection[str]) -> Mapping[int, HeldPassage]:
        """The passages of these documents that the engine holds now."""
        if not identities:
            return {}
        where = any_of("document_id", identities)
        rows = self._client.scan(self._generation.passages, where, PASSAGE_FIELDS, **STRONG)
        return {row["key"]: held_passage(row, self._dimension) for row in rows}


def recount(client: Client, generation: Generation, dimension: int) -> Tally:
    """Counts everything anew from the rows and writes it: after a crash nobody knows what the counters had seen."""
    whole = Tally.of(dimension)
    for row in client.scan(generation.passages, "", PASSAGE_FIELDS, **STRONG):
        held = held_passage(row, dimension)
        whole.add(held.passage.language, held.vectors, held.counts)
    Statistics(client, generation.statistics, dimension).replace(whole)
    return whole
