"""Does a sentence hold the kind of thing that is asked for: a figure, a time, a name, a reason? Pure word lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from corpus.dates import MONTH

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
