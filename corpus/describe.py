"""Text -> what it says of itself: title, author, publisher, dates, each with how it is known. Pure.

Only visible blocks speak: a sidebar's dates date nothing. Nothing is guessed; a date of publication that is nowhere
stated is inferred only from a text that speaks of its own time ("this year") and names years, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from corpus.blocks import Block
from corpus.boilerplate import Dropped
from corpus.dates import find_dates, first_date
from corpus.document import Dated, Record
from corpus.findings import Finding, found_value
from corpus.outlets import outlet_in, outlet_named
from corpus.page_parts import PageParts
from corpus.publishers import notice, relay, signed, titled, told
from corpus.record_lines import LABELS, Stated, is_labelled, is_names_line, names_in, stated_in
from corpus.titles import ACADEMIC, PRESS_RELEASE, title_of

DATELINE = 160  # characters of the first paragraph in which place and date may stand
LANGUAGES = {"en": r"english|английск\w+|англисӣ", "ru": r"russian|русск\w+|русӣ", "tg": r"tajik|таджикск\w+|тоҷикӣ",
             "fr": r"french|французск\w+|фаронсавӣ", "de": r"german|немецк\w+|олмонӣ", "uz": r"uzbek|узбекск\w+|ӯзбекӣ",
             "fa": r"persian|farsi|dari|персидск\w+|форсӣ"}  # fmt: skip

_DATELINE = re.compile(
    r"(?P<place>[^.!?\n]{0,90}?[,.(\s]|)(?P<date>[^\n]{4,40}?)[)\]]?\s?(?:\([^()\n]{2,40}\)\s?)?(?:[–—-]{1,2}|[.:])\s",
    re.DOTALL,
)
_AGENCY = re.compile(
    r"(?:\(|[-–—,]\s?)(?P<name>[^()\d\n–—-]{2,40}?)(?:\)|\.)?\s?[–—-]{1,2}\s|/(?P<slash>[^/\n]{2,30})/"
)
_ANALYSIS = re.compile(
    r"\b(?:analy(?:sis|tical)|commentary|opinion|op-ed|аналитик\w*|аналитическ\w+|мнение|таҳлил\w*)\b", re.IGNORECASE
)
_NOW = re.compile(
    r"\b(?:this year|last year|recently|so far this year|в этом году|в прошлом году|в нынешнем году|"
    r"нынешнего года|этого года|прошлого года|прошлым годом|недавно|имсол|соли ҷорӣ|соли гузашта|"
    r"порсол)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:by|until|till|will|plans?|planned|due|expected|forecast|from now|к|до|будет|будут|"
    r"планир\w+|ожида\w+|намечен\w*|прогноз\w*|то соли|хоҳа\w+|меша\w+|нақша\w*|дар назар)\b",
    re.IGNORECASE,
)


def describe(text: str, dropped: Sequence[Dropped], site: str = "") -> list[Finding]:
    """What the text says of itself, at most one finding a field, the best evidence for each; `site` is what stands
    beside a page's headline in its title, and counts where a line of the page bears it out.
    """
    page = PageParts(text, dropped, site)
    found: dict[str, Finding] = {}
    for source in _SOURCES:
        for finding in source(page, found):
            found.setdefault(finding.field, finding)
    return list(found.values())


def complete(record: Record, found: Iterable[Finding]) -> Record:
    """The record with its empty fields filled; what it holds stays, but a stated date replaces an inferred one."""
    known = {field.name for field in fields(Record)}
    gaps = {
        one.field: one.value for one in found if one.field in known and _is_open(getattr(record, one.field), one.value)
    }
    return replace(record, **gaps)  # type: ignore[arg-type]


def _is_open(held: object, value: object) -> bool:
    if isinstance(held, Dated) and isinstance(value, Dated):
        return held.basis == "inferred" and value.basis == "stated"
    return not held


def _from_lines(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """Labelled lines of head and tail first; then bylines and dates below the title, above it, below the text."""
    title = found_value(found, "title")
    at = next((index for index, block in enumerate(page.head) if " ".join(block.text.split()) == title), -1)
    below = [block for block in page.tail if is_labelled(block.text)]
    for one in _all_stated([*page.head, *below]):
        if one.how.startswith("line"):
            yield from _finding(one)
    loose = [block for block in page.tail[:2] if not is_labelled(block.text)]
    for one in _all_stated([*page.head[at + 1 :], *page.head[: at + 1], *below, *loose]):
        yield from _finding(one)
    yield from _names_beside_date(page)
    for one in _all_stated([*page.head, *below]):
        if one.field in ("issue_date", "publisher"):
            yield from _dated("published", first_date(one.value), one.how)


def _all_stated(blocks: Iterable[Block]) -> list[Stated]:
    return [one for block in blocks for one in stated_in(block.text)]


def _finding(one: Stated) -> Iterator[Finding]:
    if one.field in ("published", "modified", "accessed"):
        yield from _dated(one.field, one.value, one.how)
    elif one.field == "author":
        yield Finding("author", names_in(one.value), one.how)
    elif one.field == "first_published":
        yield Finding("publisher", outlet_named(_without_date(one.value)), one.how)
        yield from _dated("published", first_date(one.value), one.how)
    elif one.field == "publisher":
        yield Finding("publisher", outlet_named(_without_date(one.value)), one.how)
    elif one.field == "source_language":
        yield from (
            Finding("source_language", code, one.how)
            for code, words in LANGUAGES.items()
            if re.match(words, one.value, re.IGNORECASE)
        )
    elif one.field == "country":
        yield Finding("country", tuple(part.strip() for part in re.split(r"[,;]", one.value)), one.how)
    elif one.field in ("title", "symbol", "relayed_by"):
        yield Finding(one.field, one.value, one.how)
    elif one.field == "other":
        yield from _citation(one)


def _citation(one: Stated) -> Iterator[Finding]:
    """ "accessed 17 December 2017" in a "Cite as" line."""
    match = re.search(
        rf"\b(?:{LABELS['accessed']})\s*:?\s*(?P<date>.{{6,30}}?)\s*(?:[\]).;]|$)", one.value, re.IGNORECASE
    )
    if match:
        yield from _dated("accessed", first_date(match.group("date")), one.how)


def _dated(field: str, value: str, how: str) -> Iterator[Finding]:
    if value:
        yield Finding(field, Dated(value, "stated"), how)


def _without_date(value: str) -> str:
    for found in reversed(find_dates(value)):
        value = value[: found.span.start] + value[found.span.end :]
    return re.sub(r"\s*(?:,|\bon|\bот|\bfrom)?\s*$|https?:\S+", "", value).strip(' ,.;–—-«»"“”') or value


def _names_beside_date(page: PageParts) -> Iterator[Finding]:
    """A line of nothing but names above or below a date line of the head, or in the head of a paper."""
    dated = [any(one.field in ("published", "modified") for one in stated_in(block.text)) for block in page.head]
    academic = any(ACADEMIC.match(block.text) for block in page.head)
    for index, block in enumerate(page.head):
        beside = any(dated[index + 1 : index + 2]) or (index > 0 and dated[index - 1]) or academic
        if index and is_names_line(block.text) and beside:
            yield Finding("author", names_in(block.text), "name beside the date")


def _first_paragraph(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """ "Paris, 23 November 2011 – ...", "DUSHANBE, March 5, 2019 (Reuters) - ..."."""
    match = _DATELINE.match(page.lead[:DATELINE])
    if match is None:
        return
    opening = page.lead[: match.end()]
    dates = [one for one in find_dates(opening) if one.value.count("-") == 2]
    if dates and len(opening) <= 110 and _is_place(opening[: dates[0].span.start]):
        yield from _dated("published", dates[0].value, "dateline")
    agency = _AGENCY.search(page.lead[:DATELINE])
    name = (agency.group("name") or agency.group("slash")).strip() if agency else ""
    if name and outlet_in(name):
        yield Finding("publisher", outlet_in(name), "dateline")


def _is_place(text: str) -> bool:
    """Capitalised words only, as in "Paris, St Petersburg, Dushanbe, "."""
    words = re.findall(r"[^\W\d_]+", text)
    return all(word[0].isupper() or len(word) <= 2 for word in words) and len(words) <= 8


def _kind(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    for block in page.head[:8]:
        match = PRESS_RELEASE.match(block.text)
        if match and len(block.text) <= 300:
            yield Finding("source_type", "press-release", "line “Press release”")
            bodies = outlet_in(match.group("by"))
            if bodies or match.group("by").strip():
                yield Finding("publisher", bodies or match.group("by").strip(), "line “Press release”")
    if any(ACADEMIC.match(block.text) for block in page.head):
        yield Finding("source_type", "academic", "abstract, DOI or ISSN")
    if any(
        len(block.text) <= 80 and _ANALYSIS.search(block.text) and block.is_label
        for block in page.head[:6]
        if block.text != found_value(found, "title")
    ):
        yield Finding("source_type", "analysis", "section named in the head")


def _inferred_date(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """The latest year that a text names which also speaks of its own time; a year ahead does not count."""
    if "published" in found:
        return
    text = "\n".join(block.text for block in page.visible)
    clue = _NOW.search(text)
    years = [one.value[:4] for one in find_dates(text) if not _FUTURE.search(_clause(text, one.span.start))]
    if clue and years:
        yield Finding(
            "published", Dated(max(years), "inferred"), f"“{clue.group()}” and the latest year that the text names"
        )


def _clause(text: str, at: int) -> str:
    return re.split(r"[.!?;,\n]", text[max(0, at - 80) : at])[-1]


_SOURCES: tuple[Callable[[PageParts, Mapping[str, Finding]], Iterator[Finding]], ...] = (
    title_of, _from_lines, _first_paragraph, _kind, signed, relay, titled, notice, _inferred_date, told,
)  # fmt: skip
