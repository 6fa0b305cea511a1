"""The wire shapes of reading: documents, spans of them, what the library holds, whether the service can be asked."""

from __future__ import annotations

from typing import Literal

from .schemas import Body, DocumentOut, Numbered, SnapshotOut


class HeadingOut(Body):
    start: int
    end: int
    level: int
    title: str


class DocumentResponse(Numbered, DocumentOut):
    """One version of a document; `hidden` spans (boilerplate) are part of `text` but never retrieved."""

    name: str
    label: str
    cite_as: str
    text: str
    headings: list[HeadingOut]
    pages: list[int]
    hidden: list[tuple[int, int]]
    versions: list[str]


class DocumentListResponse(Numbered):
    """A page of the documents in order of id; `next` is the cursor of the following page, null on the last."""

    documents: list[DocumentOut]
    next: str | None
    total: int


class CountOut(Body):
    value: str
    documents: int


class SuggestedOut(Body):
    text: str
    language: str


class CoverageResponse(Numbered):
    """What the live snapshot holds. `years` run from the first to the last without gaps."""

    documents: int
    undated: int
    digests: int
    years: list[CountOut]
    publishers: list[CountOut]
    source_types: list[CountOut]
    topics: list[CountOut]
    languages: list[CountOut]
    suggested_questions: list[SuggestedOut]


class ChangeOut(Body):
    """What the latest version did to the words: `start` and `end` are their place there, null when they are gone."""

    status: Literal["moved", "same_place", "gone"]
    version: str
    start: int | None
    end: int | None


class PassageResponse(Numbered):
    """The words of a span, as they stand in that version; `latest_version` differs when the text changed since."""

    id: str
    document_id: str
    version: str
    latest_version: str
    text: str
    start: int
    end: int
    heading: list[str]
    page: int | None
    label: str
    cite_as: str
    permalink: str
    changed: ChangeOut | None = None
    document: DocumentOut


class Health(Body):
    status: Literal["ok"] = "ok"


class Readiness(Body):
    status: Literal["ready"] = "ready"
    snapshot: SnapshotOut
