"""Word files (.docx) -> headings, paragraphs, lists, tables and footnotes in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.archive import BROKEN, Archive
from corpus.errors import UnreadableDocument
from corpus.readers.base import RawText, TextBuilder

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

PART_MAX = 100 * 2**20  # bytes of document.xml; 1,000 pages take about 20 MB
TABLE_DEPTH = 4  # tables inside tables; deeper nesting is page layout gone wrong

_HEADING = re.compile(r"(?:heading|заголовок|сарлавҳа)\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"list|список|рӯйхат", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_JUNK_AUTHOR = re.compile(
    r"^(?:user|admin\w*|owner|pc|home|windows.*|пользователь|unknown|author|python-docx|\W*)$|\d", re.IGNORECASE
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NOTES = "word/footnotes.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, name: str) -> RawText:
    """Raises UnreadableDocument."""
    if data.startswith(_OLE):
        raise UnreadableDocument(f"{name}: an old or encrypted Word file; save it as .docx without password")
    archive = Archive(data, name)
    if "word/document.xml" not in archive.names():
        raise UnreadableDocument(f"{name}: no Word document in it; add the file in its own format")
    if _ENTITY.search(archive.read("word/document.xml", PART_MAX)[:4096]):
        raise UnreadableDocument(f"{name}: declares XML entities, which Word never does; save it again with Word")
    document = _opened(data, name)
    builder = TextBuilder()
    _heads(builder, document)
    # Asked of each paragraph, python-docx looks through all styles each time.
    styles = {style.style_id: style.name or "" for style in document.styles}
    for block in document.iter_inner_content():
        _add(builder, block, styles, 0)
    for note in _notes(archive):
        builder.paragraph(note)
    return builder.build(_properties(document), (document.core_properties.language or "")[:2].lower())


def _opened(data: bytes, name: str) -> WordDocument:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return Document(BytesIO(data))
    except (OpcError, LxmlError, AttributeError, *BROKEN) as error:
        raise UnreadableDocument(f"{name}: the Word file is damaged ({error}); save it again with Word") from error


def _add(builder: TextBuilder, block: Paragraph | Table, styles: Mapping[str, str], depth: int) -> None:
    from docx.table import Table

    if isinstance(block, Table):
        if depth < TABLE_DEPTH:
            _add_table(builder, block, styles, depth)
        return
    text = block.text.strip()
    style = styles.get(block._p.style or "", "")
    heading = _HEADING.match(style)
    if heading or style == "Title":
        builder.heading(text, int(heading.group(1)) if heading else 1)
    elif text:
        listed = _LIST.match(style) or (block._p.pPr is not None and block._p.pPr.numPr is not None)
        builder.paragraph(f"- {text}" if listed else text)


def _add_table(builder: TextBuilder, table: Table, styles: Mapping[str, str], depth: int) -> None:
    """A row is a line; a table of one column or with paragraphs in its cells is page layout and read flat."""
    rows = [[" ".join(cell.text.split()) for cell in _cells(row.cells)] for row in table.rows]
    if len(table.columns) > 1 and all(len(text) <= 300 for row in rows for text in row):
        builder.paragraph("\n".join(" | ".join(text for text in row) for row in rows if any(row)))
        return
    for row in table.rows:
        for cell in _cells(row.cells):
            for block in cell.iter_inner_content():
                _add(builder, block, styles, depth + 1)


def _cells(cells: Iterable[_Cell]) -> list[_Cell]:
    """Merged cells stand once for each column they cover."""
    return list({id(cell._tc): cell for cell in cells}.values())


def _heads(builder: TextBuilder, document: WordDocument) -> None:
    seen: set[str] = set()
    for section in document.sections:
        for part in (section.header, section.footer):
            text = "\n".join(paragraph.text for paragraph in part.paragraphs).strip()
            if text and text not in seen and not part.is_linked_to_previous:
                seen.add(text)
                builder.boilerplate(text)


def _notes(archive: Archive) -> Iterator[str]:
    from lxml import etree

    if _NOTES not in archive.names():
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    tree = etree.fromstring(archive.read(_NOTES, PART_MAX), parser)
    for note in tree.iter(f"{_WORD}footnote"):
        text = "".join(part.text or "" for part in note.iter(f"{_WORD}t")).strip()
        if text:
            yield f"[{note.get(f'{_WORD}id')}] {text}"


def _properties(document: WordDocument) -> dict[str, object]:
    """Title and author as Word holds them; its dates are those of the file, not of the text."""
    held = document.core_properties
    found: dict[str, object] = {}
    if held.title and " " in held.title.strip():
        found["title"] = held.title
    if held.author and " " in held.author.strip() and not _JUNK_AUTHOR.search(held.author):
        found["author"] = [part.strip() for part in held.author.split(";") if part.strip()]
    return found
