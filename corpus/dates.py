"""Dates written out in English, Russian and Tajik -> `2011`, `2011-08` or `2011-08-25`. Pure.

Only what is written counts: "04/09/2013" can be April or September, so it gives the year. A day that the calendar
does not have ("January 34, 2023") is no date at all.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.document import Span

FOREIGN_MAX = 40  # characters of a date with its weekday and time
FIRST_YEAR, LAST_YEAR = 1800, 2100  # years outside are quantities, codes or slips

_MONTH_WORDS = (
    "january jan|январь января январе янв январ январи",
    "february feb|февраль февраля феврале фев февр феврал феврали",
    "march mar|март марта марте мар марти",
    "april apr|апрель апреля апреле апр апрел апрели",
    "may|май мая мае майи маи",
    "june jun|июнь июня июне июн июни",
    "july jul|июль июля июле июл июли",
    "august aug|август августа августе авг августи",
    "september sept sep|сентябрь сентября сентябре сент сен сентябр сентябри",
    "october oct|октябрь октября октябре окт октябр октябри",
    "november nov|ноябрь ноября ноябре ноя нояб ноябр ноябри",
    "december dec|декабрь декабря декабре дек декабр декабри",
)
MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.replace("|", " ").split()}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
# What stands in every word of a month, and few other words: looking for it costs a hundredth of trying all of them.
_MONTH_PARTS = tuple(sorted({word[:3] for word in MONTHS}))
_DAY = r"(?<![\d.,:/])(?P<day>\d{1,2})(?:st|nd|rd|th|-?го|-?(?:ум|юм)и?|-и)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?![\d%]|[.,]\d)"
_OF_YEAR = rf"[,.]?\s{{0,3}}(?:(?:of|соли)\s{{1,3}})?{_YEAR}"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d-])(?P<year>(?:1[89]|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])",
        r"(?<![\d/])(?P<year>(?:1[89]|20)\d\d)/(?P<month>\d\d)/(?P<day>\d\d)(?![\d/])",
        r"(?<![\d/])(?P<year>(?:1[89]|20)\d\d)/(?P<month>0[1-9]|1[0-2])(?![\d/])",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>(?:1[89]|20)\d\d)(?!\d|\.\d)",
        r"(?<![\d/])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>(?:1[89]|20)\d\d)(?![\d/])",
        rf"{_DAY}[\s-]{{1,3}}(?:of\s{{1,3}})?(?P<name>{MONTH})[\s-]{{0,3}}{_OF_YEAR}",
        rf"\b(?P<name>{MONTH})\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s{{1,3}}{_YEAR}",
        rf"\b(?P<name>{MONTH}){_OF_YEAR}",
        r"(?<![\d.,:/№-])(?P<year>(?:1[89]|20)\d\d)(?![\d%:/]|[.,]\d)",
    )
)
_FOREIGN = re.compile(r"\W*(?:[^\W\d]+\W+){0,2}\d{1,2}(?:\W{1,2}|er\s)[^\W\d]{3,}\W+(?:1[89]|20)\d\d\b")
_ANY_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_MEASURED = re.compile(
    r"\s(?:рубл(?:ей|я)|долларов|евро|сомони|человека?|граждан|мигрантов|км|кг|тонн|гектаров|km|kg|сомонӣ|доллар)(?!\w)",
    re.IGNORECASE,
)
_COUNTED = re.compile(  # "in 2015 people left": a word before the year says that it is one
    r"\s(?:people|persons|men|women|children|workers|migrants|students|passengers|citizens|families|"
    r"dollars|euros|roubles|rubles|somoni|нафар)\b",
    re.IGNORECASE,
)
_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|by|until|till|from|after|before|of|to|constant|year|дар|соли|то)\s$", re.IGNORECASE
)
_COUNTER = re.compile(
    r"\b(?:views?|hits|reads|visits|visitors|downloads|просмотр\w*|прочтени\w*|посещени\w*|скачиван\w*|"
    r"тамошо\w*|хониш\w*|боздид\w*)\s?[:–-]\s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    span: Span
    value: str


def find_dates(text: str) -> list[FoundDate]:
    """Every date that names its year, in order; the longest reading of a place wins, overlaps are left out."""
    if not _ANY_YEAR.search(text):
        return []
    taken: list[FoundDate] = []
    covered: set[int] = set()
    for form in _FORMS:
        for match in form.finditer(text):
            places = range(match.start(), match.end())
            if covered.isdisjoint(places):
                covered.update(places)
                taken += _read(match)
    return sorted(taken, key=lambda found: found.span)


def may_name_month(text: str) -> bool:
    """False only where no word of a month stands in `text`."""
    folded = text.casefold()
    return any(part in folded for part in _MONTH_PARTS)


def first_date(text: str) -> str:
    """The first of the most exact dates in `text`; "" when there is none."""
    return max((found.value for found in find_dates(text)), key=lambda value: value.count("-"), default="")


def labelled_date(text: str) -> str:
    """The date of a value that a label announces as one; languages beyond our three by dateparser. "" when none."""
    found = first_date(text)
    if len(text) > FOREIGN_MAX or found.count("-") or not _FOREIGN.match(text):
        return found
    import dateparser

    parsed = dateparser.parse(text, settings={"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]})
    return parsed.date().isoformat() if parsed else found


def calendar_date(year: int, month: int | None = None, day: int | None = None) -> str:
    """The date as text; "" when the calendar does not have it."""
    if not FIRST_YEAR <= year <= LAST_YEAR or (month is not None and not 1 <= month <= 12):
        return ""
    if day is not None and month is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return ""
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])


def month_number(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def _read(match: re.Match[str]) -> Iterator[FoundDate]:
    parts = match.groupdict()
    month = month_number(parts["name"]) if parts.get("name") else int(parts.get("month") or 0) or None
    day = int(parts.get("day") or 0) or None
    if parts.get("one"):
        day, month = _slashed(int(parts["one"]), int(parts["two"]))
    value = calendar_date(int(parts["year"]), month, day)
    if value and not (len(value) == 4 and _is_amount(match)):
        yield FoundDate(Span(match.start(), match.end()), value)


def _is_amount(match: re.Match[str]) -> bool:
    """ "1950 рублей", "1874 people", "Views: 1874"; but "in 2015 people left"."""
    before, text, end = match.string[max(0, match.start() - 20) : match.start()], match.string, match.end()
    if _COUNTER.search(before) or _MEASURED.match(text, end):
        return True
    return bool(_COUNTED.match(text, end)) and not _BEFORE_YEAR.search(before)


def _slashed(one: int, two: int) -> tuple[int | None, int | None]:
    """Day and month of 25/08 and 08/25; neither where both orders are possible and differ."""
    if one > 12 or one == two:
        return one, two
    if two > 12:
        return two, one
    return None, None
