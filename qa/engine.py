"""The live object behind every door: holds one opened snapshot and swaps it whole when a new one is published."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.glossary import Glossary
from index.ports import Coverage, DocumentCard, Encoder, Filters, PassageIndex

from .answer import Answer, AnswerEvent, Done, Query, SnapshotInfo
from .errors import WriterMissing
from .pipeline import Parts, Policies, answer
from .vocabulary import Vocabulary
from .writing.ports import Writer


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened index with its identity and the cards of the documents that are, or have, a parallel text."""

    index: PassageIndex
    info: SnapshotInfo
    documents: tuple[DocumentCard, ...]


class Engine:
    """Thread safe. `current_id` names the live snapshot, `open_snapshot` opens it; both raise SnapshotError."""

    def __init__(
        self,
        current_id: Callable[[], str],
        open_snapshot: Callable[[], Opened],
        encoder: Encoder,
        glossary: Glossary,
        policies: Policies,
        clock: Callable[[], float],
        writer: Writer | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self._current_id, self._open = current_id, open_snapshot
        self._encoder, self._glossary, self._policies, self._clock = encoder, glossary, policies, clock
        self._writer, self._today = writer, today
        self._swap = threading.Lock()
        self._parts = self._parts_of(open_snapshot())

    def _parts_of(self, opened: Opened) -> Parts:
        return Parts(opened.index, opened.info, self._encoder, self._glossary, self._policies,
                     parallel_groups(opened.documents), self._clock, self._writer,
                     Vocabulary(opened.index), self._today)  # fmt: skip

    def info(self) -> SnapshotInfo:
        return self._parts.snapshot

    def documents(self, filters: Filters, after: str, limit: int) -> list[DocumentCard]:
        """At most `limit` of the documents that `filters` let through with an id greater than `after`, by id."""
        return self._parts.index.documents(filters, after, limit)

    def coverage(self, filters: Filters) -> Coverage:
        return self._parts.index.coverage(filters)

    def stream(self, query: Query) -> Iterator[AnswerEvent]:
        """The events of one answer; all of them see the snapshot that is live now. Raises WriterMissing at once."""
        if query.mode == "written" and self._writer is None:
            raise WriterMissing("mode: this service has no writer; ask in mode extractive or passages")
        return answer(query, self._parts)

    def ask(self, query: Query) -> Answer:
        """The fold of `stream`."""
        for event in self.stream(query):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def reload(self) -> bool:
        """Swap in the snapshot that is current now; False when it is the live one. Running answers keep theirs."""
        if self._current_id() == self._parts.snapshot.id:
            return False
        with self._swap:
            if self._current_id() == self._parts.snapshot.id:
                return False
            self._parts = self._parts_of(self._open())
            return True


def parallel_groups(documents: Sequence[DocumentCard]) -> dict[str, tuple[str, ...]]:
    """For each document with parallel texts (translations, copies), the ids of the others of its source."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for card in documents:
        groups[card.record.translation_of or card.record.copy_of or card.id].append(card.id)
    return {
        identity: tuple(sorted(set(group) - {identity})) for group in groups.values() if len(group) > 1
        for identity in group
    }  # fmt: skip
