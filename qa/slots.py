"""Which parts of a question can give way to another of the same kind? Times, places, nations, groups, names.

Word beginnings of each kind are data (slots.json); times are read, names are told by their capitals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.dates import MONTH

# The whole phrase, so that "in January-July 2024" gives way as one; a bare year is the least of them.
_TIME = re.compile(
    rf"(?:(?:\d{{1,2}}\s)?(?:моҳи\s)?(?:{MONTH})(?:\s?(?:[-–—]|to|по|то)\s?(?:{MONTH}))?[\s,]{{1,2}}(?:\d{{1,2}},?\s)?"
    r"(?:of\s|соли\s)?)?(?:соли\s)?(?<!\d)(?:19|20)\d\d(?:\s?[-–—]\s?(?:19|20)\d\d)?(?!\d)(?:\sгод[а-я]*)?|"
    r"\b(?:last|this|next) year\b|\b(?:прошл|минувш|этого|этом|нынешн)\w*\sгод\w*|\b(?:соли гузашта|имсол|порсол)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<=\s)[^\W\d_a-zа-яёғӣқӯҳҷ][\w’'-]+(?:\s[^\W\d_a-zа-яёғӣқӯҳҷ][\w’'-]+)*")
_BEFORE = re.compile(r"(?:^|\s)([^\W\d_]{1,5})\s$")


@dataclass(frozen=True, slots=True)
class Slot:
    """`kind`: time, place, nation, people or name; `preposition`: the short word before it, case-folded, or ""."""

    kind: str
    start: int
    end: int
    text: str
    preposition: str


def slots(text: str) -> list[Slot]:
    """The slots of `text` in order; none overlap."""
    taken: list[Slot] = []
    for kind, start, end in _spans(text):
        if all(end <= other.start or other.end <= start for other in taken):
            before = _BEFORE.search(text[:start])
            taken.append(Slot(kind, start, end, text[start:end], before[1].casefold() if before else ""))
    return sorted(taken, key=lambda slot: slot.start)


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    yield from (("time", *match.span()) for match in _TIME.finditer(text))
    pattern, kinds = _words()
    yield from ((kinds[(match.lastindex or 1) - 1], *match.span()) for match in pattern.finditer(text))
    yield from (("name", *match.span()) for match in _CAPITALS.finditer(text))


@cache
def _words() -> tuple[re.Pattern[str], list[str]]:
    """One group a word, the longest first, and the kind of each group."""
    kinds = json.loads((files("qa") / "slots.json").read_text(encoding="utf-8"))
    rows = sorted(((word, kind) for kind, words in kinds.items() for word in words), key=lambda row: -len(row[0]))
    forms = "|".join(f"({_form(word)})" for word, _ in rows)
    return re.compile(rf"\b(?:{forms})\b", re.IGNORECASE), [kind for _, kind in rows]


def _form(word: str) -> str:
    """Latin words and those that end in "$" stand as they are; other Cyrillic ones are beginnings."""
    return word.removesuffix("$") if word[0].isascii() or word.endswith("$") else word + r"\w{0,6}"
