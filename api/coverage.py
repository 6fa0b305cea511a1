"""What the library holds: counts for filters, for the page about the library, and for suggested questions. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from index.ports import DocumentCard
from qa.answer import SnapshotInfo

from .reading_schemas import CountOut, CoverageResponse, SuggestedOut

UNKNOWN = ""  # the value under which documents without one are counted


class Counted(Protocol):
    """What counts documents, and names the snapshot that it would count now."""

    def snapshot(self) -> SnapshotInfo: ...

    def coverage(self) -> CoverageResponse: ...


class RememberedCoverage:
    """The coverage of the live snapshot, counted once for each snapshot. Thread safe: one assignment replaces both."""

    def __init__(self, answers: Counted) -> None:
        self._answers = answers
        self._known: tuple[str, CoverageResponse] | None = None

    def __call__(self) -> CoverageResponse:
        live = self._answers.snapshot().id
        known = self._known
        if known is None or known[0] != live:
            self._known = known = (live, self._answers.coverage())
        return known[1]


def coverage_of(cards: Sequence[DocumentCard]) -> CoverageResponse:
    """Years run without gaps from the first to the last; other facets go from the most to the least frequent."""
    records = [card.record for card in cards]
    return CoverageResponse(
        documents=len(cards),
        undated=sum(record.published is None for record in records),
        digests=sum(record.digest for record in records),
        years=_years(record.published.value for record in records if record.published),
        publishers=_counted(record.publisher for record in records),
        source_types=_counted(record.source_type for record in records),
        topics=_counted(topic for record in records for topic in record.topics or (UNKNOWN,)),
        languages=_counted(card.language for card in cards),
        suggested_questions=suggested({card.id for card in cards}),
    )


def suggested(held: set[str]) -> list[SuggestedOut]:
    """The questions that ship with the library, less those whose document is not held."""
    return [SuggestedOut(text=text, language=language) for text, language, source in _shipped() if source in held]


def _years(dates: Iterable[str]) -> list[CountOut]:
    counts = Counter(int(value[:4]) for value in dates)
    span = range(min(counts), max(counts) + 1) if counts else ()
    return [CountOut(value=str(year), documents=counts[year]) for year in span]


def _counted(values: Iterable[str]) -> list[CountOut]:
    counts = Counter(value for value in values if value != UNKNOWN)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    return [CountOut(value=value, documents=count) for value, count in ordered]


@cache
def _shipped() -> list[tuple[str, str, str]]:
    rows = json.loads(Path(__file__).with_name("suggested.json").read_text(encoding="utf-8"))
    return [(row["text"], row["language"], row["document_id"]) for row in rows]
