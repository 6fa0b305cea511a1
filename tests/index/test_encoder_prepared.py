import threading
from pathlib import Path

import pytest

from index.errors import EncoderUnavailable
from index.prepared import publish, query_folder
from index.shipped import shipped_revision


def write_one(folder: Path) -> None:
    (folder / "file").write_text("whole")


def test_a_folder_appears_with_its_files_and_nothing_beside_it(tmp_path: Path) -> None:
    publish(tmp_path / "deep" / "made", write_one)
    assert (tmp_path / "deep" / "made" / "file").read_text() == "whole"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["made"]


def test_a_failed_preparation_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        write_one(folder)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "made", fail)
    assert list(tmp_path.iterdir()) == []


def test_two_preparations_at_once_both_succeed(tmp_path: Path) -> None:
    both_are_writing = threading.Barrier(2)
    failures: list[BaseException] = []

    def write_together(folder: Path) -> None:
        write_one(folder)
        both_are_writing.wait(timeout=10)

    def run() -> None:
        try:
            publish(tmp_path / "made", write_together)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(EncoderUnavailable, match=r"Cannot prepare the model in .*another cache folder"):
        query_folder(tmp_path)


def test_other_weights_of_the_reader_make_another_folder(model_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = query_folder(model_cache)
    monkeypatch.setattr("index.prepared.shipped_revision", lambda *_: "another0")
    monkeypatch.setattr("index.prepared.publish", lambda *_: None)
    assert query_folder(model_cache) == own.with_name(own.name[:-8] + "another0")
    assert shipped_revision("reader.npz") != shipped_revision("input_ranges.npz")


def test_a_second_call_makes_nothing_new(model_cache: Path) -> None:
    first = query_folder(model_cache)
    made = {path.name: path.stat().st_mtime_ns for path in first.iterdir()}
    assert query_folder(model_cache) == first
    assert {path.name: path.stat().st_mtime_ns for path in first.iterdir()} == made
