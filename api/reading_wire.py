"""Documents and spans of them to wire shapes; pure. Every door prints with these functions and those of wire.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from corpus.bibliography import cite_as, label
from corpus.document import Dated, Document, Passage, Record, Span, passage_id
from index.ports import DocumentCard

from . import reading_schemas as r
from . import schemas as s


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a printed answer needs beside the answer: when it was read and where its passages can be read again."""

    accessed: date
    public_url: str = ""

    def permalink(self, document_id: str, version: str, span: Span) -> str:
        return f"{self.public_url.rstrip('/')}/v1/passages/{passage_id(document_id, version, span)}"


def document_out(card: DocumentCard | Document, parallel: tuple[str, ...] = ()) -> s.DocumentOut:
    return s.DocumentOut(**_described(card, parallel))


def document_response(
    document: Document, versions: list[str], parallel: tuple[str, ...], imprint: Imprint
) -> r.DocumentResponse:
    return r.DocumentResponse(
        **_described(document, parallel),
        name=document.name,
        label=label(document.record),
        cite_as=cite_as(document.record, imprint.accessed),
        text=document.text,
        headings=[
            r.HeadingOut(start=heading.span.start, end=heading.span.end, level=heading.level, title=heading.title)
            for heading in document.headings
        ],
        pages=list(document.pages),
        hidden=[(span.start, span.end) for span in document.hidden],
        versions=versions,
    )


def passage_response(
    document: Document, passage: Passage, latest: Document, parallel: tuple[str, ...], imprint: Imprint
) -> r.PassageResponse:
    return r.PassageResponse(
        **placed(passage),
        latest_version=latest.version,
        label=label(document.record),
        cite_as=cite_as(document.record, imprint.accessed),
        permalink=imprint.permalink(document.id, document.version, passage.span),
        changed=None if latest.version == document.version else _change(passage, latest),
        document=document_out(document, parallel),
    )


def placed(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "version": passage.version,
        "text": passage.text,
        "start": passage.span.start,
        "end": passage.span.end,
        "heading": list(passage.heading),
        "page": passage.page,
    }


def _change(passage: Passage, latest: Document) -> r.ChangeOut:
    """Where the words stand in the latest version: at the place nearest to the old one."""
    places = [match.start() for match in re.finditer(re.escape(passage.text), latest.text)]
    if not places:
        return r.ChangeOut(status="gone", version=latest.version, start=None, end=None)
    start = min(places, key=lambda place: abs(place - passage.span.start))
    status: Literal["same_place", "moved"] = "same_place" if start == passage.span.start else "moved"
    return r.ChangeOut(status=status, version=latest.version, start=start, end=start + len(passage.text))


def _described(card: DocumentCard | Document, parallel: tuple[str, ...]) -> dict[str, Any]:
    record: Record = card.record
    return {
        "id": card.id,
        "version": card.version,
        "title": record.title or card.name,
        "author": list(record.author),
        "publisher": record.publisher or None,
        "dates": s.DatesOut(
            published=_dated(record.published),
            modified=_dated(record.modified),
            event=_dated(record.event),
            accessed=_dated(record.accessed),
        ),
        "url": record.url or record.url_alt or None,
        "source_type": record.source_type or None,
        "language": card.language,
        "source_language": record.source_language or None,
        "topics": list(record.topics),
        "digest": record.digest,
        "parallel": list(parallel),
    }


def _dated(dated: Dated | None) -> s.DatedOut | None:
    return None if dated is None else s.DatedOut(value=dated.value, precision=dated.precision, basis=dated.basis)
