"""Whose text a page is: letterhead, masthead, notices, the outlet that its people told. Pure; `describe` ranks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corpus.findings import Finding, found_value
from corpus.imprint import bears_out, notice_owner, organisation
from corpus.outlets import outlet_in, outlet_named
from corpus.page_parts import PageParts
from corpus.titles import PRESS_RELEASE, office_of, statement_of

_NOT_A = re.compile(r"this is not an? (?P<name>[^.]{2,40}?) publication", re.IGNORECASE)
_SEARCH = re.compile(r"[Ss](?i:earch) (?P<name>[A-Z][\w-]+)$")
_TOLD = re.compile(
    r"\b(?:told|informed|in an interview (?:with|to)|said in an interview (?:with|to)|"
    r"сообщил\w* в интервью|рассказал\w*|сообщил\w*|в интервью|в беседе с|"
    r"ба)\s+(?P<name>[«\"“]?[^\s,.;][^,.;\n]{2,40})"
)


def signed(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """Whose statement or press release it is by the letterhead; whose report by the line above or below its title."""
    office, statement = office_of(page), statement_of(page)
    if statement and office:
        yield Finding("source_type", "statement", "line of a statement")
    if office and (statement or any(PRESS_RELEASE.match(block.text) for block in page.head)):
        yield Finding("publisher", outlet_named(office), "letterhead")
    at = next((index for index, block in enumerate(page.head) if block.text == found_value(found, "title")), -2)
    for block in page.head[max(0, at - 1) : at + 2]:
        body = organisation(block.text)
        if body:
            yield Finding("publisher", outlet_named(body), "name of the body beside the title")


def relay(page: PageParts, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """The page belongs to somebody else than the publisher it names."""
    if "publisher" not in found:
        return
    furniture = [one.span.slice(page.text) for one in page.dropped]
    for pattern in (_SEARCH, _NOT_A):
        for text in furniture:
            match = pattern.search(text[:200])
            if match and match.group("name") != found["publisher"].value:
                yield Finding("relayed_by", match.group("name"), "the page's own furniture")


def titled(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """The site of the page's title, which its masthead or its notice of rights repeats: it may be a section as well."""
    lines = [one.span.slice(page.text) for one in page.dropped]
    masthead = page.opening[:1] == lines[:1] == [page.site] and len(page.site.split()) > 1
    if page.site and (masthead or bears_out(lines, page.site)):
        yield Finding("publisher", outlet_named(page.site), "the page's title, and its own notice")


def notice(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    for one in page.dropped:
        owner = notice_owner(one.span.slice(page.text)[:300])
        if owner:
            yield Finding("publisher", outlet_named(owner), "copyright notice")


def told(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """The one known outlet that a news text says it was told to."""
    names = {
        outlet
        for block in page.visible
        for match in _TOLD.finditer(block.text)
        if (outlet := outlet_in(match.group("name")))
    }
    if len(names) == 1:
        yield Finding("publisher", names.pop(), "the outlet to which the text was told")
