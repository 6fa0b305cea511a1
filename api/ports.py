"""What a door needs from the floors below, and what the terminal needs from a door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from index.ports import Coverage, DocumentCard, Filters
from qa.answer import Answer, AnswerEvent, Query, SnapshotInfo

from .reading_schemas import DocumentResponse, PassageResponse
from .schemas import AskRequest, AskResponse, SearchRequest, SearchResponse


class Answerer(Protocol):
    """The live engine. Thread safe. One question sees one snapshot from start to end."""

    def ask(self, query: Query) -> Answer: ...

    def stream(self, query: Query) -> Iterator[AnswerEvent]:
        """The events whose fold is `ask`, lazily; the last one is Done."""
        ...

    def info(self) -> SnapshotInfo:
        """The snapshot that the next question will see."""
        ...

    def documents(self, filters: Filters, after: str, limit: int) -> list[DocumentCard]:
        """At most `limit` of the documents that `filters` let through with an id greater than `after`, by id."""
        ...

    def coverage(self, filters: Filters) -> Coverage: ...

    def reload(self) -> bool:
        """Takes up a newly published snapshot; True when there was one. Raises SnapshotError, the old one stays."""
        ...


@dataclass(frozen=True, slots=True)
class Printed:
    """A citation in one of the exchange formats."""

    media_type: str
    text: str


class Asking(Protocol):
    """Questions to a home on this machine or to a running service; the answers are equal."""

    def ask(self, request: AskRequest) -> AskResponse: ...

    def printed(self, request: AskRequest, style: str) -> Printed: ...

    def search(self, request: SearchRequest) -> SearchResponse: ...


class Reading(Protocol):
    """Documents of a home on this machine or of a running service."""

    def document(self, document_id: str, version: str | None = None) -> DocumentResponse: ...

    def passage(self, passage_id: str) -> PassageResponse: ...

    def citation(self, document_id: str, style: str) -> Printed: ...
