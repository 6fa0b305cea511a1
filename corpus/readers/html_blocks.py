"""The tree of a page -> its visible blocks, each with what the markup says of it. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAIN_SHARE = 0.5  # share of the page's paragraphs that makes an <article> the place where the text stands
FURNITURE_SHARE = 0.4  # an element with more of the paragraphs is a wrapper, whatever its class is called
NAMES_MAX = 1000  # characters of a class or an id; generated style names fill a few hundred
DEPTH_MAX = 150  # levels; real pages have about 40; deeper ones are broken and are read flat

_UNSEEN = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video select option textarea input "
    "button map area head title meta link progress meter datalist".split()
)
_TAGS = frozenset("nav footer aside form dialog menu".split())
_ROLES = frozenset("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small "
    "span strike strong sub sup time tt u var wbr img picture source".split()
)
_NAMES = frozenset(
    "share sharing social socials sociallinks breadcrumb breadcrumbs crumbs menu submenu nav navbar navigation sidebar "
    "sidenav related recommended recommendations popular trending mostread newsletter subscribe subscription comments "
    "commentlist disqus cookie cookies consent gdpr banner advert advertisement advertising ads adv promo footer "
    "copyright pagination pager tags taglist tagcloud toolbar login signin searchform search modal popup donate "
    "donation langswitcher languages masthead topbar bottombar ticker readmore seealso skiplink sponsor sponsored "
    "outbrain taboola prevnext postnav readalso alsoread counter hits viewcount".split()
)
_MASTHEADS = (
    {"header"},
    {"site", "header", "siteheader"},
    {"main", "header", "mainheader"},
    {"top", "header", "topheader"},
)
_CONTENT_TAGS = frozenset(("html", "body", "main", "article", "h1"))
_BYLINE = re.compile(
    r"author|byline|dateline|pubdate|publish|posted-on|entry-date|article-date|article__date|post-date"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """`level` is that of a heading, 0 for other text; `linked` is the share of its letters inside links;
    `outside` means that the page has a main part and this stands elsewhere.
    """

    text: str
    level: int
    linked: float
    links: int
    furniture: bool
    outside: bool
    byline: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds for everything below an element."""

    level: int = 0
    furniture: bool = False
    main: bool = False
    byline: bool = False
    link: bool = False
    pre: bool = False


def visible_blocks(tree: HtmlElement) -> list[HtmlBlock]:
    """In the order of the page."""
    body = tree.find("body")
    root = tree if body is None else body
    return _Walk(root).blocks()


class _Walk:
    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._prose = _prose_length(root)
        self._main = _main_part(root, self._prose)
        self._blocks: list[HtmlBlock] = []
        self._parts: list[str] = []
        self._linked = self._links = 0
        self._prefix = ""

    def blocks(self) -> list[HtmlBlock]:
        self._visit(self._root, _Place(main=self._main is None), 0)
        self._flush(_Place())
        return self._blocks

    def _visit(self, element: HtmlElement, above: _Place, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_unseen(element):
            return
        if depth > DEPTH_MAX:
            self._write(element.text_content(), above)
            return
        if tag == "br":
            self._parts.append("\n")
            return
        place = self._below(element, above)
        inline = tag in _INLINE or (tag in ("td", "th") and _is_plain_cell(element))
        if not inline:
            self._flush(above)
            self._prefix = "- " if tag == "li" else ""
        self._write(element.text, place)
        for index, child in enumerate(element):
            if index and child.tag in ("td", "th") and _is_plain_cell(child) and any(map(str.strip, self._parts)):
                self._parts.append(" | ")
            self._visit(child, place, depth + 1)
            self._write(child.tail, place)
        if not inline:
            self._flush(place)

    def _below(self, element: HtmlElement, above: _Place) -> _Place:
        tag = str(element.tag)
        names = " ".join((element.get(name) or "")[:NAMES_MAX] for name in ("class", "id", "rel")).lower()
        return _Place(
            level=_HEADINGS.get(tag, above.level),
            furniture=above.furniture or (_looks_furniture(element) and not self._is_wrapper(element)),
            main=above.main or element is self._main,
            byline=above.byline or tag == "time" or bool(_BYLINE.search(names)),
            link=above.link or tag == "a",
            pre=above.pre or tag == "pre",
        )

    def _is_wrapper(self, element: HtmlElement) -> bool:
        if element.find(".//h1") is not None and str(element.tag) not in ("nav", "footer", "aside"):
            return True
        return self._prose > 0 and _prose_length(element) > FURNITURE_SHARE * self._prose

    def _write(self, text: str | None, place: _Place) -> None:
        if not text:
            return
        shown = text if place.pre else re.sub(r"\s+", " ", text)
        self._parts.append(shown)
        if place.link:
            self._linked += len(shown.strip())
            self._links += bool(shown.strip())

    def _flush(self, place: _Place) -> None:
        lines = [line.strip() for line in re.sub(r"[^\S\n]+", " ", "".join(self._parts)).split("\n")]
        text = "\n".join(line for line in lines if line)
        if re.search(r"\w", text):
            share = self._linked / max(1, len(text))
            text = (self._prefix if not place.level else "") + text
            self._blocks.append(
                HtmlBlock(text, place.level, share, self._links, place.furniture, not place.main, place.byline)
            )
            self._prefix = ""
        self._parts, self._linked, self._links = [], 0, 0


def _is_plain_cell(cell: HtmlElement) -> bool:
    """A cell of a table of data; a cell with paragraphs or lists in it is page layout."""
    return not any(
        isinstance(child.tag, str) and child.tag not in _INLINE and child.tag != "br"
        for child in cell.iterdescendants()
    )


def _is_unseen(element: HtmlElement) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def _looks_furniture(element: HtmlElement) -> bool:
    tag = str(element.tag)
    if tag in _TAGS or (element.get("role") or "").lower() in _ROLES:
        return True
    if tag == "header":
        return not any(above.tag in ("article", "main", "section") for above in element.iterancestors())
    return tag not in _CONTENT_TAGS and any(_NAMES & words or words in _MASTHEADS for words in _class_words(element))


def _class_words(element: HtmlElement) -> Iterator[set[str]]:
    """The words of each class and of the id; "has-sidebar" and "no-menu" speak of something else."""
    for name in [*(element.get("class") or "")[:NAMES_MAX].split(), (element.get("id") or "")[:NAMES_MAX]]:
        words = [word.lower() for word in _WORDS.findall(name)]
        if words and words[0] not in ("has", "no", "with", "without", "is", "not", "single", "page", "post", "body"):
            yield {*words, "".join(words)}


def _prose_length(element: HtmlElement) -> int:
    """Letters in paragraphs, or in all text where the page has no <p>."""
    paragraphs = [*element.iter("p")] if element.tag != "p" else [element]
    return sum(len(paragraph.text_content()) for paragraph in paragraphs)


def _main_part(root: HtmlElement, prose: int) -> HtmlElement | None:
    """The smallest of <article> and <main> that holds most of the paragraphs; None when there is none."""
    candidates = [*root.iter("article"), *root.iter("main"), *root.xpath(".//*[@role='main']")]
    lengths = [(length, element) for element in candidates if (length := _prose_length(element)) > MAIN_SHARE * prose]
    return min(lengths, key=lambda pair: pair[0])[1] if lengths and prose else None
