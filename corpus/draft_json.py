"""Draft <-> JSON, so that a draft can come from another process as plain data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.boilerplate import Dropped
from corpus.document import Dated, Heading, Span
from corpus.findings import Finding
from corpus.metadata import record_from_json, record_to_json
from corpus.reading import Draft


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """Of JSON's own types throughout; `headers` are what a server said, not what a reader found, and stay behind."""
    return {
        "name": draft.name,
        "language": draft.language,
        "text": draft.text,
        "record": record_to_json(draft.record),
        "headings": [[one.span.start, one.span.end, one.level, one.title] for one in draft.headings],
        "pages": list(draft.pages),
        "hidden": [[span.start, span.end] for span in draft.hidden],
        "id": draft.id,
        "dropped": [[one.span.start, one.span.end, one.reason] for one in draft.dropped],
        "findings": [[one.field, _plain(one.value), one.how] for one in draft.findings],
    }


def draft_from_json(found: Mapping[str, Any]) -> Draft:
    """The inverse of `draft_to_json`. Raises ValueError, TypeError or KeyError for what is no draft."""
    return Draft(
        name=found["name"],
        language=found["language"],
        text=found["text"],
        record=record_from_json(found["record"]),
        headings=tuple(Heading(Span(start, end), level, title) for start, end, level, title in found["headings"]),
        pages=tuple(found["pages"]),
        hidden=tuple(Span(start, end) for start, end in found["hidden"]),
        id=found["id"],
        dropped=tuple(Dropped(Span(start, end), reason) for start, end, reason in found["dropped"]),
        findings=tuple(Finding(field, _value(value), how) for field, value, how in found["findings"]),
    )


def _plain(value: object) -> object:
    if isinstance(value, Dated):
        return {"value": value.value, "basis": value.basis}
    return list(value) if isinstance(value, tuple) else value


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return Dated(**value)
    return tuple(value) if isinstance(value, list) else value
