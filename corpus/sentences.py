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

MAX_CHARACTERS = 1000  # of one sentence; the longest of the library and the seeds has 590
WRAPPED = range(50, 131)  # columns at which texts are hard-wrapped: e-mail 72-78, plain text up to 130

_TERMINATOR = re.compile(r"[.!?…]+[)\]»”\"'’“]*(?:\[\d{1,3}\])*[¹²³⁰-⁹]*")
_LIST_MARKER = re.compile(r"[ ]*(?:[-–—•*·▪●◦]|\(?(?:\d{1,3}|[a-zа-яё])[.)])[ ]")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-zA-Zа-яА-Я]|[IVXLC]{1,6})\.")
_OPENING = "\"'«“„‘([{–—- "
_TITLES = (
    "mr mrs ms dr prof st gen col lt capt sgt rep sen gov hon messrs no nos art arts para fig vol pp ed eds cf vs "
    "e.g i.e approx ca jan feb mar apr jun jul aug sept oct nov dec"
)
_RUSSIAN = (
    "ул им см ср ст стр п пп т.е т.к т.н т.ч проф акад д-р св о-в о ок р-н пос дер тел кв корп напр гр гос зам "
    "просп пл чл рис табл изд ред пер перев ген полк н и"
)
_TAJIK = "ш н ва нах ҷ мас"
# These may end a sentence: they do when an upper-case word follows.
_UNITS = (
    "г гг в вв руб коп млн млрд трлн тыс чел км м кг га ч мин сек др пр т.д т.п н.э долл сом проц "
    "etc inc ltd co jr sr corp bros a.m p.m u.s u.k u.n e.u d.c b.c a.d ғ"
)
NEVER_LAST = frozenset(f"{_TITLES} {_RUSSIAN} {_TAJIK}".split()) - frozenset(_UNITS.split())
PERHAPS_LAST = frozenset(_UNITS.split())
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
    for unit in _units(text):
        start = unit.start
        for end in _ends(text, unit, language):
            spans.extend(_bounded(text, start, end))
            start = end
        spans.extend(_bounded(text, start, unit.end))
    return spans


def _units(text: str) -> Iterator[Span]:
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
    return width if width in WRAPPED and near >= 0.5 * len(followed) else 0


def _runs_on(line: str, following: str, width: int) -> bool:
    """Whether `line` and `following` are one sentence torn by a line break."""
    if not line.strip() or not following.strip() or _LIST_MARKER.match(following):
        return False
    word = following.lstrip().split(" ", 1)[0]
    if width and len(line) <= 1.1 * width and len(line) + 1 + len(word) > 0.7 * width:
        return True
    return word[0].islower() and len(line) >= 40 and line.rstrip()[-1] not in ".!?…:;"


def _ends(text: str, unit: Span, language: Language) -> Iterator[int]:
    for match in _TERMINATOR.finditer(text, unit.start, unit.end):
        end = match.end()
        if end < unit.end and text[end].isspace() and _is_end(text, unit, match, language):
            yield end


def _is_end(text: str, unit: Span, match: re.Match[str], language: Language) -> bool:
    following = _next_word(text, match.end(), unit.end)
    if following[:1].islower():
        return False
    if match.group()[:2] != "." and match.group()[0] != ".":
        return True
    if match.group().startswith(".."):
        return True
    return _full_stop_ends(text, unit, match, following, language)


def _full_stop_ends(text: str, unit: Span, match: re.Match[str], following: str, language: Language) -> bool:
    before = _word_before(text, unit.start, match.start())
    lower = before.lower().lstrip(_OPENING)
    closed = len(match.group()) > 1
    if match.start() - len(before) <= unit.start and _NUMBERED.fullmatch(before + "."):
        return False
    if lower in PERHAPS_LAST:
        return _abbreviation_ends(text, unit, match.start() - len(before), lower, following, language)
    if lower in NEVER_LAST and not closed:
        return False
    bare = before.lstrip(_OPENING)
    if len(bare) == 1 and bare.isupper() and not closed:
        return False
    if re.fullmatch(r"(?:\w\.)+\w", bare):
        return following.lower() in _STARTERS and language == "en"
    return True


def _abbreviation_ends(
    text: str, unit: Span, start: int, lower: str, following: str, language: Language
) -> bool:
    if not following[:1].isupper():
        return False
    previous = text[max(unit.start, start - 3) : start].rstrip()
    if lower == "г":  # "2011 г. Затем" may end, "в г. Москве" never does
        return previous[-1:].isdigit()
    if lower in ("в", "м", "ч", "км", "кг", "га"):
        return previous[-1:].isalnum()
    if "." in lower and lower[0] in "uebda":
        return following.lower() in _STARTERS or language != "en"
    return True


def _word_before(text: str, start: int, end: int) -> str:
    """The characters before `end` back to white space; "т. е" counts as one word, "т.е". At most 20 of them."""
    lower = max(start, end - 20)
    at = end
    while at > lower and not text[at - 1].isspace():
        at -= 1
    return text[at:end]


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
