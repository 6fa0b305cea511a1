"""HTML -> the text that a reader of the page sees, in blocks; what the markup calls furniture is hidden.

Everything visible is kept, so that nothing citable is lost; whether a block is the author's is told by the markup
(<nav>, class names, where the article stands), by trafilatura, and later by the rules on the text itself.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.readers.base import RawText, TextBuilder
from corpus.readers.html_blocks import DEPTH_MAX, HtmlBlock, visible_blocks
from corpus.readers.markup import page_metadata, title_site
from corpus.record_lines import is_record_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ELEMENTS_MAX = 200_000  # a page of so many tags is a dump; parsing more takes minutes
LINKED = 0.75  # share of a block's letters inside links from which it is a link, not text
LINK_WORDS = 30  # words; a longer linked block is a paragraph that somebody linked whole

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


def read_html(data: bytes, name: str) -> RawText:
    """Raises UnreadableDocument."""
    tree = parse_html(_decoded(data, name), name)
    metadata = page_metadata(tree)
    blocks = visible_blocks(tree)
    main = _main_text(tree)
    title = str(metadata.get("title") or _heading_title(blocks))
    builder = TextBuilder()
    for block in blocks:
        _add(builder, block, _is_furniture(block, main, title))
    filled = {key: value for key, value in {**metadata, "title": title}.items() if value}
    raw = builder.build(filled, (tree.get("lang") or "")[:2].lower())
    return replace(raw, site=title_site(tree, title))


def parse_html(text: str, name: str) -> HtmlElement:
    """The tree of a page, bounded in depth and size. Raises UnreadableDocument."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    if "<" not in text:
        raise UnreadableDocument(f"{name}: no tags in it, so this is no HTML; give it the suffix .txt")
    parser = HTMLParser(huge_tree=True, no_network=True)
    try:
        tree = document_fromstring(_XML_HEAD.sub("", text), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableDocument(f"{name}: no HTML that can be parsed ({error}); save the page again") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # the rest was left out
        raise UnreadableDocument(f"{name}: tags inside tags, thousands deep, so this is no page; save it as text")
    for count, _ in enumerate(tree.iter()):
        if count > ELEMENTS_MAX:
            raise UnreadableDocument(f"{name}: more than {ELEMENTS_MAX:,} elements, so this is no page; split it")
    return tree


def _decoded(data: bytes, name: str) -> str:
    """UTF-8 where it is valid, else what the page declares, else what makes sense."""
    declared = _CHARSET.search(data[:4096])
    label = declared.group(1).decode("ascii") if declared else ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if _is_codec(label) and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode(label, errors="replace")
    return decode(data, name)


def _is_codec(label: str) -> bool:
    try:
        return bool(label) and codecs.lookup(label).name != "utf-8"
    except LookupError:
        return False


def _main_text(tree: HtmlElement) -> str:
    """What trafilatura takes for the article, white space collapsed; "" when it finds none."""
    import trafilatura
    from lxml import etree

    if _depth(tree) > DEPTH_MAX:
        return ""  # trafilatura takes minutes over nested tables
    try:
        found = trafilatura.extract(tree, fast=True, favor_recall=True, include_comments=False, include_tables=True)
    except (etree.LxmlError, ValueError, AttributeError, RecursionError):
        return ""  # it is one signal of several; the page is read without it
    return " ".join((found or "").split())


def _depth(tree: HtmlElement) -> int:
    from lxml import etree

    steps = (1 if event == "start" else -1 for event, _ in etree.iterwalk(tree, events=("start", "end")))
    return max(accumulate(steps), default=0)


def _heading_title(blocks: list[HtmlBlock]) -> str:
    """The first main heading; "" when there is none."""
    return next((" ".join(block.text.split()) for block in blocks if block.level == 1), "")


def _is_furniture(block: HtmlBlock, main: str, title: str) -> bool:
    flat = " ".join(block.text.split())
    if block.level == 1 or (block.level and flat == title):
        return False
    in_main = len(flat) > 60 and flat in main
    if block.furniture:
        return not in_main or block.linked >= LINKED
    if is_record_line(flat) or block.byline:
        return False
    if block.outside:
        return not in_main
    links = block.linked >= LINKED and len(flat.split()) <= LINK_WORDS
    return links and not block.level and (block.links > 2 or flat not in main)


def _add(builder: TextBuilder, block: HtmlBlock, furniture: bool) -> None:
    if furniture:
        builder.boilerplate(block.text)
    elif block.level:
        builder.heading(block.text, block.level)
    else:
        builder.paragraph(block.text)
