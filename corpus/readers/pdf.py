"""PDF -> text with its pages: columns in order, divided words joined, running heads hidden, notes behind the text.

PDFium reads the file (a page of text takes about 10 ms; pypdf took five times, pdfminer eight times as long on the
same manual). It is not thread safe, so one file is read at a time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.clean import clean
from corpus.dates import find_dates
from corpus.errors import UnreadableDocument
from corpus.readers.base import RawText, TextBuilder
from corpus.readers.pdf_layout import (
    Paragraph,
    Piece,
    body_size,
    join_lines,
    lines_of,
    paragraphs_of,
    running_heads,
)  # fmt: skip

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

PAGES_MAX = 5000  # the longest reports in this field have under 1,000
TAIL = 4096  # bytes at the end in which a whole file has its end mark (ISO 32000-1, 7.5.5; Acrobat looks at 1,024)
RUN_ON_MAX = 20_000  # characters; what runs on for longer is a list or a table, and is cut at the page's end
WORDLESS = 4  # letters a page; below it the pages are pictures with at most stamped page numbers

_ONE_AT_A_TIME = threading.Lock()
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_JUNK_TITLE = re.compile(
    r"^(?:untitled.*|microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|qxd|rtf|odt)|document\d*|без имени.*|"
    r"\W*)$",
    re.IGNORECASE,
)
_JUNK_AUTHOR = re.compile(
    r"^(?:user|admin\w*|owner|pc|home|windows.*|пользователь|unknown|author|\W*)$|\d", re.IGNORECASE
)


def read_pdf(data: bytes, name: str) -> RawText:
    """Raises UnreadableDocument, naming encryption, truncation and missing text layers as such."""
    if not data.lstrip()[:1024].count(b"%PDF-"):
        raise UnreadableDocument(f"{name}: no PDF in it, whatever its suffix says; add the file in its own format")
    if b"%%EOF" not in data[-TAIL:]:
        raise UnreadableDocument(f"{name}: the PDF breaks off before its end; download or copy it again")
    with _ONE_AT_A_TIME:
        pages, properties = _read(data, name)
    if sum(len(line.text) for page in pages for line in page) < WORDLESS * len(pages):
        raise UnreadableDocument(f"{name}: scanned pages without a text layer; run OCR over the PDF and add the result")
    return _build(pages, properties)


def _read(data: bytes, name: str) -> tuple[list[list[Piece]], dict[str, str]]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        cause = "is encrypted; save a copy without password" if locked else f"cannot be parsed ({error}); save it again"
        raise UnreadableDocument(f"{name}: the PDF {cause}") from error
    try:
        if len(document) > PAGES_MAX:
            raise UnreadableDocument(f"{name}: {len(document)} pages, more than {PAGES_MAX}; split it")
        return [_page(document, number) for number in range(len(document))], document.get_metadata_dict()
    except PdfiumError as error:
        raise UnreadableDocument(f"{name}: a page of the PDF is damaged ({error}); save it again") from error
    finally:
        document.close()


def _page(document: PdfDocument, number: int) -> list[Piece]:
    page = document[number]
    try:
        return lines_of(list(_pieces(page)))
    finally:
        page.close()


def _pieces(page: PdfPage) -> Iterator[Piece]:
    from pypdfium2 import raw

    text = page.get_textpage()
    try:
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            if top - bottom < 1:  # a font without metrics has flat boxes, in which PDFium finds no letters
                bottom, top = bottom - 1, top + 1
            words = text.get_text_bounded(left, bottom, right, top).replace("\r\n", " ").replace("\n", " ")
            at = raw.FPDFText_GetCharIndexAtPos(text, left + 1, (bottom + top) / 2, 3, 3)
            size = raw.FPDFText_GetFontSize(text, at) if at >= 0 else top - bottom
            if words.strip():
                yield Piece(words, left, bottom, right, top, size if size > 1 else top - bottom)
    finally:
        text.close()


def _build(pages: Sequence[Sequence[Piece]], properties: dict[str, str]) -> RawText:
    body, heads, known = body_size(pages), running_heads(pages), _words(pages)
    writer = _Writer(known)
    for page in pages:
        writer.page(paragraphs_of(page, body, heads, known))
    writer.finish()
    return writer.builder.build(_metadata(properties, pages))


def _words(pages: Sequence[Sequence[Piece]]) -> frozenset[str]:
    """The words that stand inside lines, where no divided word can."""
    return frozenset(
        word.lower() for page in pages for line in page for word in _COMPOUND.findall(line.text.strip())[:-1]
    )


class _Writer:
    """Lays paragraphs down; one that runs on over the page border is written whole, before the page's notes."""

    def __init__(self, known: frozenset[str]) -> None:
        self.builder = TextBuilder()
        self._known = known
        self._open: Paragraph | None = None
        self._starts: list[int] = []  # page borders inside the open paragraph
        self._after: list[Paragraph] = []  # notes and furniture that wait for it

    def page(self, paragraphs: list[Paragraph]) -> None:
        body = [one for one in paragraphs if one.kind in ("body", "heading")]
        rest = [one for one in paragraphs if one.kind not in ("body", "heading")]
        short = self._open is not None and len(self._open.text) < RUN_ON_MAX
        if short and body and body[0].kind == "body" and not body[0].opens:
            self._run_on(body.pop(0), last=not body)
        else:
            self.finish()
            self.builder.page()
        if body:
            self.finish()
            for one in body[:-1]:
                self._write(one)
            self._open = body[-1]
        self._after += rest
        if self._open is None or self._open.closed or self._open.kind == "heading":
            self.finish()

    def _run_on(self, more: Paragraph, last: bool) -> None:
        assert self._open is not None
        head = clean(self._open.text)
        joined = join_lines(head, clean(more.text), self._known)
        self._starts.append(len(joined) - len(clean(more.text)))
        self._open = Paragraph(joined, "body", self._open.size, self._open.opens, more.closed or not last)

    def finish(self) -> None:
        if self._open:
            span = self._write(self._open)
            for start in self._starts:
                self.builder.page(span + start)
        for one in self._after:
            self._write(one)
        self._open, self._starts, self._after = None, [], []

    def _write(self, one: Paragraph) -> int:
        if one.kind == "furniture":
            return self.builder.boilerplate(one.text).start
        if one.kind == "heading":
            return self.builder.heading(one.text, 1).start
        return self.builder.paragraph(one.text).start


def _metadata(properties: dict[str, str], pages: Sequence[Sequence[Piece]]) -> dict[str, object]:
    """Title and author where they look like such; the day of making only where the text names its year as well."""
    found: dict[str, object] = {}
    title, author = " ".join(properties.get("Title", "").split()), " ".join(properties.get("Author", "").split())
    largest = _largest(pages[0] if pages else ())
    if (title and not _JUNK_TITLE.match(title)) or largest:
        found["title"] = title if title and not _JUNK_TITLE.match(title) else largest
    if author and not _JUNK_AUTHOR.search(author) and " " in author:
        found["author"] = [part.strip() for part in re.split(r"[;,]\s+(?=\S+\s)", author)]
    made = re.match(r"D:(\d{4})(\d\d)", properties.get("CreationDate", ""))
    text = " ".join(line.text for page in pages[:3] for line in page)
    if made and any(one.value.startswith(made.group(1)) for one in find_dates(text)):
        found |= {"published": made.group(1), "published_basis": "inferred"}
    return found


def _largest(page: Sequence[Piece]) -> str:
    """The words in the largest type of the first page, when they stand out and are a title's length."""
    size = max((line.size for line in page), default=0.0)
    words = " ".join(line.text.strip() for line in page if line.size > 0.97 * size)
    return words if 8 <= len(words) <= 200 and len(page) > 3 and size > 1.1 * body_size([page]) else ""
