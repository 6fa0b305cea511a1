"""Which questions stand in one? "X in 2011 against 2024", "what did A and B each say". By rule, in three languages.

A part is the question without what belongs to the other part. It is searched and answered for itself, so that a
comparison finds both of its sides; what is left of the grammar does not matter to a search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from corpus.dates import MONTH
from corpus.language import detect
from index.tokenize import terms

from .answer import MAX_QUESTION
from .attribution import TEXT, attributed
from .followup import with_its_name
from .slots import slots

_ASKS = (
    r"(?:what|which|who|whom|whose|where|when|why|how|что|чем|ч[ёе]м|кто|кого|кому|кем|где|куда|откуда|когда|почему|зачем|как|"
    r"сколько|как(?:ой|ая|ое|ие|ую|ого|им|ом|их)|чӣ|кӣ|куҷо|кучо|чаро|чанд|чандто|кадом)\b"
)
_PLACED = r"(?:(?:in|at|on|by|for|from|to|with|into|в|во|на|по|за|из|от|с|о|об|у|к|дар|аз|ба|бо)\s+)?"
_SECOND_CLAUSE = re.compile(rf"[,;]?\s+(?:and|but|и|а|ва)\s+(?={_PLACED}{_ASKS})|(?<=\?)\s+", re.I)
_OPENS = re.compile(rf"(?:\S+\s+){{0,3}}{_ASKS}", re.I)
_PREAMBLE = re.compile(rf"^[^?]{{3,120}}:\s+(?={_PLACED}{_ASKS})", re.I)  # "Two of them speak of pay: what does ..."
_YEAR = r"(?<![\w–—-])(?:19|20)\d\d(?![\w–—-])"
_AT = r"\b(?:in|of|by|for|from|to|since|during|between|в|во|за|на|по|с|со|к|до|от|между|дар|аз|ба|то|байни)\s+"
_BEFORE = rf"(?:{_AT})?(?:\b(?:the year|соли|солҳои|солхои)\s+)?"
_DATED = (
    rf"{_BEFORE}(?:(?:\b\d{{1,2}}(?:-?(?:го|ум|юм)и?)?\s+)?\b{MONTH},?\s+)?"
    rf"{_YEAR}(?:\s+год\w*)?"
)
_BETWEEN = (
    r",?\s+(?:(?:and|or|but|with|against|versus|vs\.?|than|compared (?:to|with)|и|или|а|но|против|чем|по сравнению|"
    r"ва|ё|нисбат ба)\s+)?(?:(?:that|those|how (?:many|much)|сколько|чанд)\s+)?"
)
_RANGE = re.compile(
    rf"^(?!.*\b(?:differ|разниц|фарқ)).*\b(?:between|между|байни)\s+"
    rf"(?:(?:the years?|соли|солҳои)\s+)?(?:{MONTH},?\s+)?{_YEAR}",
    re.I,
)
_RUN_OF_YEARS = re.compile(rf"{_DATED}(?:{_BETWEEN}{_DATED})*", re.I)
_SIDES = re.compile(
    r"(?:\b(?:do|does|did|have|has|had|was|were|is|are|of|between)\s+|^(?!\w*both\b))"
    rf"(?P<left>(?:(?!\b(?:(?:do|does|did)\b|{_ASKS}))[^,;:.?]){{3,60}}?)\s+(?:and|versus|vs\.?)\s+"
    rf"(?P<right>(?:(?!{_ASKS})[^,;:.?]){{3,60}}?)"
    r"(?=\s+(?:each|both|agree|disagree|differ|compare|report(?! (?:of|from)\b)|say|describe|respectively)\b)",
    re.I,
)
_OF_BOTH = re.compile(
    r"\s+(?:(does|did)\s+each\b(?!\s+other)(?:\s+of (?:them|the two)\b)?|(?:each|both) of (?:them|the two)\b)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s+(?:each|both|respectively)\b(?!\s+(?:other|of)\b)", re.IGNORECASE)  # behind two sides
_A_TEXT = re.compile(rf"^the\s.*\b{TEXT}$", re.IGNORECASE)
_AGREE = re.compile(
    r"\b(?:do|did|does) they (?:agree|disagree|differ|report) (?:on|about|in)\s+(?=the\b)", re.IGNORECASE
)
# "Both the 2013 and the 2024 article": of two texts, each by its year
_EDITIONS = re.compile(
    rf"\b(?:both\s+)?the\s+(?P<left>{_YEAR})\s+and\s+(?:the\s+)?(?P<right>{_YEAR})\s+(?P<text>[a-z]+?)s?\b",
    re.IGNORECASE,
)
_SOURCES = re.compile(
    r"(?P<left>(?:по данным|ба гуфтаи)\s+[^,;?]{2,40}?)\s+(?:и|ва)\s+"
    r"(?P<right>(?:по данным|ба гуфтаи)\s+[^,;?\s]+(?:\s[«\"A-ZА-ЯЁҲҚҒӢӮҶ][^,;?\s]*)*)",
    re.I,
)
_COMPARE = re.compile(r"^\W*(?:compare|contrast|сравни(?:те)?)\s+", re.I)  # what no part does
# "on a building site and on a farm", where the question only names what is to be compared
_REPEATED = re.compile(
    r"\b(?P<word>of|on|in|at|for|from|by|among|в|во|на|за|у|из|от|среди|по)\s+"
    r"(?P<left>(?:(?!\b(?P=word)\s)[^,;:.?]){3,60}?)\s+(?:and|и|with|с)\s+(?P=word)\s+"
    r"(?P<right>[^\s,;:.?]+(?:\s+(?!(?:as|in|on|по|в|на)\b)[^\s,;:.?]+){0,2})",
    re.I,
)
_LEAST = 3  # words that tell something; a part with fewer leans on the other one
_LEAST_NAMED = 2  # of a clause that asks about a name
_MOST = 3  # parts; a list of more years is a series, which one search finds


@dataclass(frozen=True, slots=True)
class Part:
    """`text` is what is searched; `name` tells a reader which part it is: a clause, a side or a year as typed.
    `asks`: it is a whole question, that may be answered where the other part is not; `clause`: one that says by itself
    what kind of answer it wants; `of_source`: it asks what one text, or one source, says."""

    text: str
    name: str
    asks: bool = False
    clause: bool = False
    of_source: bool = False


def divided(text: str) -> tuple[Part, ...]:
    """The parts of a question, in order; none when it asks for one thing."""
    text = " ".join(text.split())  # runs of blanks would be tried in many ways
    language, compared = detect(text), _COMPARE.sub("", text)

    def tells(part: Part) -> bool:
        names = part.clause and any(slot.kind == "name" for slot in slots(part.text))
        return len(set(terms(part.text, language))) >= (_LEAST_NAMED if names else _LEAST)

    named = _sides(compared, _REPEATED) if compared != text else ()
    for parts in (_clauses(text), _editions(compared), _sides(compared, _SIDES, _SOURCES), _years(compared), named):
        if 1 < len(parts) <= _MOST and all(map(tells, parts)):
            return parts
    return ()


def _clauses(text: str) -> tuple[Part, ...]:
    """Two questions with a word between them; each asks from its beginning. "He" of the second is whom the first
    names."""
    preamble = (_PREAMBLE.match(text) or [""])[0]
    parts = [part.strip() for part in _SECOND_CLAUSE.split(text[len(preamble) :]) if part.strip()]
    if not all(map(_OPENS.match, parts)):
        return ()
    texts = [*parts[:1], *(with_its_name(part, parts[0]) for part in parts[1:])]
    return tuple(
        Part(preamble + text, part.rstrip(" ?"), asks=True, clause=True)
        for text, part in zip(texts, parts, strict=True)
    )


def _sides(text: str, *patterns: re.Pattern[str]) -> tuple[Part, ...]:
    pattern, match = next(((one, found) for one in patterns if (found := one.search(text))), (None, None))
    if match is None:
        return ()
    head, tail = text[: match.start("left")], text[match.end("right") :]
    tail = tail[both.end() :] if (both := _BOTH.match(tail)) else tail
    sides = (match["left"], match["right"])
    texts = [_of_one(f"{head}{side}{tail}") for side in sides]
    if pattern is _SIDES:
        return _of_sources(sides, f"{head}they{tail}", tuple(map(Part, texts, sides)))
    return tuple(
        Part(text, side, of_source=pattern is _SOURCES and _has_known_source(text))
        for text, side in zip(texts, sides, strict=True)
    )


def _has_known_source(text: str) -> bool:
    source = attributed(text)[1]
    return source is not None and bool(source.outlets)


def _of_sources(sides: Sequence[str], question: str, otherwise: tuple[Part, ...]) -> tuple[Part, ...]:
    """Sides that are sources, asked each with "according to"; the other text, of a source that no table knows, is
    told from it by what it is not."""
    asked = [_of_source(side, question) for side in sides]
    if any(asked):
        asked = [
            one or (_of_one(question) if _A_TEXT.match(side) else "") for one, side in zip(asked, sides, strict=True)
        ]
    parts = zip(asked, sides, otherwise, strict=True)
    return tuple(Part(one, side, of_source=True) if one else other for one, side, other in parts)


def _editions(text: str) -> tuple[Part, ...]:
    match = _EDITIONS.search(text)
    if not match:
        return ()
    sides = [f"the {year} {match['text']}" for year in (match["left"], match["right"])]
    texts = [_of_source(side, f"{text[: match.start()]}they{text[match.end() :]}") for side in sides]
    if not all(texts):
        return ()
    return tuple(Part(text, side, of_source=True) for text, side in zip(texts, sides, strict=True))


def _of_one(question: str) -> str:
    return _OF_BOTH.sub(_one_of_both, question)


def _of_source(side: str, question: str) -> str:
    """The question of what one source says; "" where the side is none."""
    asked = _AGREE.sub("what is ", _of_one(question)).rstrip(" ?")
    of_source = f"{asked}, according to {side}?"
    source = attributed(of_source)[1]
    whole = source is not None and source.found == f"according to {side}"
    return of_source if whole and len(of_source) <= MAX_QUESTION else ""


def _one_of_both(words: re.Match[str]) -> str:
    return f" {'do' if words[1].casefold() == 'does' else 'did'} they" if words[1] else " they"


def _years(text: str) -> tuple[Part, ...]:
    years = [] if _RANGE.search(text) else re.findall(_YEAR, text)
    return tuple(Part(_of_year(year, text), year, asks=True) for year in years) if len(set(years)) == len(years) else ()


def _of_year(year: str, text: str) -> str:
    """`text` without its other years and the words that belong to them."""
    return re.sub(r"\s+(?=[\s,.?!]|$)", "", _RUN_OF_YEARS.sub(partial(_own_year, year), text)).strip()


def _own_year(year: str, run: re.Match[str]) -> str:
    """What the run says of `year`; the first preposition is that of all: "in 2011 and 2024"."""
    several = re.findall(_DATED, run.group(), re.I)
    own = next((one for one in several if year in one), "")
    first, before = (re.match(_BEFORE, one, re.I) for one in (several[0], own))
    return first.group() + own if first and own and not (before and before.group()) else own
