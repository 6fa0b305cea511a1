"""What an HTML page states of itself for machines -> metadata: JSON-LD, OpenGraph, citation and Dublin Core tags.

Keys are those of corpus/metadata.py. Values that break its rules are left out: a page's slips are not the reader's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from corpus.dates import find_dates
from corpus.metadata import date_interval

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TEXT_MAX = 500  # characters of one field; longer ones are descriptions gone astray
SITE_MAX = 80  # characters; a notice of rights names its holder in as many
_ARTICLE = re.compile(r"article|report|posting|scholarly|webpage|document|legislation", re.IGNORECASE)
_META: Mapping[str, tuple[str, ...]] = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title"),
    "author": ("citation_author", "dc.creator", "dcterms.creator", "author", "article:author", "byl", "parsely-author"),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher", "og:site_name", "publisher",
                  "citation_journal_title"),
    "published": ("citation_publication_date", "citation_online_date", "article:published_time", "datepublished",
                  "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "pubdate", "publishdate",
                  "publish-date",
                  "og:published_time", "parsely-pub-date", "citation_date", "date"),
    "as_of": ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"),
    "symbol": ("citation_doi", "dc.identifier.doi", "prism.doi", "document-symbol", "citation_technical_report_number"),
}  # fmt: skip
_TITLE_MARK = re.compile(r"\s(?:[|–—·•»-]|::)\s")
_TYPES = (
    ("academic", re.compile(r"scholarlyarticle", re.IGNORECASE)),
    ("press-release", re.compile(r"press.?release", re.IGNORECASE)),
    ("news", re.compile(r"newsarticle|reportagenewsarticle", re.IGNORECASE)),
    ("analysis", re.compile(r"analysisnewsarticle|opinionnewsarticle", re.IGNORECASE)),
    ("report", re.compile(r"^report$", re.IGNORECASE)),
)


def page_metadata(tree: HtmlElement) -> dict[str, object]:
    """JSON-LD first, then meta tags, then <time> and canonical links; only what is stated."""
    found: dict[str, object] = {}
    for source in (_from_json_ld(tree), _from_meta(tree), _from_elements(tree)):
        for key, value in source:
            if value and key not in found:
                found[key] = value
    if "published" in found:
        found["published_basis"] = "stated"
    return found


def title_site(tree: HtmlElement, headline: str) -> str:
    """What <title> says beside its headline, as "Site" of "Headline | Site" or "Site | Headline"; "" if nothing."""
    title = " ".join((tree.findtext(".//head/title") or "")[:TEXT_MAX].split())
    parts = _TITLE_MARK.split(title)
    site = parts[0] if parts[-1] == headline else parts[-1]
    named = len(site) <= SITE_MAX and re.search(r"[^\W\d]{3}", site)
    return site if named and len(parts) > 1 and site != headline else ""


def _from_json_ld(tree: HtmlElement) -> Iterator[tuple[str, object]]:
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        for item in _articles(_json(script.text or "")):
            kind = " ".join(_texts(item.get("@type")))
            yield "title", _one(item.get("headline"))
            yield "author", _names(item.get("author"))
            yield "publisher", "; ".join(_names(item.get("publisher")))
            yield "published", _date(_one(item.get("datePublished")))
            yield "as_of", _date(_one(item.get("dateModified")))
            yield "source_type", next((name for name, pattern in _TYPES if pattern.search(kind)), "")
            yield "symbol", _one(item.get("reportNumber"))


def _json(text: str) -> Any:
    try:
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return None  # a page with broken JSON-LD still has its tags and its text


def _articles(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node[:50]:
            yield from _articles(item, depth + 1)
    elif isinstance(node, dict) and depth < 5:
        if _ARTICLE.search(" ".join(_texts(node.get("@type")))) and (node.get("headline") or node.get("datePublished")):
            yield node
        yield from _articles(node.get("@graph"), depth + 1)
        yield from _articles(node.get("mainEntity"), depth + 1)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _one(value: Any) -> str:
    text = next(iter(_texts(value)), "")
    return " ".join(text.split()) if len(text) <= TEXT_MAX else ""


def _names(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    names = [_one(item.get("name")) if isinstance(item, dict) else _one(item) for item in values[:50]]
    return tuple(name for name in names if name and not name.startswith(("http:", "https:")))


def _from_meta(tree: HtmlElement) -> Iterator[tuple[str, object]]:
    tags: dict[str, list[str]] = {}
    for tag in tree.iterfind(".//meta"):
        name = (tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower()
        content = " ".join((tag.get("content") or "").split())
        if name and content and len(content) <= TEXT_MAX:
            tags.setdefault(name, []).append(content)
    for key, names in _META.items():
        for name in names:
            yield key, _value(key, tags.get(name, []))
    if any(name in tags for name in ("citation_title", "citation_journal_title", "citation_doi")):
        yield "source_type", "academic"


def _value(key: str, contents: list[str]) -> object:
    if key == "author":
        return _names(contents)
    first = contents[0] if contents else ""
    return _date(first) if key in ("published", "as_of") else first


def _from_elements(tree: HtmlElement) -> Iterator[tuple[str, object]]:
    link = tree.find(".//link[@rel='canonical']")
    address = (link.get("href") or "").strip() if link is not None else ""
    if re.fullmatch(r"https?://\S{3,2000}", address):
        yield "url", address
    for itemprop, key in (("datePublished", "published"), ("dateModified", "as_of")):
        for element in tree.iterfind(f".//*[@itemprop='{itemprop}']"):
            yield key, _date(element.get("datetime") or element.get("content") or element.text_content())
    for element in tree.iterfind(".//*[@itemprop='author']"):
        yield "author", _names([element.get("content") or " ".join(element.text_content().split())])


def _date(text: str) -> str:
    """The first date of `text` as exactly as it is written; "" when there is none in the calendar."""
    found = [one.value for one in find_dates(text[:60])]
    if not found:
        return ""
    date_interval(found[0])
    return found[0]
