from __future__ import annotations

import os
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from corpus.archive import is_document_name
from corpus.chunk import ChunkPolicy, chunk
from corpus.clean import clean
from corpus.document import Document
from corpus.errors import CorpusError
from corpus.ingest import Report, walk
from corpus.reading import Draft, read_bytes
from corpus.reading_process import ReadingProcess
from tests.hostile.bombs import BOMBS, POLYGLOTS, Bomb
from tests.hostile.samples import ENGLISH, TAJIK, TEXT, docx, members_of, zip_of

QUICK = (
    "zip bomb in an EPUB", "ZIP member of a rare method", "entity bomb in a Word file",
    "entity bomb far behind the head", "entity bomb in Word's styles", "entity bomb in Word's properties",
    "entity bomb in a book's package", "a book's package asks for a file", "entity bomb in a book's chapter",
    "entity bomb in a page", "PDF page tree that holds itself", "PDF that claims 10^9 pages",
    "front matter of aliases", "front matter of 1,200 keys",
)  # fmt: skip


def _document(draft: Draft) -> Document:
    return Document(
        "a", "0", draft.name, draft.language, draft.text, draft.record, draft.headings, draft.pages, draft.hidden
    )


def _becomes(bomb: Bomb, process: ReadingProcess) -> None:
    """Refused in words, or read so that its passages stand in its text."""
    data = bomb.make()
    if bomb.says not in ("", "?"):
        with pytest.raises(CorpusError, match=f"^{bomb.name}: .*{bomb.says}"):
            process.read(data, bomb.name)
        return
    with suppress(CorpusError) if bomb.says else nullcontext():
        draft = process.read(data, bomb.name)
        assert clean(draft.text) == draft.text
        assert "lollol" not in draft.text
        assert all(one.span.slice(draft.text) == one.text for one in chunk(_document(draft), ChunkPolicy()))


@pytest.mark.parametrize("bomb", [bomb for bomb in BOMBS if bomb.title in QUICK], ids=lambda bomb: bomb.title)
def test_a_bomb_is_refused_in_words_or_defused(bomb: Bomb, process: ReadingProcess) -> None:
    _becomes(bomb, process)


@pytest.mark.hostile
@pytest.mark.parametrize("bomb", [bomb for bomb in BOMBS if bomb.title not in QUICK], ids=lambda bomb: bomb.title)
def test_a_large_bomb_is_refused_in_words_or_defused(bomb: Bomb, process: ReadingProcess) -> None:
    _becomes(bomb, process)


@pytest.mark.parametrize("bomb", POLYGLOTS, ids=lambda bomb: bomb.title)
def test_a_polyglot_is_what_its_name_says_or_nothing(bomb: Bomb, process: ReadingProcess) -> None:
    _becomes(bomb, process)


def test_entities_of_a_book_show_no_file_of_this_machine(process: ReadingProcess) -> None:
    bomb = next(bomb for bomb in BOMBS if bomb.title == "a book's package asks for a file")
    draft = process.read(bomb.make(), bomb.name)
    assert Path("/etc/hostname").read_text().strip() not in f"{draft.record} {draft.text}"


@pytest.mark.parametrize(
    "member",
    [
        "../../etc/passwd.txt", "/etc/passwd.txt", "C:\\boot.txt", "..\\..\\boot.txt", "a/../../b.txt", "", ".", "./", "//",
        ".hidden.txt", "__MACOSX/a.txt", "a/.git/b.txt",
    ],
)  # fmt: skip
def test_members_with_a_path_out_of_the_archive_are_no_documents(member: str) -> None:
    assert not is_document_name(member)


def test_an_archive_of_hostile_names_yields_its_honest_documents_only(tmp_path: Path) -> None:
    names = ["../up.txt", "/root.txt", ".", "a\x1b[31m.txt", "b\u202etxt.md", "sub/c.txt", "inner.zip", "d.exe"]
    (tmp_path / "a.zip").write_bytes(zip_of({name: TEXT.encode() for name in names}))
    report = Report()
    drafts = [draft for _, draft in walk([tmp_path], report)]
    assert [draft.name for draft in drafts] == ["a.zip/a\ufffd[31m.txt", "a.zip/b\ufffdtxt.md", "a.zip/sub/c.txt"]
    assert [one.name for one in report.skipped] == ["a.zip/d.exe", "a.zip/inner.zip"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.txt").write_text(TEXT)
    (inside / "own.txt").write_text(TEXT)
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "loop.txt").symlink_to(inside / "loop.txt")
    (inside / "machine.txt").symlink_to("/etc/passwd")
    (inside / "near.txt").symlink_to("own.txt")
    os.mkfifo(inside / "pipe.txt")
    report = Report()
    assert [draft.name for _, draft in walk([inside], report)] == ["near.txt", "own.txt"]
    assert sorted(one.name for one in report.skipped) == ["file.txt", "folder", "loop.txt", "machine.txt", "pipe.txt"]


def test_names_with_control_characters_do_not_speak_to_the_terminal(tmp_path: Path) -> None:
    for name in ("a\x1b]0;owned\x07.txt", "b\n\u202efdp.txt", "c\r.exe"):
        (tmp_path / name).write_text(TEXT)
    report = Report()
    names = [draft.name for _, draft in walk([tmp_path], report)]
    assert len(names) == 2
    assert all(name.isprintable() for name in [*names, *(one.name + one.reason for one in report.skipped)])


@pytest.mark.parametrize(
    "text",
    [
        f"\u202e{ENGLISH}\u202c {TAJIK} \u2066שלום עולם\u2069. مرحبا بالعالم. {ENGLISH}",
        f"{ENGLISH}\n\n\u200f\u200eمن ۱۲ مارس ۲۰۱۹ تا \u202b{TAJIK}\u202c\n\n{ENGLISH}",
    ],
)
def test_text_of_mixed_directions_keeps_its_letters_in_order_and_loses_its_controls(text: str) -> None:
    draft = read_bytes(text.encode(), "a.txt")
    assert draft.text == "".join(
        letter for letter in text if letter not in "\u202e\u202c\u2066\u2069\u200f\u200e\u202b"
    )
    passages = chunk(_document(draft), ChunkPolicy())
    assert {word for passage in passages for word in passage.text.split()} == set(draft.text.split())


def test_a_word_file_of_damaged_parts_is_refused_in_words(process: ReadingProcess) -> None:
    members = members_of(docx())
    for name in members:
        with suppress(CorpusError):  # a part that is never looked at may be damaged
            process.read(zip_of(members | {name: b"<"}), "a.docx")
    with pytest.raises(CorpusError, match="a.docx: the Word file is damaged"):
        process.read(zip_of(members | {"word/document.xml": b"<"}), "a.docx")


UNITS = (
    "a", "word ", "Word. ", "Word\n", ".", "[", "1", "+7 ", "a@", "Aa ", "«", "- ", "tel. ", "Read also:\n\n", "Comments\n\n",
    " x\n\n", "2011 ", "12 March 2011, ", "By Jane Austen\n", "Author: ", "© a ", "a; ", "www.a ", "— x ", "Press contacts:\n\n",
    "a | b | ", "(", "told a, ", "\u0301", "Ҷ. ", "т. е. ", "U.S. ",
)  # fmt: skip


@pytest.mark.hostile  # it looks at a clock
@pytest.mark.parametrize("unit", UNITS)
def test_reading_takes_linear_time_whatever_is_repeated(unit: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        draft = read_bytes((f"{ENGLISH}\n\n" + unit * (length // len(unit))).encode(), "a.txt")
        chunk(_document(draft), ChunkPolicy())
        return time.process_time() - start

    seconds(1000)  # compiles the rules
    assert seconds(40_000) < 20 * max(seconds(5_000), 0.02)
