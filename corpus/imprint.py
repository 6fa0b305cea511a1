"""Lines that tell whose text it is: a ministry's letterhead and the statement below it, "Name of a Body (NOB), City",
a copyright notice. Pure; each function looks at one line, where it may stand is for the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.outlets import outlet_in

OFFICE_MAX = 150  # characters; the longest letterhead known, a ministry with three remits, has 96

_OFFICE = re.compile(
    r"(?:the )?(?:(?:federal|state|national|permanent|general) )?(?:ministry|embassy|consulate|department|agency|"
    r"committee|commission|mission|prosecutor|ombudsman|migration service|government)\b|"
    r"(?:(?:федеральн|государственн|генеральн|главн|постоянн|миграционн)\w+ )*(?:министерство|посольство|консульство|"
    r"управление|департамент|агентство|комитет|комиссия|прокуратура|служба|правительство|представительство|"
    r"уполномоченный)\b|"
    r"(?:вазорати|сафорати|консулгарии|агентии|кумитаи|хадамоти|прокуратураи|ҳукумати|раёсати|намояндагии|ваколатдори)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:(?:joint|official|public|press|совместное|официальное) )?(?P<kind>statement|declaration|communiqu[eé]|appeal|"
    r"заявление|обращение|коммюнике|разъяснение|сообщение|комментарий|изҳорот|изҳороти|баёнот|баёноти|баёния|баёнияи|"
    r"муроҷиатнома|муроҷиатномаи)\b\s*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:on|about|concerning|regarding|in (?:connection|response)|by|of|о|об|обо|по|в связи|относительно|министерства|"
    r"мид|to|к|для|ба|дар бораи|дар робита|оид|доир|вобаста|вазорати)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"(?P<body>(?P<name>[^\W\d_][^()\n.;:]{5,100}?) \((?P<short>[^\W\d_]{2,10})\))(?:, [^\W\d_][\w’' -]{1,30}){0,2}"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|"
    r"copyright\b(?: notice)?:?)+\s*(?:©\s*)?(?:by\s)?(?:\d{4}(?:\s?[-–—]\s?\d{4})?,?\s*(?:by\s)?)?(?P<name>[^\d.,|"
    r"©\n]{3,80}?)\s*(?=$|[.,|©\n]|\d{4}|all rights|все права|ҳамаи)",
    re.IGNORECASE,
)
_OWNED = re.compile(r"(?P<name>[^\W\d][^.!?|©\n]{2,70}?)\s?(?:©|\(c\))\s?\d{4}(?:\s?[-–—]\s?\d{4})?\.?", re.IGNORECASE)
_REUSE = re.compile(  # "a link to «Name» is required"
    r"(?:ссылк\w+ на|links? to|ҳавола ба)\s(?:\w+\s){0,2}[«“\"](?P<name>[^«»“”\"]{3,60})[»”\"]", re.IGNORECASE
)
_RIGHTS = re.compile(
    r"©|\(c\)|copyright|rights reserved|reproduc|republish|reprint|права (?:защищ|принадлеж|сохран)|ссылк|перепечатк|"
    r"ҳуқуқҳо|ҳуқуқи муаллиф|ҳавола|бознашр",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:all|все|ҳама)\b", re.IGNORECASE)


def is_office(line: str) -> bool:
    """A ministry, an embassy or another office of a state, named on a line of its own."""
    return len(line) <= OFFICE_MAX and bool(_OFFICE.match(line)) and not re.search(r"\d|[.!?:;]$", line)


def statement_title(line: str, following: str) -> str:
    """ "Statement on ...", also where its first word has a line of its own; "" when `line` opens no statement."""
    match = _STATEMENT.match(line)
    if match is None:
        return ""
    rest = line[match.end() :]
    if not rest and _ABOUT.match(following):
        return " ".join(f"{line.capitalize() if line.isupper() else line} {following}".split())
    return " ".join(line.split()) if _ABOUT.match(rest) else ""


def organisation(line: str) -> str:
    """ "Name of a Body (NOB)" of a line that holds it and perhaps its place: the letters must be the name's
    own, or the body a known one.
    """
    match = _ORGANISATION.fullmatch(line)
    if match is None or not match["short"].isupper():
        return ""
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", match["name"])).upper()
    letters = iter(initials)
    spelt = initials[0] == match["short"][0] and all(letter in letters for letter in match["short"])
    return match["body"] if spelt or outlet_in(match["name"]) else ""


def notice_owner(text: str) -> str:
    """Who holds the rights, in the words of a notice on copyright or reuse; "" when it names nobody."""
    match = _OWNED.fullmatch(text) or _COPYRIGHT.search(text) or _REUSE.search(text)
    name = match["name"].strip() if match else ""
    return name if re.search(r"[^\W\d]{3}", name) and not _NOBODY.match(name) else ""


def bears_out(lines: Sequence[str], name: str) -> bool:
    """Whether a line on copyright or reuse holds `name`, whatever its case, or stands beside a line of nothing else."""
    holding = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    if any(_RIGHTS.search(line) and holding.search(line) for line in lines):
        return True
    return any(_RIGHTS.search(f"{one} {two}") and name in (one, two) for one, two in pairwise(lines))
