"""What is the time that a question asks about worth to a document and to a sentence? A bonus, never a filter. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.document import Dated, Record
from corpus.events import Events
from corpus.metadata import date_interval
from corpus.relative_dates import event_dates

from .timeframe import RELATIVE, Timeframe, any_overlaps, timeframes

_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)")
_DIGIT = re.compile(r"\d")
_AFTER = 10_000  # a year later in yyyymmdd: reports on a time appear in it or within the year that follows
_MONTH = 100  # days of one month in yyyymmdd lie nearer than this
_LATER = 0.5  # worth of such a report
_FIRST_DAY, _LAST_DAY = 0, 9999_12_31  # of a time without that bound
_NO_EVENTS = Events({})
_AMOUNT = re.compile(
    r"[$€£]\s?\d{4}\b|"
    r"(?<!\b(?:in|of|by|to)\s)(?<!\bsince\s)(?<!\bсоли\s)(?<!\b[вск]\s)(?<!\bдо\s)"
    r"\b2000\b(?=\s(?!год|and\b|the\b|was\b)\w{3})"
)
# "More than in 2023", "up from 2023": what is told is set against that year, and happened in another.
_SINCE_OR_SPANNED = r"(?!\s?(?:to|until|till|through|[-–—])\s?\d|\s(?:on|onwards?)\b)"
_SET_AGAINST = re.compile(
    r"\b(?:than|compare[ds]? (?:with|to)|чем|по сравнению с|нисбат ба|дар муқоиса бо)\b[^,.;]{0,40}?\b(?:19|20)\d\d\b|"
    r"\b(?:spike|jump|surge|rise|increase|growth|drop|decline|fall|up|down)\b[^,.;]{0,20}?"
    rf"\b(?:from|on|over|against) (?:the same \w+ (?:of|in) )?(?:19|20)\d\d\b{_SINCE_OR_SPANNED}|"
    r"\b(?:above|below|over|under) the (?:19|20)\d\d(?= (?:average|figure|level|mark|number|total)\b)|"
    r"\bуровн\w+ (?:19|20)\d\d\b|"  # not "к 2023 году": by then
    r"\bаз соли (?:19|20)\d\d\b(?= (?:\w+ )?(?:зиёд|кам)(?:тар)?\b(?! аз))",  # not "аз соли 2023 зиёда аз": since
    re.I,
)


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
    intervals = _times(text, record.published)
    if any(any_overlaps(frames, first, last) for first, last in intervals):
        return 1.0
    return -1.0 if intervals else 0.5 * published_bonus(frames, record)


def tells_of_another_time(frames: Sequence[Timeframe], record: Record, text: str, around: str, sourced: bool) -> bool:
    """Can a sentence not tell of the time asked for? It sets what it tells against that time; or it dates things in
    other times only, or its document was published before, and nothing in `around`, its passage behind title and
    headings, is of that time.

    `sourced`: asked for is what a source says, and its time may be that of saying so. A day or month of publication
    dates what is reported only where the question asks for no longer a time. Only stated times count: where an event
    ends, or what "recently" is, a question leaves open.
    """
    asked = [frame for frame in frames if frame.basis == "stated"]
    if not asked or (sourced and published_bonus(asked, record) == 1.0):
        return False
    told = _events(asked, record, text)
    too_early = record.published is not None and all(
        frame.first is not None and date_interval(record.published.value)[1] < frame.first for frame in asked
    )
    if any(any_overlaps(asked, *one) for one in told):
        return False
    if is_set_against(asked, text):
        return True
    return (bool(told) or too_early) and not any(any_overlaps(asked, *one) for one in _events(asked, record, around))


def is_set_against(frames: Sequence[Timeframe], text: str) -> bool:
    """Does `text` only compare with the times of the frames, "more than in 2010"? A frame that goes beyond a year holds
    what is compared as well."""
    years = {int(match.group()[-4:]) for match in _SET_AGAINST.finditer(text)}
    return all(day is not None and day // 10_000 in years for frame in frames for day in (frame.first, frame.last))


def _events(frames: Sequence[Timeframe], record: Record, text: str) -> list[tuple[int, int]]:
    """The times of `text`, without that of its own publication and those that it is only set against."""
    intervals = _times(_SET_AGAINST.sub(" ", _AMOUNT.sub(" ", text)), record.published)
    if record.published is None:
        return list(intervals)
    day, last = date_interval(record.published.value)
    return [
        (start, end)
        for start, end in intervals
        if not (start <= day and last <= end and end - start < _MONTH) or _is_asked_for(start, end, frames)
    ]


def _is_asked_for(start: int, end: int, frames: Sequence[Timeframe]) -> bool:
    """Does the question ask for a month, or less, that holds this day?"""
    bounds = ((frame.first or _FIRST_DAY, frame.last or _LAST_DAY) for frame in frames)
    return any(first <= start and end <= last and last - first < _MONTH for first, last in bounds)


@lru_cache(maxsize=4_000)  # of the sentences that many questions find
def _times(text: str, published: Dated | None) -> tuple[tuple[int, int], ...]:
    """Its dates, ranges and decades; what it says began then, or held until then, is open to that side."""
    if not (_DIGIT.search(text) or RELATIVE.search(text)):
        return ()  # reading dates costs ten times as much as looking for any
    relative = [date_interval(one.value) for one in event_dates(text, published) if one.basis == "inferred"]
    stated = timeframes(text, None, _NO_EVENTS)
    return (*relative, *((time.first or _FIRST_DAY, time.last or _LAST_DAY) for time in stated))
