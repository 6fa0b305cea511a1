"""Does a sentence hold the kind of thing that is asked for: a figure, a time, a name, a reason? Pure word lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from corpus.dates import MONTH
from index.sound import sound
from index.tokenize import words

from .asking import Kind
from .figures import FigureKind, figures

_FIGURE = re.compile(
    r"\d+(?:[.,\s]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|dozens?|hundreds?|"
    r"thousands?|millions?|двое|трое|дв[ае]|три|четыре|пять|шесть|семь|восемь|девять|десять|половин\w*|трет\w|"
    r"десятк\w+|сотн\w+|тысяч\w*|миллион\w*|ду|се|чор|панҷ|шаш|ҳафт|ҳашт|нӯҳ|даҳ|нисф\w*|ҳазор\w*|даҳҳо|садҳо)\b",
    re.I,
)
_DATE = re.compile(
    rf"(?:\b\d{{1,2}}(?:-?(?:го|ум|юм)и?)?\s)?\b{MONTH}(?:\s\d{{1,2}}\b(?![.,]?\d))?(?:,?\s(?:19|20)\d\d)?|"
    r"(?<![\d.,$])\b(?:19|20)\d\d(?:[-–]\d\d(?:\d\d)?)?\b(?![.,]\d)",
    re.I,
)
_TIME = re.compile(rf"\b(?:19|20)\d\d\b|\b{MONTH}", re.I)
_NAME = re.compile(r"(?<!^)(?<![.!?…] )\b[A-ZА-ЯЁҲҚҒӢӮҶ][\w’'-]+")
_CAPITALS = re.compile(r"[A-ZА-ЯЁҲҚҒӢӮҶ][\w’'-]+")
_QUOTED = re.compile(r"[«“\"]")
_NO_NAME = re.compile(
    rf"{MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tajiks?$|russians?$|uzbeks?$|kyrgyz$|british|"
    r"(?:таджик|тоҷик)(?:ск\w{2,3}|[аеиоу]\w{0,2}|он\w{0,4}|)$|русск|росси[ий]ск|"
    r"(?:deputy|duma|embassy|federal|foreign|government|human|interior|minist(?:er|ry)|parliament|police|president|"
    r"rights|service|state|watch|министе?р(?:ство)?|мвд|мид|фмс)$",
    re.I,
)  # not what anybody asks the name of: days, peoples, offices
_REPORTS = re.compile(r"(?:hrw|iwpr|rfe|rl|asia-plus|азия)$", re.I)
_ASKS_WHO_REPORTS = re.compile(r"\b(?:outlet|newspaper|газет|издани|сми\b|рӯзнома|рузнома)", re.I)
_LETTERS = 4  # of two like sounds at least that are the same
_ENDS = 3  # letters of the longer one that may be an ending
_CAUSE = re.compile(
    r"\b(?:because|since|due to|owing|after|following|in response|as a result|in order|result\w*|so that|led to|"
    r"потому|поскольку|из-за|вследствие|после|в связи|в ответ|чтобы|зеро|барои он|бинобар|пас аз|дар натиҷа\w*)\b",
    re.I,
)
_SIGNS: Mapping[Kind, re.Pattern[str]] = {
    "count": _FIGURE, "when": _TIME, "who": _NAME, "where": _NAME, "why": _CAUSE
}  # fmt: skip


TYPED: frozenset[Kind] = frozenset(
    ("count", "when", "who", "where")
)  # kinds with a sign in every sentence that answers


def counted(text: str) -> frozenset[tuple[FigureKind, float]]:
    """The figures of `text` that are no dates; 30,000 and 30 thousand are one."""
    return frozenset(figure.key for figure in figures(_DATE.sub(" ", text)))


def holds_kind(kind: Kind, text: str, question: str = "") -> bool:
    """Does `text` hold a sign of `kind` that does not already stand in `question`? False for kind "other"."""
    return any(not _stands_in(sign, question) for sign in _signs(kind, text))


def names_another(text: str, question: str, around: str = "") -> bool:
    """Does `text` name anybody or anything that the question does not, in whatever spelling? A quoted word may do so.
    The first word does if it is all in capitals, or has one inside a sentence of `around` too."""
    if _QUOTED.search(text):
        return True
    asked = {sound(word) for word in words(question)}
    no_names = (_NO_NAME,) if _ASKS_WHO_REPORTS.search(question) else (_NO_NAME, _REPORTS)
    for match in _CAPITALS.finditer(text):
        name = match.group()
        if not match.start() and not (name.isupper() or _stands_inside(name, around)):
            continue
        if not any(one.match(name) for one in no_names) and not any(_sound_alike(name, one) for one in asked):
            return True
    return False


def _stands_inside(name: str, around: str) -> bool:
    return bool(re.search(rf"[^\W\dA-ZА-ЯЁҲҚҒӢӮҶ][,;]? {re.escape(name)}\b", around))


def _sound_alike(name: str, asked: str) -> bool:
    own = sound(name)
    shared = max(_LETTERS, max(len(own), len(asked)) - _ENDS)
    return own == asked or (len(own) >= shared <= len(asked) and own[:shared] == asked[:shared])


@lru_cache(maxsize=4_000)  # of the sentences that many questions find
def _signs(kind: Kind, text: str) -> tuple[str, ...]:
    """In order, each once."""
    if kind not in _SIGNS:
        return ()
    if kind == "count":
        text = _DATE.sub(" ", text)  # a date is no number of anything
    return tuple(dict.fromkeys(match.group() for match in _SIGNS[kind].finditer(text)))


def _stands_in(found: str, question: str) -> bool:
    """As a word of its own: the 5 of five people is not that of 2015."""
    return bool(re.search(rf"(?<!\w){re.escape(found)}(?!\w)", question, re.I))
