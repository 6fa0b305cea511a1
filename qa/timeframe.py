"""What time does a question ask about: "in the first seven months of 2024", "after Crocus", "лет десять назад"? Pure.

Each frame is an interval of days with the question's own words and its basis: stated in the question, relative to the
day it is asked on, or an event of the table. `qa/timeliness.py` says what a frame is worth to a document or a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from corpus.dates import MONTH, find_dates, month_number
from corpus.document import Dated, Span
from corpus.events import Events
from corpus.metadata import date_interval
from corpus.relative_dates import event_dates

FrameBasis = Literal["stated", "relative", "event"]


@dataclass(frozen=True, slots=True)
class Timeframe:
    """First and last day as yyyymmdd, None where the question sets no bound; not both None. `found`: its words."""

    found: str
    first: int | None
    last: int | None
    basis: FrameBasis


@dataclass(frozen=True, slots=True)
class _Part:
    span: Span
    first: int
    last: int | None
    basis: FrameBasis = "stated"
    closed: bool = False  # a range: the word before it belongs to it


_NUMBER_WORDS = (
    "one|один одного первый первого|як", "two|два двух|ду", "three|три трёх трех|се",
    "four|четыре четырёх четырех|чор чаҳор",
    "five|пять пяти|панҷ", "six|шесть шести|шаш", "seven|семь семи|ҳафт", "eight|восемь восьми|ҳашт",
    "nine|девять девяти|нӯҳ", "ten|десять десяти|даҳ", "eleven|одиннадцать одиннадцати|ёздаҳ",
    "twelve|двенадцать двенадцати|дувоздаҳ",
)  # fmt: skip
_NUMBERS = {word: n for n, words in enumerate(_NUMBER_WORDS, 1) for word in words.replace("|", " ").split()}
_NUMBERS |= {
    "пятнадцать": 15,
    "пятнадцати": 15,
    "двадцать": 20,
    "двадцати": 20,
    "fifteen": 15,
    "twenty": 20,
    "бист": 20,
}
_N = r"(?P<n>\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OF = r"[\s,]{1,2}(?:of\s|in\s|соли\s|дар соли\s)?"
_IGNORE = re.IGNORECASE
_MONTH_RANGE = re.compile(
    rf"\b(?P<one>{MONTH})\s?(?:[-–—]|to|through|and|по|до|и|то|ва)\s?(?P<two>{MONTH}){_OF}{_YEAR}", _IGNORE
)
_YEAR_RANGE = re.compile(
    r"\b(?P<one>(?:19|20)\d\d)\s?(?:[-–—]|(?:год[а-я]*\s)?(?:to|and|through|по|до|то|и|ва)\s(?:соли\s)?)\s?"
    r"(?P<two>(?:19|20)\d\d)\b", _IGNORE
)  # fmt: skip
_FIRST_MONTHS = re.compile(
    rf"\b(?:(?:the\s)?first\s{_N}\smonths{_OF}{_YEAR}|(?:перв[а-я]+\s)?{_N.replace('<n>', '<m>')}\sмесяц[а-я]*\s"
    rf"{_YEAR.replace('<year>', '<jahr>')}|{_N.replace('<n>', '<k>')}\sмоҳи\s(?:аввали\s|нахусти\s)?соли\s"
    rf"{_YEAR.replace('<year>', '<sol>')})",
    _IGNORE,
)
_HALF = re.compile(
    rf"\b(?:(?P<en>first|second)\shalf|(?P<ru>перв|втор)[а-я]+\s(?:полугоди|половин)[а-я]+|"
    rf"ним(?:соли?|аи?|солаи?)\s(?P<tg>аввал|якум|дуюм|дуввум)и?){_OF}(?:год[а-я]\s)?{_YEAR}",
    _IGNORE,
)
_DECADE = re.compile(
    r"\b(?:19(?P<tens>\d)0s|(?P<tens2>\d)0-?[ех]*\sгод[а-я]*|солҳои\s(?P<tens3>\d)0-?ум|"
    r"(?P<word>nineties|eighties|девяностых|девяностые|восьмидесятых|навадум))\b", _IGNORE
)  # fmt: skip
_AGO = re.compile(
    rf"\b(?:{_N}\syears?\sago|{_N.replace('<n>', '<m>')}\s(?:лет|года?)\s(?:тому\s)?назад|"
    rf"лет\s{_N.replace('<n>', '<about>')}\s(?:тому\s)?назад|{_N.replace('<n>', '<k>')}\sсоли?\s(?:пеш|муқаддам))\b",
    _IGNORE,
)
_RECENT = re.compile(
    rf"\b(?:(?:last|past)\s{_N}\syears|последни[а-я]+\s{_N.replace('<n>', '<m>')}\s(?:лет|года?)|"
    rf"{_N.replace('<n>', '<k>')}\sсоли\s(?:охир|гузашта))\b",
    _IGNORE,
)
_AFTER = "since|after|following|после|пас аз|баъд аз|баъди"
_FROM = re.compile(rf"\b(?:{_AFTER}|from|начиная с|со?|аз)\s(?:the\s|соли\s|моҳи\s)?$", _IGNORE)
_AFTER_EVENT = re.compile(rf"\b(?:{_AFTER})\s(?:the\s)?$", _IGNORE)
_UNTIL = re.compile(
    r"\b(?:before|until|till|by|up to|prior to|до|перед|к|то|пеш аз|қабл аз)\s(?:the\s|соли\s|моҳи\s)?$", _IGNORE
)
# "The 2013 agreement", "соглашение 2013 года", "қонуни соли 2013"
_THE = re.compile(r"\b(?:the|this|an?)\s$", _IGNORE)
_NOUN = re.compile(r"(?:'s)?\s(?!(?:and|is|to|was|were)\b)[a-z]", _IGNORE)
_OF_A_THING = re.compile(
    r"\b(?:соглашени|закон|договор|доклад|отчёт|отчет|опрос|перепис|исследовани|қонун|шартнома|созишнома|гузориш)\w*\s"
    r"(?:от\s|соли\s)?$", _IGNORE
)  # fmt: skip
_BEFORE_A_TIME = r"\s*(?:\b(?:in|as of|for|during|on|в|на|за|дар)\s+)?(?:(?:the )?year\s+)?(?:(?:моҳи|соли)\s+)*"
_BEHIND_A_TIME = r"(?:-\w{1,2}\b)?(?:\s?(?:год\w*|г\.))?"
# Any word that a relative time holds; most questions hold none.
RELATIVE = re.compile(
    r"ago\b|last|past|this|next|previous|current|today|yesterday|назад|прошл|минувш|последни|эт(?:ого|от|ом)|нынешн|текущ|"
    r"следующ|будущ|сегодня|вчера|пеш|муқаддам|гузашта|охир|пор|имсол|ҷорӣ|равон|оянда|ҳамин|имрӯз|дирӯз|дина", _IGNORE
)  # fmt: skip
_MONTH_WORD = re.compile(rf"\b{MONTH}", _IGNORE)
_YEAR_WORD = re.compile(r"year|год|сол|имсол|порсол", _IGNORE)


def timeframes(text: str, today: date | None, events: Events) -> tuple[Timeframe, ...]:
    """The times that `text` asks about, in order; relative ones only where `today` is given."""
    taken: list[_Part] = []
    for part in _parts(text, today, events):
        if not any(part.span.start < other.span.end and other.span.start < part.span.end for other in taken):
            taken.append(part)
    return tuple(_bounded(text, part) for part in sorted(taken, key=lambda one: one.span))


def _bounded(text: str, part: _Part) -> Timeframe:
    """The interval itself, or all that comes after or before it when the words before it say so."""
    before, span, event = text[: part.span.start], part.span, part.basis == "event"
    frame = Timeframe(span.slice(text), part.first, part.last, part.basis)
    if part.closed:
        return frame
    if match := (_AFTER_EVENT if event else _FROM).search(before):
        first = part.last or part.first if event else part.first
        return replace(frame, found=text[match.start() : span.end], first=first, last=None)
    if match := _UNTIL.search(before):
        last = part.first if event else part.last
        return replace(frame, found=text[match.start() : span.end], first=None, last=last)
    return frame


def _parts(text: str, today: date | None, events: Events) -> Iterator[_Part]:
    """All readings, the widest kinds first."""
    yield from _ranges(text)
    yield from _parts_of_years(text)
    for event in events.find(text):
        start = text.index(event.found)
        yield _Part(Span(start, start + len(event.found)), event.first, event.last, "event")
    for match in _DECADE.finditer(text):
        tens = _first_group(match, "tens", "tens2", "tens3")
        decade = 1900 + 10 * (int(tens) if tens else 8 if match["word"][0].lower() in "eв" else 9)
        yield _Part(Span(*match.span()), decade * 10_000 + 101, (decade + 9) * 10_000 + 1231)
    for one in find_dates(text):
        yield _Part(one.span, *date_interval(one.value))
    if today is not None and RELATIVE.search(text):
        yield from _relative(text, today)


def _ranges(text: str) -> Iterator[_Part]:
    for match in _MONTH_RANGE.finditer(text):
        first, last = (date_interval(f"{match['year']}-{month_number(match[key]):02}") for key in ("one", "two"))
        yield _Part(Span(*match.span()), first[0], last[1], closed=True)
    for match in _YEAR_RANGE.finditer(text):
        yield _Part(Span(*match.span()), date_interval(match["one"])[0], date_interval(match["two"])[1], closed=True)


def _parts_of_years(text: str) -> Iterator[_Part]:
    for match in _FIRST_MONTHS.finditer(text):
        year = _first_group(match, "year", "jahr", "sol")
        months = min(12, _number(_first_group(match, "n", "m", "k")))
        yield _Part(Span(*match.span()), int(year) * 10_000 + 101, date_interval(f"{year}-{months:02}")[1])
    for match in _HALF.finditer(text):
        first = _first_group(match, "en", "ru", "tg").lower() in ("first", "перв", "аввал", "якум")
        bounds = (101, 630) if first else (701, 1231)
        first_day, last_day = (int(match["year"]) * 10_000 + day for day in bounds)
        yield _Part(Span(*match.span()), first_day, last_day)


def _relative(text: str, today: date) -> Iterator[_Part]:
    for match in _AGO.finditer(text):
        year = today.year - _number(_first_group(match, "n", "m", "k", "about"))
        about = 1 if match["about"] else 0
        yield _Part(Span(*match.span()), (year - about) * 10_000 + 101, (year + about) * 10_000 + 1231, "relative")
    for match in _RECENT.finditer(text):
        year = today.year - _number(_first_group(match, "n", "m", "k"))
        yield _Part(Span(*match.span()), year * 10_000 + 101, int(today.strftime("%Y%m%d")), "relative")
    for event in event_dates(text, Dated(today.isoformat(), "stated")):
        words = event.span.slice(text)
        # "7 October" alone is a day of some year, not of this one
        if event.basis == "inferred" and (_YEAR_WORD.search(words) or not _MONTH_WORD.search(words)):
            yield _Part(event.span, *date_interval(event.value), "relative")


def _first_group(match: re.Match[str], *names: str) -> str:
    return next((match[name] for name in names if match[name]), "")


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def overlaps(frame: Timeframe, first: int, last: int) -> bool:
    """Do the days from `first` to `last` share one with the frame?"""
    return (frame.last is None or first <= frame.last) and (frame.first is None or last >= frame.first)


def tells_which(frame: Timeframe, text: str) -> bool:
    """Does it tell in `text` which thing is meant, "the 2013 agreement", rather than when what is asked for was?"""
    before, _, after = text.partition(frame.found)
    return bool((_THE.search(before) and _NOUN.match(after)) or _OF_A_THING.search(before))


def without_the_present(text: str, frames: Iterable[Timeframe], today: date | None) -> str:
    """`text` without stated times of the year that it is asked in: a rule is asked for as it stands now, and the texts
    that tell it are older. "The 2026 law" stays."""
    if today is None:
        return text
    for frame in frames:
        within = all(day is not None and day // 10_000 == today.year for day in (frame.first, frame.last))
        if frame.basis == "stated" and within and not tells_which(frame, text):
            named = _BEFORE_A_TIME + re.escape(frame.found) + _BEHIND_A_TIME
            text = re.sub(named, "", text, count=1, flags=_IGNORE).lstrip(" ,")
    return text


def any_overlaps(frames: Iterable[Timeframe], first: int, last: int) -> bool:
    return any(overlaps(frame, first, last) for frame in frames)
