"""Small whole files of every format, made here: what hostile files are made from."""

from __future__ import annotations

import zipfile
from io import BytesIO

from docx import Document

from tests.corpus.pdf_samples import make_pdf

ENGLISH = (
    "Two buses with seasonal workers were turned back at the border on Monday, and the passengers waited for hours."
)
RUSSIAN = "В понедельник на границе развернули два автобуса с сезонными рабочими, пассажиры ждали несколько часов."
TAJIK = "Рӯзи душанбе дар сарҳад ду автобус бо коргарони мавсимӣ баргардонда шуд, мусофирон соатҳо интизор шуданд."
TEXT = f"Buses turned back\n\nBy Jane Austen\n12 March 2019\n\n{ENGLISH} {ENGLISH}\n\n{RUSSIAN}\n\n{TAJIK}\n"


def zip_of(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def markdown() -> bytes:
    head = "---\ntitle: Buses turned back\npublished: 2019-03-12\nauthor: [Jane Austen]\nlang: en\n---\n"
    table = "| Year | Buses |\n|---|---|\n| 2018 | 14 |\n"
    return f"{head}\n# Buses\n\n{ENGLISH} [a link](https://example.org/a) **bold** `code`\n\n> {RUSSIAN}\n\n{table}".encode()


def html() -> bytes:
    page = (
        '<html lang="en"><head><meta charset="utf-8"><title>Buses turned back</title>'
        '<meta property="article:published_time" content="2019-03-12">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Jane Austen"}}</script></head>'
        f'<body><nav><a href="/">Home</a></nav><main><h1>Buses turned back</h1><p class="byline">By Jane Austen</p>'
        f"<p>{ENGLISH}</p><p>{RUSSIAN}</p><table><tr><th>Year<td>2018</table><ul><li>{TAJIK}</ul></main>"
        "<footer>&copy; 2019 Example &amp; Co.</footer></body></html>"
    )
    return page.encode()


def pdf() -> bytes:
    lines = [(72.0, 760.0, "Buses turned back", 18.0), *((72.0, 720.0 - 14 * row, ENGLISH[:90]) for row in range(20))]
    return make_pdf([lines, lines, [(72.0, 700.0, RUSSIAN[:80])]], "/Title (Buses) /CreationDate (D:20190312)")


def docx() -> bytes:
    document = Document()
    document.core_properties.title = "Buses turned back"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_heading("Buses", 1)
    document.add_paragraph(ENGLISH)
    table = document.add_table(2, 2)
    table.rows[0].cells[0].text, table.rows[1].cells[1].text = "Year", "2018"
    document.add_paragraph(RUSSIAN, style="List Bullet")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def epub(chapters: dict[str, bytes] | None = None, package_head: str = "") -> bytes:
    chapters = chapters or {
        "a.xhtml": html(),
        "b.xhtml": f"<html><body><h1>Two</h1><p>{TAJIK}</p></body></html>".encode(),
    }
    items = "".join(f'<item id="i{number}" href="{name}"/>' for number, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        f'{package_head}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>Roads</dc:title><dc:date>1904-05-06</dc:date></metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
    pages = {f"O/{name}": data for name, data in chapters.items()}
    return zip_of({"META-INF/container.xml": container.encode(), "O/p.opf": package.encode(), **pages})


def eml() -> bytes:
    head = (
        "From: Jane Austen <jane@example.org>\nSubject: =?utf-8?q?Buses_turned_back?=\n"
        "Date: Tue, 12 Mar 2019 10:15:00 +0500\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n"
    )
    plain = f"--x\nContent-Type: text/plain; charset=utf-8\n\n{ENGLISH}\n\n{RUSSIAN}\n\n-- \nJane\n"
    page = "--x\nContent-Type: text/html; charset=utf-8\n\n"
    return f"{head}{plain}{page}".encode() + html() + b"\n--x--\n"


WHOLE = {
    "a.txt": TEXT.encode(),
    "a.md": markdown(),
    "a.html": html(),
    "a.pdf": pdf(),
    "a.docx": docx(),
    "a.epub": epub(),
    "a.eml": eml(),
}
