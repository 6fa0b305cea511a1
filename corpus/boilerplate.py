"""Which blocks of a text did its author not write? Navigation, counters, share lines, teasers, notices, contacts.

Pure. Rules see blocks of text only, so pasted text is served as well as marked-up pages; what a format knows of its
own structure (HTML's <nav>) comes in as spans. A record header (author, date, symbol) is never boilerplate. Nothing
here may be a rule for one publisher.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.blocks import Block, blocks_of
from corpus.dates import find_dates
from corpus.document import Span
from corpus.line_parts import parts_of
from corpus.phrases import line_reason, phrases
from corpus.record_lines import is_labelled, is_names_line, is_record_line

MARKUP = "page structure"  # reason for what the reader itself had set apart
MENU_WORDS = 4  # words; menu entries of the pages in tests/pages have one to four
MENU_RUN = 4  # so many neighbouring menu entries make a menu, half as many when one is in the word list
TEASER_RUN = 3  # so many neighbouring headlines without text of their own are links
SENTENCE_WORDS = 10  # words; a shorter sentence is as often a teaser's
TEASER_MAX = 220  # characters; the longest entry of a publication list in the seeds has 214

_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w+|\+\d[\d\s()-]{7,}|\b\d{2,3}-\d\d-\d\d\b|\(\d{3,5}\)\s?\d|"
    r"\b(?:tel|phone|fax|mobile|mob|e-?mail|тел|факс|моб|эл\.? ?почта|телефон|почта|телефони?|нишонӣ|"
    r"суроға|адрес|address)\b\s?[.:]",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\S[.!…][\"'»”’)]*$")
_TIME = re.compile(r"(?:\[?\d{1,2}[:.]\d\d\]?)\s*[-–—|]?\s*(?=\S)")
_SEPARATORS = re.compile(r"\s(?:[|»›>·•→/\\]|::)\s|[»›→|•]|\s{3,}")
_ENTRY_END = re.compile(r"(?:1[89]|20)\d\d\)?[\s.,;]*$")
_FOOTNOTE = re.compile(r"(?:\[\d{1,3}\]|\d{1,3}[.)]|[¹²³⁴-⁹*]{1,3})\s+\S")
_SPEAKER = re.compile(r"(?P<name>[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,3}):\s\S")
_ITEM = re.compile(r"[-–—•*·▪●◦]\s")
_KEPT_SECTION = re.compile(
    r"(?:references|bibliography|notes|footnotes|endnotes|works cited|sources|annex\w*|appendi\w+|"
    r"signator\w+|abstract|keywords|"
    r"recommendations|conclusions?|summary|литература|список (?:литературы|источников)|примечани\w+|"
    r"источники|сноски|ссылки и примечания|"
    r"приложени\w+|подписи|аннотация|ключевые слова|рекомендации|выводы|адабиёт|рӯйхати адабиёт|"
    r"сарчашмаҳо|эзоҳ\w*|замима\w*|хулоса|тавсияҳо)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the text that is kept and never retrieved, and the name of the rule that found it."""

    span: Span
    reason: str


def find_boilerplate(text: str, known: Sequence[Span] = ()) -> list[Dropped]:
    """What of `text` is boilerplate, in order, without overlaps; `known` spans are taken over as they are."""
    blocks = blocks_of(text)
    starts = sorted(span.start for span in known)
    furthest = list(accumulate((span.end for span in sorted(known)), max))
    at = [bisect_right(starts, block.span.start) for block in blocks]
    page = _Page(blocks, [n > 0 and furthest[n - 1] > b.span.start for n, b in zip(at, blocks, strict=True)])
    for rule in (_by_phrase, _contacts, _comments, _lists, _menus, _teasers):
        rule(page)
    found = [Dropped(span, MARKUP) for span in known]
    for index, block in enumerate(blocks):
        if page.reasons[index]:
            found.append(Dropped(block.span, page.reasons[index]))
        elif not page.known[index]:
            found += [Dropped(span, reason) for span, reason in parts_of(block)]
    return sorted(found, key=lambda one: one.span)


class _Page:
    """The blocks and what is known of each so far; "" while a block counts as the author's."""

    def __init__(self, blocks: list[Block], known: list[bool]) -> None:
        self.blocks = blocks
        self.known = known
        self.reasons = [""] * len(blocks)
        self.body = [_is_body(block) for block in blocks]
        self._prose_after: list[int] = []  # made when asked for, void after a change of reasons
        prose = [index for index in range(len(blocks)) if not known[index] and self.body[index]]
        self.first = prose[0] if prose else len(blocks)
        self.last = prose[-1] if prose else -1
        self.title = self._title()
        self.speakers = {
            name for block, body in zip(blocks, self.body, strict=True) if body and (name := _speaker(block))
        }
        self.labelled = [is_labelled(block.text) for block in blocks]
        self.record = [
            self.labelled[index] or (is_record_line(block.text) and self._beside_body(index))
            for index, block in enumerate(blocks)
        ]

    def _beside_body(self, index: int) -> bool:
        """Where a date or a byline without a label belongs to the text, not to a list of other texts."""
        return index <= self.first + 1 or self.last < index <= self.last + 2

    def _title(self) -> int:
        """The nearest label above the body that could be its title; the body itself when there is none."""
        for index in range(self.first - 1, -1, -1):
            block = self.blocks[index]
            wanted = (
                block.is_label and block.words > 2 and not is_record_line(block.text) and not is_names_line(block.text)
            )
            if (
                wanted
                and not _CONTACT.search(block.text)
                and not self.known[index]
                and not _KEPT_SECTION.match(block.text)
                and not _is_menu_line(block.text)
            ):
                return index
        return self.first

    def in_head(self, index: int) -> bool:
        """Title and record lines, right above the body; only a phrase can tell boilerplate there."""
        return self.title <= index < self.first

    def outside(self, index: int) -> bool:
        return index < self.first or index > self.last

    def open(self, index: int) -> bool:
        """Whether the block may still be dropped."""
        return not self.known[index] and not self.reasons[index] and not self.record[index]

    def drop(self, index: int, reason: str) -> None:
        if self.open(index):
            self._note(index, reason)

    def take(self, index: int, reason: str) -> None:
        """Drops a block of a list or of the comments, where a date or a name without label is an entry's."""
        if not self.known[index] and not self.labelled[index] and not self.in_head(index):
            self._note(index, self.reasons[index] or reason)

    def _note(self, index: int, reason: str) -> None:
        if self.body[index] and not self.reasons[index]:
            self._prose_after = []
        self.reasons[index] = reason

    def prose_after(self, index: int) -> int:
        """Blocks of prose from `index` on that still count as the author's."""
        if not self._prose_after:
            columns = zip(self.body, self.known, self.reasons, strict=True)
            prose = [body and not known and not reason for body, known, reason in columns]
            self._prose_after = [*accumulate(reversed(prose), initial=0)][::-1]
        return self._prose_after[index]


def _is_body(block: Block) -> bool:
    runs = block.is_prose or (block.words >= SENTENCE_WORDS and _is_sentence(block.text))
    return runs and not _FOOTNOTE.match(block.text) and not _is_entry(block) and not line_reason(block.text)


def _is_sentence(text: str) -> bool:
    """Eight words or more and a full stop, which at most a few closing marks follow."""
    words = text.split()
    return len(words) > 7 and bool(_CLOSED.search(words[-1][-20:]))


def _is_entry(block: Block) -> bool:
    """An entry of a list of publications: short, and a date closes or opens it."""
    text = block.text
    if len(text) > TEASER_MAX or _FOOTNOTE.match(text):
        return False
    dates = find_dates(text)
    return bool(_ENTRY_END.search(text) or (dates and dates[0].span.start <= 12 and block.is_label))


def _by_phrase(page: _Page) -> None:
    for index, block in enumerate(page.blocks):
        if page.open(index):
            page.drop(index, line_reason(block.text) or (_joined_menu(block.text) if page.outside(index) else ""))


def _is_menu_line(text: str) -> bool:
    return bool(line_reason(text) or _joined_menu(text))


def _joined_menu(text: str) -> str:
    """ "Home > News > Migration", "About us | Contacts | RSS": short parts, one of them in the word list."""
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    short = all(len(part.split()) <= 6 for part in parts)
    if len(parts) < 2 or not short or len(text) > TEASER_MAX:
        return ""
    named = sum(1 for part in parts if line_reason(part) in ("navigation", "share line", "subscription", "copyright"))
    plain = len(parts) > 2 and all(len(part.split()) <= 3 and not re.search(r"\d", part) for part in parts)
    return "navigation" if (named and (len(parts) > 2 or named == len(parts))) or plain else ""


def _contacts(page: _Page) -> None:
    """A heading of contacts and the lines with numbers and addresses below it; such lines alone as well."""
    inside = False
    for index, block in enumerate(page.blocks):
        opens = any(row.matches(block.text) for row in phrases("contacts"))
        marked = len(_CONTACT.findall(block.text))
        alone = marked and len(block.text) <= 90 * (marked + 1) and not page.body[index]
        ends = bool(_FOOTNOTE.match(block.text) or _KEPT_SECTION.match(block.text))
        if page.in_head(index):
            inside = False
        elif opens and page.open(index) and (marked or not page.body[index]):
            inside = True
            page.drop(index, "contact lines")
        elif alone or (inside and (marked or (block.is_label and not ends and index > page.last))):
            page.drop(index, "contact lines")
        elif page.open(index):
            inside = False


def _comments(page: _Page) -> None:
    """A heading of comments below the body takes everything after it; comments are not the author's."""
    for index, block in enumerate(page.blocks):
        if page.open(index) and any(row.matches(block.text) for row in phrases("comments")):
            page.drop(index, "comments")
            if page.prose_after(0) > page.prose_after(index):
                for after in range(index + 1, len(page.blocks)):
                    if _KEPT_SECTION.match(page.blocks[after].text):
                        break
                    page.take(after, "comments")


def _lists(page: _Page) -> None:
    """A heading such as "Read also" and the headlines, teasers or publications below it."""
    for index, block in enumerate(page.blocks):
        heading = block.text.strip(" :.…►▶→»«-–—•")
        if page.open(index) and not page.in_head(index) and any(row.matches(heading) for row in phrases("list")):
            following = next((at for at in range(index + 1, len(page.blocks)) if page.open(at)), None)
            if following is None or index > page.last or _is_link_like(page.blocks[following]):
                page.drop(index, "related items")
                _swallow(page, index + 1)


def _swallow(page: _Page, start: int) -> None:
    """Drops what follows a list's heading: to the end where the body is over, else as far as blocks look like links."""
    before = page.prose_after(0) - page.prose_after(start)
    rest = page.prose_after(start)
    over = before > 0 and rest <= max(1, before // 5)
    for index in range(start, len(page.blocks)):
        block = page.blocks[index]
        if (
            page.in_head(index)
            or _KEPT_SECTION.match(block.text)
            or (_FOOTNOTE.match(block.text) and not block.is_label)
        ):
            return
        if not over and page.open(index) and not _is_link_like(block):
            return
        page.take(index, "related items")


def _is_link_like(block: Block) -> bool:
    text = block.text
    return (
        block.is_label
        or _is_entry(block)
        or (len(text) <= TEASER_MAX and not block.is_prose and not _is_sentence(text))
    )


def _menus(page: _Page) -> None:
    """Runs of very short lines before and after the body."""
    for run in _runs(
        page, lambda block: block.words <= MENU_WORDS and block.is_label and not _FOOTNOTE.match(block.text)
    ):
        run = [index for index in run if not page.in_head(index)]
        if not run:
            continue
        around = (run[0] - 1, run[-1] + 1)
        dropped = any(page.reasons[index] == "navigation" for index in around if 0 <= index < len(page.blocks))
        outside = run[-1] < page.first or run[0] > page.last
        if outside and len(run) >= (MENU_RUN // 2 if dropped else MENU_RUN):
            for index in run:
                page.drop(index, "navigation")


def _teasers(page: _Page) -> None:
    """Runs of headlines after the body, or of lines that a time or a date opens."""
    for whole in _runs(page, lambda block: _is_teaser(block) and _speaker(block) not in page.speakers):
        run = [index for index in whole if not page.in_head(index)]
        if not run:
            continue
        timed = sum(1 for index in run if _TIME.match(page.blocks[index].text))
        entries = sum(1 for index in run if _is_entry(page.blocks[index]))
        if run[0] > page.last >= 0 and (len(run) >= TEASER_RUN or max(timed, entries) >= 2):
            if not _in_kept_section(page, run[0]):
                for index in run:
                    page.drop(index, "related items")
        elif timed >= 2 and timed * 2 > len(run):
            for index in run:
                page.drop(index, "related items")


def _is_teaser(block: Block) -> bool:
    return (
        _is_link_like(block)
        and not _FOOTNOTE.match(block.text)
        and not _ITEM.match(block.text)
        and " | " not in block.text
        and not block.text.endswith(":")
    )


def _speaker(block: Block) -> str:
    """Who speaks in "Q: ...", "A. Name: ..."; "" where nobody is named."""
    match = _SPEAKER.match(block.text)
    return match["name"] if match else ""


def _in_kept_section(page: _Page, index: int) -> bool:
    """Below "References", or below a line that announces a list."""
    for at in range(index, max(-1, index - 60), -1):
        text = page.blocks[at].text
        if _KEPT_SECTION.match(text) or (at < index and text.endswith(":")):
            return True
        if page.body[at]:
            return False
    return False


def _runs(page: _Page, fits: Callable[[Block], bool]) -> Iterator[list[int]]:
    run: list[int] = []
    for index, block in enumerate(page.blocks):
        if page.open(index) and fits(block):
            run.append(index)
        elif not page.reasons[index] or page.record[index]:
            if run:
                yield run
            run = []
    if run:
        yield run
