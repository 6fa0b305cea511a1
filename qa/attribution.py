"""Whose text is asked of: "according to the 2011 IWPR piece", "по данным HRW", "дар гузориши FIDH"? Pure.

A document tells that, hardly any of its sentences: what is sought is looked for without these words, and the texts of
that source, or of that date, are preferred, never the only ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.dates import MONTH, find_dates
from corpus.document import Record
from corpus.metadata import date_interval
from corpus.outlets import outlets_in

from .timeframe import Timeframe
from .timeliness import published_bonus

_LEAST = 3  # words that are left to ask something
_NAMED = 0.5  # worth of a text that names the source, or the year, and is another's
_AND = re.compile(r"(?<!\w)(?:and|or|than|и|или|а|чем|ва|ё)\W*$", re.IGNORECASE)
_OUTLET = "\ue000"  # each letter of a known name, while phrases are looked for
_NAME = rf"[«“\"(]?{_OUTLET}+[»”\")]?"
_NAMES = rf"{_NAME}(?:(?:\s?/\s?|,\s(?:(?:and|и|ва)\s)?|\s(?:and|и|ва)\s|\s(?=\())(?:the\s)?{_NAME})*(?:\s\(\w+\))?"
_YEAR = r"(?:19|20)\d\d(?:-?[йм]\w{0,2})?(?:\sгод[а-я]*)?"
_WHEN = rf"(?:(?:моҳи\s)?(?:\d{{1,2}}\s)?{MONTH},?\s(?:of\s|соли\s)?)?(?:соли\s)?{_YEAR}"
_THEN = rf"(?:\s(?:(?:of|in|from|за|от|в|дар|аз)\s)?{_WHEN})?"
TEXT = r"(?:article|report|piece|story|paper|study|analysis|press[- ]release|release|statement|survey|ranking)"
_TEXT_RU = r"(?:стать|отч[её]т|доклад|публикаци|материал|пресс-релиз|заявлени|исследовани)[а-я]{0,3}"
_TEXT_TG = r"(?:мақола|гузориш|маърӯза|хабар|изҳорот|таҳқиқот)(?:и|аи|ҳои)?"
# What tells a source by itself; "by Reuters", "in Fergana", "из «Новой газеты»" only do with a word for a text.
_ENGLISH = r"(?:according to|as (?:told|reported|given|described) (?:by|in|to))"
_RUSSIAN = r"(?:по (?:данным|сведениям|информации)|согласно|как (?:пишет|сообщает|сообщил[аио]?))"
_TAJIK = r"(?:ба (?:гуфта|навишта|иттило|хабар)и|мувофиқи|мутобиқи|тибқи|аз рӯи)"
_IN = rf"(?:{_ENGLISH}|in|by|from)\s(?:the|an?|its)\s"
_IN_RU, _IN_TG = rf"(?:{_RUSSIAN}|в|по|из)\s", rf"(?:{_TAJIK}|дар)\s"
_ADJECTIVE = r"(?:(?!and\b|or\b)[a-z]+\s)"
_PHRASES = tuple(
    re.compile(rf"(?:,\s*|(?<!\s)\s+)?(?<!\w){phrase}(?!\w)", re.IGNORECASE)
    for phrase in (
        rf"{_IN}(?:{_YEAR}\s)?{_ADJECTIVE}?{_NAMES}(?:['’]s)?\s(?:{_YEAR}\s)?{TEXT}{_THEN}",
        rf"in\s(?:the\s)?{_NAMES}\sof\s{_WHEN}",
        rf"{_ENGLISH}\s(?:(?:the|an?)\s(?:{_YEAR}\s)?{_ADJECTIVE}?)?{_NAMES}{_THEN}",
        rf"{_IN}{_YEAR}\s{_ADJECTIVE}{{0,2}}{TEXT}",
        rf"{_IN}{TEXT}\s(?:of|from|in)\s{_WHEN}",
        rf"{_IN_RU}{_TEXT_RU}\s{_NAMES}{_THEN}",
        rf"{_RUSSIAN}\s(?:газет[а-я]+\s|агентств[а-я]+\s)?{_NAMES}{_THEN}",
        rf"{_IN_RU}{_TEXT_RU}\s(?:(?:за|от|в)\s)?{_WHEN}",
        rf"{_IN_TG}{_TEXT_TG}\s{_NAMES}{_THEN}",
        rf"{_TAJIK}\s{_NAMES}{_THEN}",
        rf"{_IN_TG}{_TEXT_TG}\s{_WHEN}",
    )
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The source asked of. `outlets`: known names of it; `published`: when its text appeared; one of them may be empty.
    `found`: the question's own words."""

    found: str
    outlets: frozenset[str] = frozenset()
    published: tuple[Timeframe, ...] = ()


def attributed(text: str) -> tuple[str, Attribution | None]:
    """What is sought, and of whom; the text as it is and None where it tells no source, or little else."""
    known = outlets_in(text)
    masked = text
    for start, end, _ in known:
        masked = masked[:start] + _OUTLET * (end - start) + masked[end:]
    match = next((match for phrase in _PHRASES if (match := phrase.search(masked)) and _stands_apart(match)), None)
    if match is None:
        return text, None
    phrase, after = text[match.start() : match.end()], text[match.end() :]
    rest = text[: match.start()] + (after[1:] if _is_aside(match) else after)
    rest = re.sub(r"\s+(?=[\s?.!,]|$)", "", rest).lstrip(" ,;:")
    if len(re.findall(r"\w+", rest)) < _LEAST:
        return text, None
    outlets = frozenset(name for start, _, name in known if match.start() <= start < match.end())
    dates = find_dates(phrase)
    published = tuple(Timeframe(one.span.slice(phrase), *date_interval(one.value), "stated") for one in dates)
    return rest, Attribution(phrase.strip(" ,"), outlets, published)


def _stands_apart(phrase: re.Match[str]) -> bool:
    """At the end of the question, before its first comma or between two; else, or behind "and", it may be of one of two
    things asked, or the beginning of something else."""
    before, after = phrase.string[: phrase.start()], phrase.string[phrase.end() :]
    if not before.strip():
        return after.startswith((",", ":"))
    return _is_aside(phrase) or (not after.strip(" ?.!") and not _AND.search(before))


def _is_aside(phrase: re.Match[str]) -> bool:
    return phrase.group().startswith(",") and phrase.string.startswith(",", phrase.end())


def worth(asked: Attribution | None, record: Record, text: str) -> float:
    """0 to 1, how far a document is what was asked of: of the source and of the date (half where `text` only names
    it); 0 when no source is asked of."""
    if asked is None:
        return 0.0
    shares = []
    if asked.outlets:
        own = asked.outlets & _outlets(f"{record.publisher} / {record.relayed_by}")
        shares.append(1.0 if own else _NAMED if asked.outlets & _outlets(text) else 0.0)
    if asked.published:
        named = any(year in text for one in asked.published for year in re.findall(r"\d{4}", one.found))
        shares.append(max(published_bonus(asked.published, record), _NAMED * named))
    return sum(shares) / len(shares)


@lru_cache(maxsize=4_000)  # a small corpus shows the same passages to many questions
def _outlets(text: str) -> frozenset[str]:
    return frozenset(name for *_, name in outlets_in(text))
