"""Files made to hang, crash or flood their reader, and what is to become of each."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.pdf_samples import make_pdf
from tests.hostile.samples import ENGLISH, TEXT, docx, epub, html, members_of, pdf, zip_of

LAUGHS = '<!DOCTYPE a [<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10)
) + "]>"  # fmt: skip
SECRET = '<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class Bomb:
    """`says` are words of the refusal, "" where the file is read, "?" where either will do."""

    title: str
    name: str
    make: Callable[[], bytes]
    says: str = ""


def _word(body: str = "", **parts: bytes) -> bytes:
    members = members_of(docx())
    if body:
        members["word/document.xml"] = f"<w:document {_WORD}><w:body>{body}</w:body></w:document>".encode()
    return zip_of(members | {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in parts.items()})


def _nested_tables(depth: int) -> str:
    cell = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>"
    return cell * depth + f"<w:p><w:r><w:t>{ENGLISH}</w:t></w:r></w:p>" + "<w:p/></w:tc></w:tr></w:tbl>" * depth


def _pdf_stream(packed: bytes, filters: str) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(packed), filters.encode(), packed)
    return _pdf_objects(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, stream]
    )


def _pdf_objects(objects: list[bytes]) -> bytes:
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n" % (len(objects) + 1)


def _deflated(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def _pdf_kids(kids: bytes, count: bytes = b"1") -> bytes:
    return _pdf_objects(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %s /Kids %s >>" % (count, kids)]
    )


def _flat_zip() -> bytes:
    return zip_of({"word/document.xml": b"\0" * 150_000_000})


def _endless_mail() -> bytes:
    head = b"From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n"
    return head + b"".join(b"--x\nContent-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(3000))


def _deep_mail(depth: int) -> bytes:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return b"From: a@example.org\n" + nest + b"Content-Type: text/plain\n\n" + ENGLISH.encode()


def _many_headings(count: int) -> bytes:
    return "".join(f"# Heading {number}\n\nSentence {number}.\n\n" for number in range(count)).encode()


BOMBS = (
    Bomb("zip bomb in a Word file", "a.docx", _flat_zip, "would unpack"),
    Bomb("zip bomb in an EPUB", "a.epub", lambda: zip_of({"META-INF/container.xml": b" " * 180_000_000}), "would unpack"),
    Bomb("ZIP member of a rare method", "a.epub", lambda: zip_of({"a": b"b" * 99}, zipfile.ZIP_LZMA), "rare method"),
    Bomb("entity bomb in a Word file", "a.docx", lambda: zip_of({
        **members_of(docx()), "word/document.xml": f"{LAUGHS}<w:document {_WORD}>&l9;</w:document>".encode(),
    }), "XML entities"),
    Bomb("entity bomb far behind the head", "a.docx", lambda: zip_of({
        **members_of(docx()), "word/document.xml": f"<!--{'x' * 9000}-->{LAUGHS}<a>&l9;</a>".encode(),
    }), "?"),
    Bomb("entity bomb in Word's styles", "a.docx", lambda: _word(word__styles_xml=f"{LAUGHS}<a>&l9;</a>".encode()), "?"),
    Bomb("entity bomb in Word's properties", "a.docx", lambda: _word(docProps__core_xml=f"{LAUGHS}<a>&l9;</a>".encode()), "?"),
    Bomb("entity bomb in a book's package", "a.epub", lambda: epub(package_head=LAUGHS), ""),
    Bomb("a book's package asks for a file", "a.epub", lambda: epub(package_head=SECRET), ""),
    Bomb("entity bomb in a book's chapter", "a.epub", lambda: epub({"a.xhtml": f"{LAUGHS}<p>{ENGLISH} &l9;</p>".encode()})),
    Bomb("entity bomb in a page", "a.html", lambda: f"{LAUGHS}<p>{ENGLISH} &l9;</p>".encode()),
    Bomb("page nested 300,000 deep", "a.html", lambda: b"<div>" * 300_000 + ENGLISH.encode(), "?"),
    Bomb("page nested 100,000 deep in lists", "a.html", lambda: b"<ul><li>" * 50_000 + ENGLISH.encode(), "?"),
    Bomb("page of tables in tables", "a.html", lambda: b"<table><tr><td>" * 3_000 + ENGLISH.encode(), "?"),
    Bomb("page of 2,000,000 elements", "a.html", lambda: b"<p>x" * 2_000_000, "elements"),
    Bomb("page of one word of 30 MB", "a.html", lambda: b"<p>" + b"a" * 30_000_000, "?"),
    Bomb("page with an attribute of 30 MB", "a.html", lambda: b'<p class="' + b"a " * 15_000_000 + b'">' + ENGLISH.encode(), "?"),
    Bomb("page of one tag with 100,000 attributes", "a.html", lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(100_000)) + b">x", "?"),
    Bomb("page of opened comments", "a.html", lambda: b"<!--" * 200_000 + ENGLISH.encode(), "?"),
    Bomb("page of open brackets", "a.html", lambda: b"<" * 2_000_000, "?"),
    Bomb("page with a table of 100,000 cells", "a.html", lambda: b"<table><tr>" + b"<td>a" * 100_000, "?"),
    Bomb("Word tables nested 400 deep", "a.docx", lambda: _word(_nested_tables(400)), "?"),
    Bomb("Word paragraphs by the 100,000", "a.docx", lambda: _word("<w:p><w:r><w:t>a b.</w:t></w:r></w:p>" * 100_000), "?"),
    Bomb("Word table of 300 x 300", "a.docx", lambda: _word(
        "<w:tbl><w:tblPr/><w:tblGrid>" + "<w:gridCol/>" * 300 + "</w:tblGrid>"
        + ("<w:tr>" + "<w:tc><w:p/></w:tc>" * 300 + "</w:tr>") * 300 + "</w:tbl>"
    ), "?"),
    Bomb("Word cell that spans 10^9 columns", "a.docx", lambda: _word(
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/>'
        "</w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    ), "?"),
    Bomb("PDF page tree that holds itself", "a.pdf", lambda: _pdf_kids(b"[2 0 R 2 0 R]", b"2"), "?"),
    Bomb("PDF that claims 10^9 pages", "a.pdf", lambda: _pdf_kids(b"[]", b"1000000000"), "?"),
    Bomb("PDF arrays nested 200,000 deep", "a.pdf", lambda: _pdf_kids(b"[" * 200_000), "?"),
    Bomb("PDF stream that inflates 1,000 times", "a.pdf", lambda: _pdf_stream(_deflated(b"\0" * 400_000_000), "/FlateDecode"), "?"),
    Bomb("PDF stream inflated twice", "a.pdf", lambda: _pdf_stream(_deflated(b"\0" * 200_000_000, 2), "[/FlateDecode /FlateDecode]"), "?"),
    Bomb("PDF of 300,000 pieces on a page", "a.pdf", lambda: _pdf_stream(
        _deflated(b"BT /F 10 Tf " + b"1 0 0 1 50 50 Tm (a) Tj " * 300_000 + b"ET"), "/FlateDecode"), "?"),
    Bomb("PDF of 6,000 pages", "a.pdf", lambda: make_pdf([[] for _ in range(6000)]), "pages"),
    Bomb("book of 5,000 chapters", "a.epub", lambda: epub({f"c{n}.xhtml": b"<p>Word.</p>" for n in range(5000)})),
    Bomb("mail of 3,000 parts", "a.eml", _endless_mail, "?"),
    Bomb("mail nested 500 deep", "a.eml", lambda: _deep_mail(500), "?"),
    Bomb("mail nested 5,000 deep", "a.eml", lambda: _deep_mail(5000), "?"),
    Bomb("10^6 one-word sentences", "a.txt", lambda: b"Word. " * 10**6),
    Bomb("10^6 lines of one word", "a.txt", lambda: b"Word\n" * 10**6, "?"),
    Bomb("one sentence of 20 MB", "a.txt", lambda: b"word " * 4 * 10**6, "?"),
    Bomb("one word of 20 MB", "a.txt", lambda: b"w" * 20_000_000, "?"),
    Bomb("20 MB of full stops", "a.txt", lambda: b"." * 20_000_000, "?"),
    Bomb("marks piled on one letter", "a.txt", lambda: ("a" + "\u0301\u0323" * 1_000_000).encode(), "?"),
    Bomb("20,000 headings", "a.md", lambda: _many_headings(20_000)),
    Bomb("20,000 headings of lists", "a.txt", lambda: f"{TEXT}\n".encode() + b"Read also:\n\n" * 20_000, "?"),
    Bomb("Markdown of open brackets", "a.md", lambda: b"[" * 1_000_000, "?"),
    Bomb("front matter of aliases", "a.md", lambda: (
        "---\ntitle: &a0 [x]\n" + "".join(f"author{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)) + "---\nWord."
    ).encode(), "unknown key"),
    Bomb("front matter of 1,200 keys", "a.md", lambda: (
        "---\n" + "".join("k" * (n % 99 + 1) + chr(97 + n // 99) + ": 1\n" for n in range(1200)) + "---\nWord."
    ).encode(), "unknown key"),
    Bomb("front matter nested 10,000 deep", "a.md", lambda: b"---\ntitle: " + b"[" * 10_000 + b"\n---\nWord.", "front matter"),
)  # fmt: skip

POLYGLOTS = (
    Bomb("a PDF that is a page as well", "a.html", lambda: pdf() + html(), "PDF"),
    Bomb("a page that is a PDF as well", "a.pdf", lambda: html()[:500] + pdf(), ""),
    Bomb("a ZIP file that is a page as well", "a.html", lambda: docx() + html(), "ZIP"),
    Bomb("a page before a Word file", "a.docx", lambda: html() + docx(), "?"),
    Bomb("a Word file before a book", "a.epub", lambda: docx() + epub(), "?"),
    Bomb("a PDF called text", "a.txt", pdf, "PDF"),
    Bomb("a Word file called a book", "a.epub", docx, "META-INF"),
    Bomb("a book called a Word file", "a.docx", epub, "no Word document"),
    Bomb("a page called a PDF", "a.pdf", html, "no PDF"),
    Bomb("a program called Markdown", "a.md", lambda: b"\x7fELF" + bytes(range(256)), "program"),
)
