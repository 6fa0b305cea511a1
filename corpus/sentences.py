"""Text -> spans of sentences. Where does a sentence end?

Rules, no model: a terminator followed by white space ends a sentence unless what stands before it is an
abbreviation or an initial, or what follows goes on in lower case. A line break ends a sentence where it
ends a paragraph, a heading or a list item, and not where a text is merely hard-wrapped. Linear in time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.document import Language, Span

MAX_CHARACTERS = 1000  # of one sentence; the longest of the library has 546
SHORT = 40  # characters; shorter lines are items of a list, even when the next begins in lower case
WRAPPED = range(45, 131)  # columns at which texts are hard-wrapped: e-mail 72-78, narrow columns 50, wide files 130

_TERMINATOR = re.compile(r"[.!?…]+[)\]»”\"'’“]*(?:\[\d{1,3}\])*[¹²³⁰-⁹]*")
_LIST_MARKER = re.compile(r"[ ]*(?:[-–—•*·▪●◦]|\(?(?:\d{1,3}|[a-zа-яё])[.)])[ ]")
_NUMBERED = re.compile(r"\d{1,3}|[a-zA-Zа-яА-Я]|[IVXLC]{1,6}")
_DOTTED = re.compile(r"(?:\w\.)+\w")
_OPENING = "\"'«“„‘([{–—- "
_TITLES = (
    "mr mrs ms dr prof st gen col lt capt sgt rep sen gov hon messrs ed eds cf vs e.g i.e approx ca "
    "ул им см ср ст стр пп т.е т.к т.н т.ч проф акад д-р св о-в ок р-н пос дер тел кв корп напр гр гос зам "
    "просп пл чл рис табл изд ред пер перев ген полк нах мас"
)
_BEFORE_NUMBERS = "no nos art arts para fig vol pp sec ch jan feb mar apr jun jul aug sep sept oct nov dec"
_UNITS = (
    "г гг в вв руб коп млн млрд трлн тыс чел км м кг га ч мин сек др пр т.д т.п н.э долл сом проц ғ "
    "etc inc ltd co jr sr corp bros a.m p.m u.s u.k u.n e.u d.c b.c a.d bn mn"
)
NEVER_LAST = frozenset(_TITLES.split())
NEVER_LAST_BEFORE_DIGITS = frozenset(_BEFORE_NUMBERS.split())
PERHAPS_LAST = frozenset(_UNITS.split())  # they are when an upper-case word follows and the sentence has begun
LEAD = 4  # characters that may stand before the number of a list item: blanks, a bracket
BEGUN = 3  # words before such an abbreviation; "In 2011 г." alone is no sentence
_STARTER_WORDS = (
    "the a an in on at it he she they we this that these those there but and as for if when while since after before "
    "however its his her their by to from with"
)
_STARTERS = frozenset(_STARTER_WORDS.split())


def split_sentences(text: str, language: Language) -> list[Span]:
    """Spans of the sentences of `text`, in order, disjoint, without outer white space, covering all other text.

    No span is longer than MAX_CHARACTERS. Empty or blank text gives []. `language` is a hint: English sentence
    starters are trusted after "U.S." only in English.
    """
    spans: list[Span] = []
    for unit in paragraphs(text):
        start = unit.start
        for end in _ends(text, unit, language):
            spans.extend(_bounded(text, start, end))
            start = end
        spans.extend(_bounded(text, start, unit.end))
    return spans


def paragraphs(text: str) -> Iterator[Span]:
    """Stretches that no sentence crosses: paragraphs, list items, headings."""
    lines = text.split("\n")
    width = _wrap_width(lines)
    start = end = 0
    for index, line in enumerate(lines):
        end += len(line)
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if not _runs_on(line, following, width):
            yield Span(start, end)
            start = end + 1
        end += 1


def _wrap_width(lines: list[str]) -> int:
    """The column at which the text is hard-wrapped, 0 when it is not: most lines of its paragraphs end near it."""
    followed = [len(line) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if len(followed) < 2:
        return 0
    width = sorted(followed)[int(0.9 * (len(followed) - 1))]
    near = sum(1 for length in followed if 0.75 * width <= length <= 1.05 * width)
    beyond = sum(1 for line in lines if len(line) > 1.1 * width)  # whole paragraphs on a line
    wrapped = width in WRAPPED and near >= 0.5 * len(followed) and beyond <= 0.1 * len(lines)
    return width if wrapped else 0


def _runs_on(line: str, following: str, width: int) -> bool:
    """Whether `line` and `following` are one sentence torn by a line break."""
    if not line.strip() or not following.strip():
        return False
    needed = len(line) + 1 + len(following.split(maxsplit=1)[0])  # to hold the next word as well
    full = bool(width) and needed > 0.7 * width and len(line) <= 1.1 * width
    goes_on = following.lstrip(_OPENING)[:1].islower() and line.rstrip()[-1] not in ".!?…:;"
    if _LIST_MARKER.match(following):
        return full and goes_on and following.lstrip()[0] in "-–—"  # a dash that was wrapped to the line's start
    return full or (goes_on and len(line) >= SHORT)


def _ends(text: str, unit: Span, language: Language) -> Iterator[int]:
    start = unit.start
    for match in _TERMINATOR.finditer(text, unit.start, unit.end):
        end = match.end()
        if end < unit.end and text[end].isspace() and _is_end(text, Span(start, unit.end), match, language):
            yield end
            start = end


def _is_end(text: str, rest: Span, match: re.Match[str], language: Language) -> bool:
    """`rest` reaches from the start of the sentence at hand to the end of its paragraph."""
    following = _next_word(text, match.end(), rest.end)
    if following[:1].islower():
        return False
    mark = match.group()
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = _word_before(text, rest.start, match.start())
    if len(mark) > 1 and before.lower() not in PERHAPS_LAST:
        return True
    return _full_stop_ends(text, Span(rest.start, match.start()), before, following, language)


def _full_stop_ends(text: str, sentence: Span, before: str, following: str, language: Language) -> bool:
    """Whether a lone full stop after the word `before`, the last of `sentence`, is more than an abbreviation's."""
    lower = before.lower()
    if _NUMBERED.fullmatch(before) and sentence.end - len(before) - sentence.start <= LEAD:
        return False  # the number of a list item
    if lower in PERHAPS_LAST:
        return following[:1].isupper() and _may_close(text, sentence, lower, following, language)
    if lower in NEVER_LAST or (lower in NEVER_LAST_BEFORE_DIGITS and following[:1].isdigit()):
        return False
    if len(before) == 1 and before.isalpha():
        return False  # an initial, "p.", "д."
    if _DOTTED.fullmatch(before):
        return language == "en" and following.lower() in _STARTERS
    return True


def _may_close(text: str, sentence: Span, lower: str, following: str, language: Language) -> bool:
    words = text[max(sentence.start, sentence.end - 200) : sentence.end].split()
    if len(words) <= BEGUN:
        return False
    if lower in ("г", "в", "м", "ч"):  # "2011 г. Затем" may end, "в г. Москве" never does
        return words[-2][-1].isalnum() and any(character in "0123456789XVI" for character in words[-2])
    if "." in lower and lower.isascii() and language == "en":
        return following.lower() in _STARTERS
    return True


def _word_before(text: str, start: int, end: int) -> str:
    """The word that ends at `end`, without opening marks; "т. е" is one word, "т.е". At most 20 characters."""
    words = text[max(start, end - 20) : end].split()
    if not words:
        return ""
    word = words[-1].lstrip(_OPENING)
    if len(word) == 1 and len(words) > 1 and words[-2] in ("т.", "н.", "Т."):
        return f"{words[-2]}{word}"
    return word


def _next_word(text: str, start: int, end: int) -> str:
    """The word after `start`, opening quotes, brackets and dashes left out; at most 30 characters are looked at."""
    return re.split(r"[\s.,;:!?]", text[start : min(end, start + 30)].lstrip().lstrip(_OPENING), maxsplit=1)[0]


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_CHARACTERS:
        cut = _cut(text, start, start + MAX_CHARACTERS)
        yield from _bounded(text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Span(start, end)


def _cut(text: str, start: int, limit: int) -> int:
    """The last ";" or "," or space in the second half of the stretch, else `limit`."""
    middle = start + (limit - start) // 2
    for mark in (";", ",", " ", "\n"):
        at = text.rfind(mark, middle, limit)
        if at >= 0:
            return at + 1
    return limit
