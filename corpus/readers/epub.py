"""EPUB books -> their chapters in reading order, each read as the HTML page it is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.archive import Archive
from corpus.dates import first_date
from corpus.errors import UnreadableDocument
from corpus.readers.base import RawText, TextBuilder
from corpus.readers.html import parse_html
from corpus.readers.html_blocks import visible_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element

CHAPTER_MAX = 20 * 2**20  # bytes; a whole novel in one file takes 2 MB
CHAPTERS_MAX = 2000
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "META-INF/container.xml"


def read_epub(data: bytes, name: str) -> RawText:
    """Raises UnreadableDocument, naming copy protection as such."""
    archive = Archive(data, name)
    if "META-INF/encryption.xml" in archive.names() and b"EncryptedData" in archive.read(
        "META-INF/encryption.xml", CHAPTER_MAX
    ):
        raise UnreadableDocument(f"{name}: the book is copy-protected; add an open copy")
    package_path = _package_path(archive, name)
    package = _xml(archive.read(package_path, CHAPTER_MAX), name)
    builder = TextBuilder()
    for chapter in _chapters(archive, package, posixpath.dirname(package_path)):
        builder.page()
        text = archive.read(chapter, CHAPTER_MAX).decode("utf-8", errors="replace")
        for block in visible_blocks(parse_html(text, f"{name}/{chapter}")):
            _add(builder, block.text, block.level, block.furniture)
    language = package.findtext(f".//{_DC}language") or ""
    raw = builder.build(_metadata(package), language[:2].lower())
    return RawText(raw.text, raw.headings, (), raw.hidden, raw.metadata, raw.language)


def _add(builder: TextBuilder, text: str, level: int, furniture: bool) -> None:
    if furniture:
        builder.boilerplate(text)
    elif level:
        builder.heading(text, level)
    else:
        builder.paragraph(text)


def _xml(data: bytes, name: str) -> _Element:
    from lxml import etree

    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.LxmlError as error:
        raise UnreadableDocument(f"{name}: the book's package is damaged ({error}); export it again") from error


def _package_path(archive: Archive, name: str) -> str:
    for element in _xml(archive.read(_CONTAINER, CHAPTER_MAX), name).iter():
        path = element.get("full-path")
        if path:
            return path
    raise UnreadableDocument(f"{name}: the book names no package; export it again")


def _chapters(archive: Archive, package: _Element, folder: str) -> Iterator[str]:
    """The files of the spine that are there and are pages."""
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    names = set(archive.names())
    for reference in list(package.iter(f"{_OPF}itemref"))[:CHAPTERS_MAX]:
        item = items.get(reference.get("idref"))
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))) if item is not None else ""
        if path in names and re.search(r"\.x?html?$", path, re.IGNORECASE):
            yield path


def _metadata(package: _Element) -> dict[str, object]:
    title = " ".join((package.findtext(f".//{_DC}title") or "").split())
    authors = [" ".join((one.text or "").split()) for one in package.iter(f"{_DC}creator")]
    publisher = " ".join((package.findtext(f".//{_DC}publisher") or "").split())
    published = first_date(package.findtext(f".//{_DC}date") or "")
    found: dict[str, object] = {"title": title, "author": [one for one in authors if one], "publisher": publisher}
    if published:
        found |= {"published": published, "published_basis": "stated"}
    return {key: value for key, value in found.items() if value}
