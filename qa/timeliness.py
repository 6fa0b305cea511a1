"""What is the time that a question asks about worth to a document and to a sentence? A bonus, never a filter. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.document import Dated, Record
from corpus.metadata import date_interval
from corpus.relative_dates import event_dates

from .timeframe import RELATIVE, Timeframe, any_overlaps

_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)")
_DIGIT = re.compile(r"\d")
_AFTER = 10_000  # a year later in yyyymmdd: reports on a time appear in it or within the year that follows
_LATER = 0.5  # worth of such a report


def passage_bonus(frames: Sequence[Timeframe], record: Record, text: str) -> float:
    """0 to 1: half for a text that names a year asked for, half for one published then; 0 when no time is asked for."""
    if not frames:
        return 0.0
    years = {int(year) * 10_000 for year in _YEAR.findall(text)}
    named = any(any_overlaps(frames, year + 101, year + 1231) for year in years)
    return 0.5 * named + 0.5 * published_bonus(frames, record)


def published_bonus(frames: Sequence[Timeframe], record: Record) -> float:
    """1 for a document published in the time asked for, .5 within the year after it, else 0."""
    if record.published is None:
        return 0.0
    first, last = date_interval(record.published.value)
    if any_overlaps(frames, first, last):
        return 1.0
    return _LATER if any_overlaps(frames, first - _AFTER, last) else 0.0


def sentence_bonus(frames: Sequence[Timeframe], record: Record, text: str) -> float:
    """1 for a sentence that dates something in the time asked for, -1 for one that dates things in other times only;
    what no date stands in happened when the document was published, which is worth half as much. 0 when no time is
    asked for."""
    if not frames:
        return 0.0
    intervals = _intervals(text, record.published)
    if any(any_overlaps(frames, first, last) for first, last in intervals):
        return 1.0
    return -1.0 if intervals else 0.5 * published_bonus(frames, record)


@lru_cache(maxsize=4_000)  # of the sentences that many questions find
def _intervals(text: str, published: Dated | None) -> tuple[tuple[int, int], ...]:
    if not (_DIGIT.search(text) or RELATIVE.search(text)):
        return ()  # reading dates costs ten times as much as looking for any
    return tuple(date_interval(one.value) for one in event_dates(text, published))
