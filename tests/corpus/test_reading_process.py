from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from corpus.errors import CorpusError, InvalidMetadata, UnreadableDocument, UnsupportedFormat
from corpus.reading import read_bytes
from corpus.reading_process import ReadingLimits, ReadingProcess
from tests.hostile.samples import ENGLISH, WHOLE

IDLE = "import sys, time; sys.stdin.buffer.readline(); "


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    opened = ReadingProcess()
    yield opened
    opened.close()


@pytest.mark.parametrize("name", WHOLE)
def test_every_format_reads_there_as_it_reads_here(process: ReadingProcess, name: str) -> None:
    given = {"publisher": "Asia-Plus", "topics": ["borders"], "published": "2019-03"}
    assert process.read(WHOLE[name], name, given=given) == read_bytes(WHOLE[name], name, given=given)


def test_every_field_that_a_document_states_of_itself_comes_over(process: ReadingProcess) -> None:
    head = "---\nid: a\ntitle: T\nauthor: [B, C]\npublished: 2019\nevent: 2018-05\ndigest: true\nlang: en\n---\n"
    data = f"{head}\n# One\n\n{ENGLISH} 😀\n\nTel.: +7 495 123-45-67\n".encode()
    assert process.read(data, "a.md") == read_bytes(data, "a.md")


@pytest.mark.parametrize(
    ("data", "name", "given", "error", "words"),
    [
        (b"words", "a.xyz", {}, UnsupportedFormat, "a.xyz: no reader"),
        (b"", "a.txt", {}, UnreadableDocument, "a.txt: the file is empty"),
        (b"words", "a.txt", {"colour": "red"}, InvalidMetadata, "unknown key 'colour'"),
    ],
)
def test_refusals_keep_their_class_and_their_words(
    process: ReadingProcess, data: bytes, name: str, given: dict[str, object], error: type[CorpusError], words: str
) -> None:
    with pytest.raises(error, match=words):
        process.read(data, name, given=given)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("time.sleep(60)", "not read within"),
        ("import os; os.abort()", "its reader crashed"),
        ("import os; os.write(1, b'{}')", "its reader crashed"),
        ("sys.exit(3)", "its reader crashed .exit 3"),
    ],
)
def test_a_process_that_hangs_or_dies_is_a_refusal(behaviour: str, words: str) -> None:
    command = (sys.executable, "-c", IDLE + "sys.stdin.buffer.readline(); " + behaviour)
    process = ReadingProcess(ReadingLimits(wall_seconds=0.5 if "sleep" in behaviour else 30), command)
    for _ in range(2):  # the second file gets a new process
        with pytest.raises(UnreadableDocument, match=f"a.txt: {words}"):
            process.read(b"words", "a.txt")
    process.close()


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read() -> None:
    process = ReadingProcess(ReadingLimits(memory=128 * 2**20))
    with pytest.raises(UnreadableDocument, match=r"a.txt: reading it takes more than 0.125 GB"):
        process.read("ж".encode() * 22_000_000, "a.txt")
    assert process.read(ENGLISH.encode(), "a.txt").text == ENGLISH
    process.close()


def test_threads_take_turns(process: ReadingProcess) -> None:
    read: list[str] = []
    texts = [f"{number} {ENGLISH}" for number in range(8)]
    threads = [
        threading.Thread(target=lambda one=one: read.append(process.read(one.encode(), "a.txt").text)) for one in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == texts


def test_a_name_that_is_no_text_can_be_read_and_refused(process: ReadingProcess) -> None:
    assert process.read(ENGLISH.encode(), "\udcff.txt").name == "\udcff.txt"
    with pytest.raises(UnreadableDocument, match="\udcff.txt: the file is empty"):
        process.read(b"", "\udcff.txt")
