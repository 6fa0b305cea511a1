from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.document import Dated
from corpus.errors import InvalidMetadata, UnreadableDocument, UnsupportedFormat
from corpus.ingest import Report, library_files, read_document, walk

WORDS = "The migrants left for home."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    (root / "sub").mkdir(parents=True)
    (root / "b.txt").write_text(WORDS)
    (root / "a.md").write_text(f"---\nid: my-id\ntitle: A\nlang: tg\npublished: 2011\n---\n{WORDS}")
    (root / "sub" / "c.txt").write_text("Мигранты уехали домой.")
    return root


def read(paths: list[Path], **options: int) -> tuple[list[str], dict[str, str]]:
    report = Report()
    names = [draft.name for _, draft in walk(paths, report, **options)]
    assert names == report.read
    return names, {skipped.name: skipped.reason for skipped in report.skipped}


def test_reads_a_folder_in_order_with_names_below_it(folder: Path) -> None:
    assert read([folder]) == (["a.md", "b.txt", "sub/c.txt"], {})


def test_a_single_file_is_named_by_its_own_name(folder: Path) -> None:
    assert read([folder / "sub" / "c.txt"]) == (["c.txt"], {})


def test_a_draft_carries_what_the_front_matter_says(folder: Path) -> None:
    data, draft = read_document(folder / "a.md", "a.md")
    assert data == (folder / "a.md").read_bytes()
    assert (draft.id, draft.language, draft.text) == ("my-id", "tg", WORDS)
    assert draft.record.published == Dated("2011", "given")


def test_the_language_is_detected_where_nobody_names_it(folder: Path) -> None:
    assert [draft.language for _, draft in walk([folder], Report())] == ["tg", "en", "ru"]


def test_given_metadata_win_over_the_document_s_own(folder: Path) -> None:
    _, draft = read_document(folder / "a.md", "a.md", given={"title": "B", "lang": "en"})
    assert (draft.record.title, draft.language, draft.id) == ("B", "en", "my-id")


def test_bytes_are_read_by_their_media_type() -> None:
    _, draft = read_document(b"# Title\n\nWords.", "upload", media_type="text/markdown")
    assert (draft.text, draft.record.title) == ("Title\n\nWords.", "Title")


def test_one_failing_file_never_stops_the_batch(folder: Path) -> None:
    (folder / "aa.txt").write_bytes(b"")
    (folder / "ab.txt").write_bytes(b"\x00\x01\x02")
    (folder / "ac.md").write_text("---\ntittle: x\n---\nwords")
    (folder / "ad.xlsx").write_bytes(b"PK")
    (folder / "ae").write_text("no suffix")
    names, skipped = read([folder])
    assert names == ["a.md", "b.txt", "sub/c.txt"]
    assert skipped["aa.txt"].startswith("the file is empty")
    assert "NUL" in skipped["ab.txt"]
    assert "unknown key 'tittle'" in skipped["ac.md"]
    assert skipped["ad.xlsx"].startswith("no reader for .xlsx; known: .")
    assert skipped["ae"].startswith("no reader for a file without suffix")


def test_a_file_above_the_limit_is_refused_with_both_sizes(folder: Path) -> None:
    with (folder / "big.txt").open("wb") as file:
        file.truncate(200 * 2**20)  # sparse: takes no room
    names, skipped = read([folder])
    assert names == ["a.md", "b.txt", "sub/c.txt"]
    assert skipped == {"big.txt": "200.0 MB, more than the limit of 50 MB; split it or raise the limit"}


def test_the_limit_holds_for_bytes_too_and_can_be_set() -> None:
    with pytest.raises(UnreadableDocument, match="more than the limit"):
        read_document(b"word " * 10, "a.txt", max_bytes=10)


@pytest.mark.parametrize("files", [[], ["a.xlsx", "b.png"]])
def test_a_folder_without_readable_files_is_reported(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"x")
    names, skipped = read([tmp_path])
    assert names == []
    assert skipped[str(tmp_path)].startswith("the folder holds no file that can be read; known: ")


def test_a_path_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    _, skipped = read([tmp_path / "gone.txt"])
    assert skipped["gone.txt"].startswith("cannot be read (No such file or directory)")


def test_a_file_that_vanishes_during_the_walk_is_reported(folder: Path) -> None:
    report = Report()
    drafts = walk([folder], report)
    assert next(drafts)[1].name == "a.md"
    (folder / "b.txt").unlink()
    assert [draft.name for _, draft in drafts] == ["sub/c.txt"]
    assert [skipped.name for skipped in report.skipped] == ["b.txt"]


def test_links_are_followed_only_inside_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Secret words.")
    (tmp_path / "other").mkdir()
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "in.txt").symlink_to(folder / "b.txt")
    (folder / "dir").symlink_to(tmp_path / "other")
    (folder / "dangling.txt").symlink_to(tmp_path / "nothing.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    names, skipped = read([folder])
    assert names == ["a.md", "b.txt", "in.txt", "sub/c.txt"]
    assert set(skipped) == {"out.txt", "dir", "dangling.txt", "loop.txt"}
    assert "out of the folder" in skipped["out.txt"]


def test_a_name_that_is_no_text_is_made_printable(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b[31m.txt")).write_text(WORDS)
    assert read([tmp_path]) == (["\ufffd\ufffd[31m.txt"], {})


def test_a_pipe_is_refused_without_waiting_for_it(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    _, skipped = read([folder])
    assert skipped["pipe.txt"].startswith("not a regular file")


def test_two_files_of_one_name_in_a_batch_do_not_overwrite_each_other(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("Other words.")
    names, skipped = read([folder, other])
    assert names == ["a.md", "b.txt", "sub/c.txt"]
    assert "a file of this name was read from" in skipped["b.txt"]


def test_hidden_files_and_the_library_s_documentation_are_no_documents(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text("x")
    (folder / ".hidden.txt").write_text("x")
    (folder / "TOPICS.md").write_text("# Topics")
    names, skipped = read([folder])
    assert names == ["a.md", "b.txt", "sub/c.txt"]
    assert skipped == {"TOPICS.md": "documentation of the library, no document"}


def test_a_document_without_a_visible_word_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.md: no text in it"):
        read_document(b"---\ntitle: A\n---\n\n<!-- nothing -->\n", "a.md")


def test_an_unknown_format_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat):
        read_document(tmp_path / "gone.xyz", "gone.xyz")


def test_the_library_has_its_digests_and_each_is_what_it_says() -> None:
    drafts = [draft for _, draft in library_files()]
    assert len(drafts) == 69
    assert [draft.id for draft in drafts] == sorted(draft.name.removesuffix(".md") for draft in drafts)
    ids = {draft.id for draft in drafts}
    for draft in drafts:
        assert draft.record.digest
        assert draft.record.published
        assert draft.record.published.basis in ("stated", "inferred")
        assert draft.record.translation_of in ids | {""}


def test_a_topic_outside_of_the_library_s_vocabulary_is_refused() -> None:
    with pytest.raises(InvalidMetadata, match="'astrology'"):
        read_document(b"---\ntopics: [astrology]\n---\nwords", "a.md", topics=("deportation",))
