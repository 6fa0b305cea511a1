"""Which figures does a text state? Numbers, shares and months in one form, however they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.dates import MONTHS
from index.tajik import fold
from index.tokenize import word_places

FigureKind = Literal["number", "percent", "month"]

_UNITS = (
    "two два две двух двум двое ду", "three три трех трем трое се", "four четыре четырех чор чахор",
    "five пять пяти пятеро панч", "six шесть шести шаш", "seven семь семи хафт", "eight восемь восьми хашт",
    "nine девять девяти нух", "ten десять десяти дах", "eleven одиннадцать одиннадцати ездах",
    "twelve двенадцать двенадцати дувоздах",
)  # fmt: skip
_TENS = (
    "twenty двадцать двадцати бист", "thirty тридцать тридцати си", "forty сорок сорока чил",
    "fifty пятьдесят пятидесяти панчох", "sixty шестьдесят шестидесяти шаст", "seventy семьдесят семидесяти хафтод",
    "eighty восемьдесят восьмидесяти хаштод", "ninety девяносто навад",
)  # fmt: skip
_WORDS: Mapping[str, int] = {
    **{word: value for value, words in enumerate(_UNITS, 2) for word in words.split()},
    **{word: 10 * value for value, words in enumerate(_TENS, 2) for word in words.split()},
}
_MAGNITUDES: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"thousand|тыс|тысяч\w*|хазор\w*"), 10**3),
    (re.compile(r"million|mln|mn|млн|миллион\w*"), 10**6),
    (re.compile(r"billion|bln|bn|млрд|миллиард\w*"), 10**9),
    (re.compile(r"trillion|трлн|триллион\w*"), 10**12),
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b|процент\w*|фоиз\w*|дарсад\w*)", re.I)


@dataclass(frozen=True, slots=True)
class Figure:
    """What stands at `start`..`end` of the text, magnitude and percent sign included. A month's value is 1 to 12."""

    kind: FigureKind
    value: float
    start: int
    end: int

    @property
    def key(self) -> tuple[FigureKind, float]:
        return self.kind, self.value


def figures(text: str) -> Iterator[Figure]:
    """In order. "65 thousand", "65 тыс." and "65,000" are one number; "one" is none: it is an article too often."""
    places = [(fold(word), start, end) for word, start, end in word_places(text)]
    used = 0
    for at, (word, start, end) in enumerate(places):
        if at < used:
            continue
        if word in MONTHS and (text[start].isupper() or not word.isascii()):  # "may" and "march" are verbs
            yield Figure("month", MONTHS[word], start, end)
            continue
        digits = _DIGITS.match(word)  # a note's mark may follow or stand alone: 5¹
        value = float(digits.group() if digits else _WORDS.get(word, 0))
        if value == 0 and not digits:
            continue
        used = at + 1
        while used < len(places) and (factor := _magnitude(places[used][0])):
            value, end, used = value * factor, places[used][2], used + 1
        percent = _PERCENT.match(text, end)
        yield Figure("percent" if percent else "number", round(value, 6), start, percent.end() if percent else end)


def _magnitude(word: str) -> int:
    return next((factor for pattern, factor in _MAGNITUDES if pattern.fullmatch(word)), 0)
