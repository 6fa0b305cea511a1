"""Dates that a text leaves to its reader: "in May of this year", "October 7", "в прошлом году", "соли гузашта". Pure.

They are resolved against the date of publication and only as exactly as that date allows: against a bare year
"October 7" stays open, for it may be the year before. What is written out in full is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.announcements import is_announced
from corpus.dates import MONTH, MONTHS, calendar_date, find_dates, may_name_month, month_number
from corpus.document import Basis, Dated, Span

AHEAD = 45  # days; texts announce events a few weeks ahead by day and month, later ones with their year
BEHIND = 45  # days; what a sentence announces may have begun so long before it was published
YEAR = 365  # days


def _compiled(*table: tuple[int, str]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Whole words only. Texts have many sentences: putting patterns together for each took longer than looking."""
    return tuple((shift, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for shift, words in table)


def _any_of(*tables: tuple[tuple[int, re.Pattern[str]], ...]) -> re.Pattern[str]:
    """Most sentences hold none of the words: one pattern says so in the time of two of them."""
    return re.compile("|".join(pattern.pattern for table in tables for _, pattern in table), re.IGNORECASE)


_MONTHLY = rf"(?:(?P<day>\d{{1,2}})(?:-?(?:ум|юм)и?)?\s)?(?:моҳи\s)?(?P<name>{MONTH})"
_THIS = (
    r"(?:of\s)?this year|(?:этого|нынешнего|текущего|сего) года|с\.\s?г\.|(?:и\s)?(?:соли ҷорӣ|"
    r"соли равон|ҳамин сол|имсол)"
)
_LAST = (
    r"(?:of\s)?last year|(?:of the\s)?previous year|прошлого года|минувшего года|(?:и\s)?(?:соли гузашта|порсол|пор)"
)
_NEXT = r"(?:of\s)?next year|(?:следующего|будущего) года|(?:и\s)?соли оянда"
_YEARS = _compiled(
    (
        0,
        r"this year|in the current year|в (?:этом|нынешнем|текущем) году|(?:этого|нынешнего|"
        r"текущего) года|имсол|соли ҷорӣ|соли равон|дар ҳамин сол",
    ),
    (-1, r"last year|в (?:прошлом|минувшем) году|прошлого года|прошлым годом|соли гузашта|порсол"),
    (-2, r"the year before last|в позапрошлом году"),
    (1, r"next year|в (?:следующем|будущем) году|соли оянда"),
)
_MONTHS_AGO = _compiled(
    (0, r"this month|в этом месяце|этого месяца|ҳамин моҳ|моҳи ҷорӣ"),
    (-1, r"last month|в прошлом месяце|прошлого месяца|моҳи гузашта"),
)
_DAYS = _compiled(
    (0, r"today|сегодня|имрӯз"),
    (-1, r"yesterday|вчера|дирӯз|дина"),
)
_WEEKDAYS = _compiled(*enumerate((
    "on monday|в понедельник", "on tuesday|во вторник|рӯзи сешанбе", "on wednesday|в среду|рӯзи чоршанбе",
    "on thursday|в четверг|рӯзи панҷшанбе", "on friday|в пятницу|рӯзи ҷумъа", "on saturday|в субботу|рӯзи шанбе",
    "on sunday|в воскресенье|рӯзи якшанбе",
)))  # fmt: skip
_ANY_YEAR, _ANY_DAY = _any_of(_YEARS), _any_of(_DAYS, _WEEKDAYS)
_MONTHS_OF_YEARS = tuple(
    (shift, re.compile(pattern, re.IGNORECASE))
    for shift, words in ((0, _THIS), (-1, _LAST), (1, _NEXT))
    for pattern in (
        rf"\b{_MONTHLY},?\s?(?:{words})\b",
        rf"\b(?P<name>{MONTH})\s(?P<day>\d{{1,2}})(?!\d),?\s(?:{words})\b",
    )
)
_YEARLY = re.compile("|".join((_THIS, _LAST, _NEXT)), re.IGNORECASE)  # the half of those that is quickly looked for
# "mid-January 1,930 people", "in January 15 people", "в январе 15 тысяч": no day follows such a month.
_ENGLISH_MONTH = "(?:" + "|".join(word for word in MONTHS if word.isascii()) + r")\b\.?"
_DAY_OF_MONTH = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?(?:ум|юм)и?)?\s(?:of\s)?(?P<name>{MONTH})|"
    rf"(?<!\bin\s)(?<!mid-)(?<!\bmid\s)(?<!\blate\s)(?<!\bearly\s)(?P<name2>{_ENGLISH_MONTH})\s"
    r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?![.,]\d{1,3}(?!\d)))(?![\d\w%])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventDate:
    """`span` counts from the start of the text that was given. `basis` is stated (written out) or inferred."""

    span: Span
    value: str
    basis: Basis


def event_dates(text: str, published: Dated | None) -> list[EventDate]:
    """The dates that `text` speaks of, in order; relative ones only where `published` is known."""
    found = [EventDate(one.span, one.value, "stated") for one in find_dates(text)]
    if published is not None and published.basis != "unknown":
        for rule in _RULES:
            for event in rule(text, published.value):
                if not any(_overlap(event.span, other.span) for other in found):
                    found.append(event)
    return sorted(found, key=lambda event: event.span)


def _overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def _inferred(match: re.Match[str], value: str) -> Iterator[EventDate]:
    if value:
        yield EventDate(Span(match.start(), match.end()), value, "inferred")


def _year_of(published: str) -> int:
    return int(published[:4])


def _months_of_years(text: str, published: str) -> Iterator[EventDate]:
    """ "in May of this year", "7 октября прошлого года"."""
    if not may_name_month(text) or not _YEARLY.search(text):
        return
    for shift, pattern in _MONTHS_OF_YEARS:
        for match in pattern.finditer(text):
            day = int(match.group("day")) if match.group("day") else None
            yield from _inferred(
                match, calendar_date(_year_of(published) + shift, month_number(match.group("name")), day)
            )


def _days_of_months(text: str, published: str) -> Iterator[EventDate]:
    """ "October 7", "7 октября": the last such day that is not far ahead of the day of publication; where the sentence
    announces it, the first that is not far behind.
    """
    if published.count("-") < 2 or not may_name_month(text):
        return
    for match in _DAY_OF_MONTH.finditer(text):
        ahead = YEAR - BEHIND if is_announced(text, Span(*match.span())) else AHEAD
        limit = date.fromisoformat(published) + timedelta(days=ahead)
        day = int(match.group("day") or match.group("day2"))
        month = month_number(match.group("name") or match.group("name2"))
        value = calendar_date(limit.year, month, day)
        if not value or date.fromisoformat(value) > limit:
            value = calendar_date(limit.year - 1, month, day)
        yield from _inferred(match, value)


def _whole_years(text: str, published: str) -> Iterator[EventDate]:
    for shift, pattern in _YEARS if _ANY_YEAR.search(text) else ():
        for match in pattern.finditer(text):
            yield from _inferred(match, calendar_date(_year_of(published) + shift))


def _whole_months(text: str, published: str) -> Iterator[EventDate]:
    if published.count("-") < 1:
        return
    for shift, pattern in _MONTHS_AGO:
        years, month = divmod(int(published[5:7]) - 1 + shift, 12)
        for match in pattern.finditer(text):
            yield from _inferred(match, calendar_date(_year_of(published) + years, month + 1))


def _near_days(text: str, published: str) -> Iterator[EventDate]:
    """ "yesterday", "on Monday": the last such day up to the day of publication."""
    if published.count("-") < 2 or not _ANY_DAY.search(text):
        return
    day = date.fromisoformat(published)
    back = [*_DAYS, *((-((day.weekday() - index) % 7), pattern) for index, pattern in _WEEKDAYS)]
    for shift, pattern in back:
        for match in pattern.finditer(text):
            yield from _inferred(match, (day + timedelta(days=shift)).isoformat())


_RULES: tuple[Callable[[str, str], Iterator[EventDate]], ...] = (
    _months_of_years, _days_of_months, _whole_years, _whole_months, _near_days,
)  # fmt: skip
