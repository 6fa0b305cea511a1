"""Does a sentence announce the day that it names: "will open on March 1", "с 1 марта ... сократится"? Pure.

Few forms and the verbs of rules and events: a past clause beside a future one must not draw its day ahead.
"""

from __future__ import annotations

import re

from corpus.document import Span

BEFORE = 160  # characters before the day that are looked at; the forms below take up to 130

_TO_COME = (
    r"(?:(?:will|shall|won['’]t|(?:is|are) (?:to|due|set|going|expected|scheduled))|буд(?:ет|ут|ем)|вступ[ия]т|"
    r"начн[её]тся|начн[её]т|начнут(?:ся)?|сократ[ия]тся|увелич[ия]тся|вырастет|вырастут|повыс[ия]тся|сниз[ия]тся|"
    r"подорожа[ею]т|измен[ия]тся|станет|станут|смо(?:жет|гут)|прид[её]тся|потребу[ею]тся|понадоб[ия]тся|"
    r"заработа[ею]т|появ[ия]тся|откро[ею]тся|закро[ею]тся|законч[ия]тся|заверш[ия]тся|состо[ия]тся|пройд[её]т|пройдут|"
    r"введ[её]тся|введут|прекрат[ия]тся|исчезн[еу]т|перестан[еу]т|хоҳа(?:д|нд))(?!\w)"
)
_STARTS = "from|starting|beginning|effective|с|со|начиная с|аз"
_POINTS = "on|by|until|till|before|до|к|на|то|рӯзи"
_ANNOUNCED = re.compile(  # "the appeal filed on March 1" is none of it, "will be filed on March 1" is
    rf"(?<!\w){_TO_COME}(?:(?!\b(?:who|which|that|after|since)\b)[^.!?;:,()\n]){{0,80}}"
    rf"(?:\bbe\s\w+ed\s|(?<!ed\s))\b(?:{_STARTS}|{_POINTS})\s$",
    re.IGNORECASE,
)
_STARTING = re.compile(rf"\b(?:{_STARTS})\s$", re.IGNORECASE)
_OPENING = re.compile(
    rf"(?:^|[.!?;:,–—«“\"]\s?|\b(?:that|what|что|ки)\s)(?:(?:{_STARTS}|{_POINTS})\s)?$", re.IGNORECASE
)
_LATER = re.compile(rf"[^.!?;\n]{{0,200}}?(?<!\w){_TO_COME}", re.IGNORECASE)
_SOON = re.compile(rf"(?:\s(?!(?:that|which|who|when|что|ки)\b)\w+){{0,3}}?\s{_TO_COME}", re.IGNORECASE)
_NEXT_WORD = re.compile(rf"\s{_TO_COME}", re.IGNORECASE)


def is_announced(text: str, day: Span) -> bool:
    """Whether the sentence around `day`, a day and a month of `text`, speaks of what is to come on it."""
    before = text[max(0, day.start - BEFORE) : day.start]
    if _ANNOUNCED.search(before):
        return True
    starting, opening = bool(_STARTING.search(before)), bool(_OPENING.search(before))
    if starting and opening:
        return bool(_LATER.match(text, day.end))
    return (starting and bool(_NEXT_WORD.match(text, day.end))) or (opening and bool(_SOON.match(text, day.end)))
