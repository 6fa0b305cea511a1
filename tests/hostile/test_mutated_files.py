"""Thousands of broken files through every reader: none may end the program or hang it, each is read or refused in words."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path

import pytest

from corpus.chunk import ChunkPolicy, chunk
from corpus.clean import clean
from corpus.document import Document
from corpus.errors import CorpusError
from corpus.ingest import Report, walk
from corpus.reading_process import ReadingProcess
from tests.hostile.mutations import mutations
from tests.hostile.samples import WHOLE, markdown, zip_of

SEED = 8
FEW, MANY = 6, 450  # files of each format; seven formats and archives make 3,600 in all
logger = logging.getLogger(__name__)


def _outcome(data: bytes, name: str, process: ReadingProcess) -> str:
    try:
        draft = process.read(data, name)
    except CorpusError as error:
        if not str(error).startswith(name):
            raise
        return next(
            (words for words in ("failed", "crashed", "not read within", "memory") if words in str(error)), "refused"
        )
    assert clean(draft.text) == draft.text
    assert all(one.span.slice(draft.text) == one.title for one in draft.headings)
    document = Document("a", "0", name, draft.language, draft.text, headings=draft.headings, hidden=draft.hidden)
    assert all(one.span.slice(draft.text) == one.text for one in chunk(document, ChunkPolicy()))
    return "read"


def _tally(process: ReadingProcess, seed: int, count: int) -> Counter[tuple[str, str]]:
    tally = Counter[tuple[str, str]]()
    slowest = 0.0
    for name, data in mutations(WHOLE, seed, count):
        start = time.monotonic()
        outcome = _outcome(data, name, process)
        slowest = max(slowest, time.monotonic() - start)
        tally[name, outcome] += 1
        if outcome in ("crashed", "not read within"):
            logger.warning("%s %s: %d bytes", name, outcome, len(data))
    logger.info("seed %d: %d files, slowest %.1f s: %s", seed, tally.total(), slowest, sorted(tally.items()))
    return tally


def _archives(folder: Path, seed: int, count: int) -> Counter[str]:
    whole = {"a.zip": zip_of({"a.txt": WHOLE["a.txt"], "b/c.md": markdown(), "a.txt.meta.yaml": b"title: T\n"})}
    tally = Counter[str]()
    for _, data in mutations(whole, seed, count):
        (folder / "a.zip").write_bytes(data)
        report = Report()
        read = list(walk([folder / "a.zip"], report))
        tally["read" if read else "refused"] += 1
    logger.info("seed %d: %d archives: %s", seed, count, sorted(tally.items()))
    return tally


def test_a_few_broken_files_of_each_format_are_read_or_refused(process: ReadingProcess) -> None:
    assert _tally(process, SEED, FEW).total() == FEW * len(WHOLE)


def test_a_few_broken_archives_are_read_or_refused(tmp_path: Path) -> None:
    assert _archives(tmp_path, SEED, 50).total() == 50


@pytest.mark.hostile
@pytest.mark.parametrize("part", range(9))
def test_broken_files_of_each_format_are_read_or_refused(part: int, process: ReadingProcess) -> None:
    tally = _tally(process, SEED * 1000 + part, MANY // 9)
    assert tally.total() == MANY // 9 * len(WHOLE)
    assert not sum(count for (_, outcome), count in tally.items() if outcome in ("crashed", "not read within"))


@pytest.mark.hostile
def test_broken_archives_are_read_or_refused(tmp_path: Path) -> None:
    assert _archives(tmp_path, SEED * 1000, MANY).total() == MANY
