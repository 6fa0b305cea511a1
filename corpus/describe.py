"""Text -> what it says of itself: title, author, publisher, dates, each with how it is known. Pure.

Only visible blocks speak: a sidebar's dates date nothing. Nothing is guessed; a date of publication that is nowhere
stated is inferred only from a text that speaks of its own time ("this year") and names years, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from corpus.blocks import Block
from corpus.boilerplate import Dropped
from corpus.dates import find_dates, first_date
from corpus.document import Dated, Record
from corpus.imprint import bears_out, is_office, notice_owner, organisation, statement_title
from corpus.outlets import outlet_in, outlet_named
from corpus.page_parts import PageParts
from corpus.record_lines import LABELS, Stated, is_labelled, is_names_line, names_in, stated_in

DATELINE = 160  # characters of the first paragraph in which place and date may stand
TITLE_MAX = 200  # characters; the longest title of the library has 190
LANGUAGES = {"en": r"english|английск\w+|англисӣ", "ru": r"russian|русск\w+|русӣ", "tg": r"tajik|таджикск\w+|тоҷикӣ",
             "fr": r"french|французск\w+|фаронсавӣ", "de": r"german|немецк\w+|олмонӣ", "uz": r"uzbek|узбекск\w+|ӯзбекӣ",
             "fa": r"persian|farsi|dari|персидск\w+|форсӣ"}  # fmt: skip

INFERRED = (
    "abstract, DOI or ISSN",
    "section named in the head",
    "the page's own furniture",
    "the outlet to which the text was told",
)  # ways of knowing that conclude a fact from something else; all others read it where it stands

_DATELINE = re.compile(
    r"(?P<place>[^.!?\n]{0,90}?[,.(\s]|)(?P<date>[^\n]{4,40}?)[)\]]?\s?(?:\([^()\n]{2,40}\)\s?)?(?:[–—-]{1,2}|[.:])\s",
    re.DOTALL,
)
_AGENCY = re.compile(
    r"(?:\(|[-–—,]\s?)(?P<name>[^()\d\n–—-]{2,40}?)(?:\)|\.)?\s?[–—-]{1,2}\s|/(?P<slash>[^/\n]{2,30})/"
)
_PRESS_RELEASE = re.compile(
    r"(?:joint |media |совместн\w+ )?(?:press[ -]?release|news release|press[ -]statement|"
    r"пресс-релиз|сообщение для печати|заявление для прессы|пресс-релизи|изҳороти матбуотӣ|"
    r"баёнияи матбуотӣ|хабари матбуотӣ)\b[\s:–—-]*(?P<by>.*)", re.IGNORECASE
)  # fmt: skip
_NOT_A = re.compile(r"this is not an? (?P<name>[^.]{2,40}?) publication", re.IGNORECASE)
_SEARCH = re.compile(r"[Ss](?i:earch) (?P<name>[A-Z][\w-]+)$")
_TOLD = re.compile(
    r"\b(?:told|informed|in an interview (?:with|to)|said in an interview (?:with|to)|"
    r"сообщил\w* в интервью|рассказал\w*|сообщил\w*|в интервью|в беседе с|"
    r"ба)\s+(?P<name>[«\"“]?[^\s,.;][^,.;\n]{2,40})"
)
_ANALYSIS = re.compile(
    r"\b(?:analy(?:sis|tical)|commentary|opinion|op-ed|аналитик\w*|аналитическ\w+|мнение|таҳлил\w*)\b", re.IGNORECASE
)
_ACADEMIC = re.compile(
    r"(?:doi|issn|e-issn|удк|udc|abstract|аннотация|аннотатсия|резюме|keywords|key words|ключевые слова|калидвожаҳо)\b",
    re.IGNORECASE,
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


@dataclass(frozen=True, slots=True)
class Finding:
    """A field of the record, its value and how it is known, in words for a person."""

    field: str
    value: str | tuple[str, ...] | Dated
    how: str


def describe(text: str, dropped: Sequence[Dropped], site: str = "") -> list[Finding]:
    """What the text says of itself, at most one finding a field, the best evidence for each; `site` is what stands
    beside a page's headline in its title, and counts where a line of the page bears it out.
    """
    page = PageParts(text, dropped, site)
    found: dict[str, Finding] = {}
    for source in (
        _title,
        _from_lines,
        _first_paragraph,
        _kind,
        _signed,
        _relay,
        _titled,
        _notice,
        _inferred_date,
        _told,
    ):
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


def _title(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """What is below "Press Release ...", "Statement on ..." below an office's name, else the first line of the head
    that is no record and no menu.
    """
    statement = _statement(page)
    if statement:
        yield Finding("title", statement, "line of a statement")
        return
    lines = [
        block for block in page.head[:12] if not stated_in(block.text) and not _PRESS_RELEASE.fullmatch(block.text)
    ]
    at = next((index for index, block in enumerate(page.head) if _PRESS_RELEASE.match(block.text)), None)
    after = [block for block in page.head[at + 1 :] if block in lines] if at is not None else []
    for block in [*after, *sorted(lines, key=lambda block: bool(organisation(block.text)))]:
        if _is_title(block) and len(page.visible) > 1:
            yield Finding("title", " ".join(block.text.split()), "first line of its own")
            return


def _statement(page: PageParts) -> str:
    """The title of an office's statement; without an office only one that a line break tears."""
    following = [*(block.text for block in page.head[1:]), ""]
    for block, below in zip(page.head[:12], following, strict=False):
        title = statement_title(block.text, below)
        if title and (_office(page) or title != block.text):
            return title
    return ""


def _office(page: PageParts) -> str:
    return next((line for line in page.opening if is_office(line)), "")


def _is_title(block: Block) -> bool:
    text = block.text
    letters = any(character.isalpha() for character in text)
    ends = text.rstrip("»”\"'")[-1:] in ".,;:"
    lone_word = block.words < 2
    return (
        letters
        and len(text) <= TITLE_MAX
        and not ends
        and not lone_word
        and not is_names_line(text)
        and not _ACADEMIC.match(text)
    )


def _from_lines(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """Labelled lines of head and tail first; then bylines and dates below the title, above it, below the text."""
    title = _value(found, "title")
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
    academic = any(_ACADEMIC.match(block.text) for block in page.head)
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
        match = _PRESS_RELEASE.match(block.text)
        if match and len(block.text) <= 300:
            yield Finding("source_type", "press-release", "line “Press release”")
            bodies = outlet_in(match.group("by"))
            if bodies or match.group("by").strip():
                yield Finding("publisher", bodies or match.group("by").strip(), "line “Press release”")
    if any(_ACADEMIC.match(block.text) for block in page.head):
        yield Finding("source_type", "academic", "abstract, DOI or ISSN")
    if any(
        len(block.text) <= 80 and _ANALYSIS.search(block.text) and block.is_label
        for block in page.head[:6]
        if block.text != _value(found, "title")
    ):
        yield Finding("source_type", "analysis", "section named in the head")


def _signed(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """Whose statement or press release it is by the letterhead; whose report by the line above or below its title."""
    office, statement = _office(page), _statement(page)
    if statement and office:
        yield Finding("source_type", "statement", "line of a statement")
    if office and (statement or any(_PRESS_RELEASE.match(block.text) for block in page.head)):
        yield Finding("publisher", outlet_named(office), "letterhead")
    at = next((index for index, block in enumerate(page.head) if block.text == _value(found, "title")), -2)
    for block in page.head[max(0, at - 1) : at + 2]:
        body = organisation(block.text)
        if body:
            yield Finding("publisher", outlet_named(body), "name of the body beside the title")


def _value(found: Mapping[str, Finding], field: str) -> object:
    return found[field].value if field in found else ""


def _relay(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """The page belongs to somebody else than the publisher it names."""
    if "publisher" not in found:
        return
    furniture = [one.span.slice(page.text) for one in page.dropped]
    for pattern in (_SEARCH, _NOT_A):
        for text in furniture:
            match = pattern.search(text[:200])
            if match and match.group("name") != found["publisher"].value:
                yield Finding("relayed_by", match.group("name"), "the page's own furniture")


def _titled(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """The site of the page's title, which its masthead or its notice of rights repeats: it may be a section as well."""
    lines = [one.span.slice(page.text) for one in page.dropped]
    masthead = page.opening[:1] == lines[:1] == [page.site] and len(page.site.split()) > 1
    if page.site and (masthead or bears_out(lines, page.site)):
        yield Finding("publisher", outlet_named(page.site), "the page's title, and its own notice")


def _notice(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    for one in page.dropped:
        owner = notice_owner(one.span.slice(page.text)[:300])
        if owner:
            yield Finding("publisher", outlet_named(owner), "copyright notice")


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


def _told(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """The one known outlet that a news text says it was told to."""
    names = {
        outlet
        for block in page.visible
        for match in _TOLD.finditer(block.text)
        if (outlet := outlet_in(match.group("name")))
    }
    if len(names) == 1:
        yield Finding("publisher", names.pop(), "the outlet to which the text was told")
