from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from corpus.archive import Archive
from corpus.errors import UnreadableDocument
from corpus.ingest import Report, walk
from corpus.readers.docx import read_docx
from corpus.readers.eml import read_eml
from corpus.readers.epub import read_epub
from corpus.readers.html import read_html
from corpus.reading import read_bytes

PROSE = "Two buses with seasonal workers were turned back at the border on Monday, and the passengers waited for hours."
PAGE = f"""<html lang="en"><head><title>T</title></head><body><nav><a>Home</a></nav><main><h1>Buses turned back</h1>
<p>By Jane Austen</p><time>12 March 2019</time><p>{PROSE}</p><table><tr><th>Year<th>Buses<tr><td>2018<td>14</table>
<p>{PROSE}</p></main><aside><p>Something else, 5 May 2023.</p></aside><script>var a = 1;</script></body></html>"""


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _docx() -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = "Hidden costs of permits"
    document.core_properties.author = "Mary Shelley"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_heading("Costs", 1)
    document.add_paragraph(PROSE)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Fee", "50"
    document.add_paragraph("a contract", style="List Bullet")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _epub() -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Roads</dc:title><dc:creator>Leo Tolstoy</dc:creator><dc:date>1904-05-06</dc:date></metadata>"
        "<manifest>"
        '<item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
    return _zip(
        {
            "META-INF/container.xml": container.encode(),
            "O/p.opf": package.encode(),
            "O/b.xhtml": b"<html><body><h1>Two</h1><p>The second.</p></body></html>",
            "O/a.xhtml": b"<html><body><h1>One</h1><p>The first.</p></body></html>",
        }
    )


def test_html_shows_all_visible_text_hides_furniture_and_reads_tables_by_row() -> None:
    raw = read_html(PAGE.encode(), "a.html")
    hidden = [span.slice(raw.text) for span in raw.hidden]
    assert hidden == ["Home", "Something else, 5 May 2023."]
    assert "2018 | 14" in raw.text
    assert "var a" not in raw.text
    assert raw.metadata["title"] == "Buses turned back"


def test_html_dates_and_bylines_come_from_the_article_alone() -> None:
    record = read_bytes(PAGE.encode(), "a.html").record
    assert record.author == ("Jane Austen",)
    assert record.published is not None
    assert record.published.value == "2019-03-12"


def test_html_in_a_declared_old_encoding_is_read() -> None:
    page = f'<meta charset="windows-1251"><p>Очередь за патентом</p><p>{PROSE}</p>'
    assert "Очередь за патентом" in read_html(page.encode("cp1251"), "a.html").text


@pytest.mark.parametrize("page", ["<div>" * 1000 + PROSE, f"<p>{PROSE}", f"<html><body><table><tr><td>{PROSE}<!-- "])
def test_html_without_end_is_read_as_far_as_it_goes(page: str) -> None:
    assert "Two buses" in read_html(page.encode(), "a.html").text


def test_html_of_endless_elements_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="elements"):
        read_html(b"<br>" * 200_002, "a.html")


def test_word_files_keep_headings_lists_and_tables_and_hide_footers() -> None:
    raw = read_docx(_docx(), "a.docx")
    assert raw.metadata == {"title": "Hidden costs of permits", "author": ["Mary Shelley"]}
    assert [heading.title for heading in raw.headings] == ["Costs"]
    assert "Fee | 50" in raw.text
    assert "- a contract" in raw.text
    assert [span.slice(raw.text) for span in raw.hidden] == ["Page 1"]


def test_epub_chapters_follow_the_spine() -> None:
    raw = read_epub(_epub(), "a.epub")
    assert raw.text == "One\n\nThe first.\n\nTwo\n\nThe second."
    assert (raw.metadata["title"], raw.metadata["published"]) == ("Roads", "1904-05-06")


def test_mail_states_its_record_and_hides_the_signature() -> None:
    head = "From: Jane Austen <jane@example.org>\nSubject: Buses\nDate: Mon, 26 Jan 2015 10:15:00 +0500"
    mail = f"{head}\n\n{PROSE}\n\n-- \nJane\n"
    raw = read_eml(mail.encode(), "a.eml")
    assert raw.metadata == {
        "title": "Buses", "author": ["Jane Austen"], "published": "2015-01-26", "published_basis": "stated",
    }  # fmt: skip
    assert [span.slice(raw.text) for span in raw.hidden] == ["Jane"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_zip({"a.txt": b"\0" * 30_000_000}), "would unpack"),
        (_zip({"a.txt": PROSE.encode()})[:-20], "broken or cut-off"),
        (b"PK", "broken or cut-off"),
    ],
)
def test_bombs_and_broken_archives_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        Archive(data, "a.zip")


def test_an_archive_that_lies_about_sizes_is_stopped_while_it_is_read() -> None:
    with pytest.raises(UnreadableDocument, match="unpacks to more"):
        Archive(_zip({"a.txt": b"abc" * 1000}), "a.zip").read("a.txt", 100)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "old or encrypted Word"),
        ("a.docx", _zip({"b.txt": b"b"}), "no Word document"),
        ("a.docx", _zip({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "XML entities"),
        ("a.epub", _zip({"b.txt": b"b"}), "has no META-INF"),
        ("a.eml", b"", "no message"),
        ("a.html", b"no tags here", "no HTML"),
    ],
)
def test_each_format_names_what_is_wrong(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read_bytes(data, name)


def test_a_zip_is_a_folder_with_sidecars_and_a_report(tmp_path: Path) -> None:
    files = {
        "a.txt": PROSE.encode(), "a.txt.meta.yaml": b"published: 2016-05\n", "b.xlsx": b"x", "c.pdf": b"cut",
        "__MACOSX/a.txt": b"x", "../d.txt": PROSE.encode(),
    }  # fmt: skip
    (tmp_path / "all.zip").write_bytes(_zip(files))
    report = Report()
    drafts = [draft for _, draft in walk([tmp_path], report)]
    assert [(draft.name, draft.record.published and draft.record.published.basis) for draft in drafts] == [
        ("all.zip/a.txt", "given")
    ]
    assert [one.name for one in report.skipped] == ["all.zip/b.xlsx", "all.zip/c.pdf"]


def test_a_sidecar_file_describes_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "a.txt.meta.yaml").write_text("title: Buses\npublisher: Valley Courier\n")
    report = Report()
    [(_, draft)] = walk([tmp_path], report)
    assert (draft.record.title, draft.record.publisher) == ("Buses", "Valley Courier")
    assert report.skipped == []
