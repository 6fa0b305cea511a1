"""Lines in which a text states its own record: "Author ...", "Publication Date 25 August 2011", "By A. Name". Pure.

Such lines are metadata that can be retrieved and cited; they are never boilerplate.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from corpus.dates import find_dates, first_date, labelled_date
from corpus.document import Span

LINE_MAX = 400  # characters; a "Cite as" line of the seeds has 170
DATED_MAX = 110  # characters of a line in which a credit may follow a date; a date line has at most 70
NAMES_MAX = 6  # people in a byline; longer lists are found by a label only

LABELS: dict[str, str] = {
    field: "|".join(labels)
    for field, labels in tomllib.loads((files("corpus") / "record_labels.toml").read_text("utf-8"))["labels"].items()
}
_BARE = "published|modified|symbol|author|publisher|accessed|other"  # may stand without a colon: "Author Lola Olimova"
_COLON = {
    field: re.compile(rf"(?:{labels})(?:\s+(?:no|№))?\s*(?:[:：]|\s[–—-]\s)\s*(?=\S)", re.IGNORECASE)
    for field, labels in LABELS.items()
}
_SPACED = {
    field: re.compile(rf"(?:{LABELS[field]})\s+(?=(?-i:[\dA-ZА-ЯЁӢӮҚҒҲҶ«\"“(]))", re.IGNORECASE)
    for field in _BARE.split("|")
}
_UPPER = "A-ZА-ЯЁӢӮҚҒҲҶÀ-ÖØ-Þ"
_LOWER = "a-zа-яёӣӯқғҳҷß-öø-ÿ"
_WORD = (
    rf"(?:[{_UPPER}][{_LOWER}’'ʼ]+(?:-[{_UPPER}]?[{_LOWER}]+)*|[{_UPPER}]\.(?:\s?[{_UPPER}]\.)*|"
    rf"[{_UPPER}]{{2,}}(?:-[{_UPPER}]+)?|(?:Mc|Mac|O[’'])[{_UPPER}][{_LOWER}]+)"
)
_PARTICLE = r"(?:van|von|de|der|den|da|di|la|le|al|el|bin|ibn|ул|и|зода|-?зода)"
NAME = rf"{_WORD}(?:\s(?:{_PARTICLE}\s)?{_WORD}){{1,3}}"
_JOIN = r"(?:\s?,\s?|\s(?:and|и|ва|with|&|et)\s|\s?;\s?|,\s(?:and|и|ва)\s)"
NAMES = rf"{NAME}(?:{_JOIN}{NAME}){{0,{NAMES_MAX - 1}}}"
_BYLINE = re.compile(
    rf"(?:By|BY|by|By:|Автор:?|Муаллиф:?|Аз)\s+(?P<names>{NAMES})(?=$|[\s,;|(–—-])(?P<rest>.{{0,160}})$"
)
_NAMES_ALONE = re.compile(rf"(?P<names>{NAMES})")
_SPLIT = re.compile(
    r"\s+[|·•]\s+|\s{3,}|\t+| \| ?| (?=(?:просмотр\w*|прочтени\w*|views?|hits|тамошо\w*)\s?:\s?\d)", re.IGNORECASE
)
_CREDIT = rf"(?:{LABELS['author']})\s?[:：]\s"
_DATE_THEN_CREDIT = re.compile(rf"[.,;] (?={_CREDIT}|by\s(?-i:{NAME}))", re.IGNORECASE)
_CREDIT_THEN_DATE = re.compile(rf"{_CREDIT}[^.,;\d]{{3,60}}(?P<mark>[.,;] )(?=\d)", re.IGNORECASE)
_DATE_NOISE = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:понедельник|вторник|"
    r"сред[аеу]|четверг|пятниц[аеу]|суббот[аеу]|воскресенье|пн|вт|ср|чт|пт|сб|вс)\b|"
    r"\b(?:душанбе|сешанбе|чоршанбе|панҷшанбе|ҷумъа|шанбе|якшанбе)\b|\b(?:gmt|utc|msk|мск|est|edt|"
    r"cet|bst|am|pm|a\.m\.|p\.m\.|at|on|в|соат\w*|года?|г|соли|сол|от|аз|the|of|tjt)\b|"
    r"\d{1,2}[:.]\d\d(?::\d\d)?|[+-]\d{1,4}|[\s,.:;|/()\[\]–—·•-]+",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"(?P<name>[^,.\n]{5,80}?)[,.]?\s+(?:vol(?:ume)?\b\.?|том|т\.|ҷилди?|no\.|№)\s?\d", re.IGNORECASE)
_ISSUE = re.compile(r"\((?:the )?(?P<date>[\d./-]{6,10}) issue of (?:the )?(?P<name>[^()]{2,80})\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line says of one field, in its words; `how` quotes the label or names the form."""

    field: str
    value: str
    how: str


def segments(line: str) -> list[str]:
    """The parts of "By A. Name | 12 March 2024 | Dushanbe"."""
    return [span.slice(line) for span in segment_spans(line)]


def segment_spans(line: str) -> list[Span]:
    """Where those parts stand, without the marks and blanks between them."""
    marks = sorted([*_beside_credit(line), *(match.span() for match in _SPLIT.finditer(line))])
    borders = [0, *(at for mark in marks for at in mark), len(line)]
    spans = [Span(start, end) for start, end in zip(borders[::2], borders[1::2], strict=True)]
    return [_trimmed(line, span) for span in spans if span.slice(line).strip()]


def _beside_credit(line: str) -> Iterator[tuple[int, int]]:
    """The mark of "15 May 2025. Author: A. Name" and of "Author: A. Name, 15 May 2025"."""
    after = _DATE_THEN_CREDIT.search(line, 0, DATED_MAX)
    before = _CREDIT_THEN_DATE.match(line)
    if after and is_date_line(line[: after.start()]):
        yield after.span()
    elif before and is_date_line(segments(line[before.end() :])[0]):
        yield before.span("mark")


def _trimmed(line: str, span: Span) -> Span:
    part = span.slice(line)
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip()))


def stated_in(line: str) -> list[Stated]:
    """What the line states of the record; empty for running text."""
    if len(line) > LINE_MAX:
        return []
    parts = segments(line)
    labelled = [found for part in parts for found in _labelled(part)]
    dates = [found for part in parts if is_date_line(part) for found in _plain(part)]
    return [*labelled, *dates] if labelled else [found for part in parts for found in _plain(part)]


def is_record_line(line: str) -> bool:
    return bool(stated_in(line))


def is_labelled(line: str) -> bool:
    """Whether the line names its field, so that it cannot be mistaken wherever it stands."""
    return len(line) <= LINE_MAX and any(_label_of(part) for part in segments(line))


def names_in(value: str) -> tuple[str, ...]:
    """The people or bodies of an author line, in order."""
    bare = re.sub(r"\([^()]*\)|\b(?:Dr|Prof|Mr|Mrs|Ms)\.\s|https?:\S+|\S+@\S+", " ", value)
    bare = re.split(r"\s[|–—]\s|\s+(?:in|for|в|дар|для)\s(?=[A-ZА-Я])", bare)[0]
    parts = re.split(r"\s*[;,]\s*(?:and |и |ва )?|\s+(?:and|и|ва|with|&)\s+", bare)
    return tuple(
        " ".join(part.split()).strip(" .*¹²³") if not re.search(r"\s\w\.$", part) else part.strip()
        for part in parts
        if re.search(r"[^\W\d]{2}", part)
    )


def is_date_line(line: str) -> bool:
    """Nothing but one date, perhaps with weekday, time and place signs."""
    if len(line) > 70:
        return False
    rest = line
    for found in reversed(find_dates(line)):
        rest = rest[: found.span.start] + " " + rest[found.span.end :]
    return rest != line and not _DATE_NOISE.sub("", rest).strip()


def is_names_line(line: str) -> bool:
    return len(line) <= 80 and bool(_NAMES_ALONE.fullmatch(line))


def _label_of(part: str) -> tuple[str, re.Match[str]] | None:
    # The longest label wins: "Published by" over "Published", "Citation / Document Symbol" over "Citation".
    found = [
        (field, match)
        for table in (_COLON, _SPACED)
        for field, pattern in table.items()
        if (match := pattern.match(part))
    ]
    found = [(field, match) for field, match in found if _fits(field, part[match.end() :], ":" in match.group())]
    return max(found, key=lambda pair: len(pair[1].group()), default=None)


def _fits(field: str, value: str, colon: bool) -> bool:
    """Without a colon a date must follow a date label and a short value any other."""
    if field in ("published", "modified", "accessed"):
        return bool(labelled_date(value)) and len(value) <= 90
    if field == "other" or field == "url":
        return colon or len(value) > 3
    if field == "title":
        return colon and len(value) <= 250
    if field == "author":
        return bool(names_in(value)) and len(value) <= 200 and (colon or bool(_NAMES_ALONE.match(value)))
    return len(value.split()) <= (16 if colon else 8)


def _labelled(part: str) -> Iterator[Stated]:
    found = _label_of(part)
    if found is None:
        return
    field, match = found
    value, label = part[match.end() :].strip(), match.group().strip(" :–—-")
    if field in ("published", "modified", "accessed"):
        yield Stated(field, labelled_date(value), f"line “{label}”")
        yield from _others_behind(value, field)
        return
    yield Stated(field, value, f"line “{label}”")


def _others_behind(value: str, field: str) -> Iterator[Stated]:
    """ "Published: 3 May 2020, updated 5 May 2020"; "Posted 3 May 2020 by A. Name"."""
    for other in ("modified", "published"):
        match = re.search(rf"[\s,;(]+(?:{LABELS[other]})\s*:?\s+(?=\S)", value, re.IGNORECASE)
        if match and other != field and first_date(value[match.end() :]):
            yield Stated(other, first_date(value[match.end() :]), f"line “{match.group().strip(' :,;(')}”")
    match = re.search(rf"\b(?:by|автор|муаллиф)\s*:?\s+(?P<names>{NAMES})", value)
    if match:
        yield Stated("author", match.group("names"), "byline")


def _plain(part: str) -> Iterator[Stated]:
    """Lines without a label: a date, a byline, names beside a date."""
    issue = _ISSUE.search(part)
    if issue:
        yield Stated("issue_date", issue.group("date"), "issue named in the byline")
        yield Stated("publisher", issue.group("name"), "issue named in the byline")
    volume = _VOLUME.match(part)
    if volume and len(part) <= 120:
        yield Stated("publisher", volume.group("name"), "volume named")
    byline = _BYLINE.match(part)
    if byline and len(byline.group("rest").split()) <= 14:
        yield Stated("author", byline.group("names"), "byline")
        if first_date(byline.group("rest")) and not issue:
            yield Stated("published", first_date(byline.group("rest")), "date beside the byline")
    elif is_date_line(part):
        yield Stated("published", first_date(part), "date line")
    elif match := re.fullmatch(
        rf"(?P<names>{NAMES})\s?[,–—-]\s?(?P<date>.{{4,40}})|(?P<date2>.{{4,40}}?)\s?[,–—-]\s?(?P<names2>{NAMES})", part
    ):
        date = match.group("date") or match.group("date2")
        if is_date_line(date):
            yield Stated("published", first_date(date), "date line")
            yield Stated("author", match.group("names") or match.group("names2"), "name beside the date")
