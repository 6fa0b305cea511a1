"""Filters as an expression of the engine. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable

from corpus.metadata import date_interval

from ..ports import Filters

# Days that no interval reaches: a document without a date lies outside every range asked for.
UNDATED_FIRST, UNDATED_LAST = 99_999_999, 0


def expression(filters: Filters, identity: str, *, dates: bool = True) -> str:
    """What lets through the rows of documents that `filters` let through, "" for all; `identity` names the id field."""
    parts = [
        any_of(field, wanted)
        for field, wanted in (
            ("publisher", filters.publisher),
            ("source_type", filters.source_type),
            ("language", filters.language),
            (identity, filters.document_id),
        )
        if wanted
    ]
    if filters.topic:
        parts.append(f"array_contains_any(topics, {_listed(filters.topic)})")
    if dates and filters.published_from is not None:
        parts.append(f"last_day >= {date_interval(filters.published_from)[0]}")
    if dates and filters.published_to is not None:
        parts.append(f"first_day <= {date_interval(filters.published_to)[1]}")
    return both(*parts)


def undated(filters: Filters, identity: str) -> str:
    """What lets through the documents that are left out only because they have no date."""
    return both(expression(filters, identity, dates=False), f"first_day == {UNDATED_FIRST}")


def any_of(field: str, values: Iterable[str] | Iterable[int]) -> str:
    return f"{field} in {_listed(values)}"


def both(*parts: str) -> str:
    """The conjunction of all parts that say something."""
    return " and ".join(filter(None, parts))


def quoted(text: str) -> str:
    """A string of the engine's language: JSON's escapes are its own."""
    return json.dumps(text, ensure_ascii=False)


def _listed(values: Iterable[str] | Iterable[int]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
