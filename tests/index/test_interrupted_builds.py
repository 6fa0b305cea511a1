"""Builders that run out of disk or are killed, in processes of their own: the old index must go on answering."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.ports import Filters
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, MemoryCorpus, built, index_all, opened

ROOT = Path(__file__).parents[2]

# Publishes again and again: a growing corpus, then a shrinking one.
ENDLESS = """
import sys
from pathlib import Path
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, MemoryCorpus, document, index_all
corpus, store = MemoryCorpus(DOCUMENTS), SnapshotStore(Path(sys.argv[1]))
index_all(corpus, store)
print("ready", flush=True)
while True:
    extra = [document(f"extra{number}", f"Note {number} on the quota of {number + 1900}.") for number in range(12)]
    for one in extra:
        corpus.put(one)
        index_all(corpus, store)
    for one in extra:
        corpus.remove(one.id)
        index_all(corpus, store)
    store.prune(2)
"""

LIMITED = """
import resource, signal, sys
from pathlib import Path
from index.errors import PublishFailed
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, MemoryCorpus, document, index_all
home, limit = Path(sys.argv[1]), int(sys.argv[2])
corpus = MemoryCorpus([*DOCUMENTS, document("new", "Consulates opened two more windows. " * 400)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    index_all(corpus, SnapshotStore(home))
except PublishFailed as error:
    print(error)
    sys.exit(7)
"""


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def assert_whole(home: Path) -> SnapshotStore:
    """The live snapshot is undamaged, answers, and the next builder brings it up to the corpus."""
    store = SnapshotStore(home)
    store.verify(store.current_id())
    index = opened(store)
    assert len(index.search({"airlin": 1.0}, np.zeros(64, np.float32), Filters(), 5)) == 1
    assert {one.id for one in DOCUMENTS} <= {card.id for card in index.documents()}
    return store


def killed_builds(home: Path, runs: int, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(runs):
        process = subprocess.Popen(python(ENDLESS, home), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(draw.uniform(0, 0.6))
        finally:
            process.kill()
            process.communicate()
        store = assert_whole(home)
        index_all(MemoryCorpus(DOCUMENTS), store)
        assert list(store.folder.glob("building-*")) == []
        assert [card.id for card in opened(store).documents()] == sorted(one.id for one in DOCUMENTS)


def test_a_builder_killed_at_any_moment_leaves_a_whole_index(tmp_path: Path) -> None:
    killed_builds(tmp_path, runs=3, seed=1)


@pytest.mark.slow
def test_a_builder_killed_many_times_leaves_a_whole_index(tmp_path: Path) -> None:
    killed_builds(tmp_path, runs=60, seed=2)


# Bytes of the largest file that may be written: too few for the passages, the vectors, the windows.
@pytest.mark.parametrize("limit", [1_000, 26_000, 40_000])
def test_a_file_that_cannot_be_written_leaves_the_old_index(tmp_path: Path, limit: int) -> None:
    built(tmp_path)
    before = SnapshotStore(tmp_path).current_id()
    done = subprocess.run(python(LIMITED, tmp_path, limit), cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (7, "")
    assert f"the index in {tmp_path} could not be written" in done.stdout
    assert done.stdout.rstrip().endswith("The old index still answers; mend it, then: muhojir init")
    assert SnapshotStore(tmp_path).current_id() == before
    store = assert_whole(tmp_path)
    assert list(store.folder.glob("building-*")) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("this system does not let root mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_old_index_goes_on_answering(tiny_disk: Path) -> None:
    built(tiny_disk)
    (tiny_disk / "ballast").write_bytes(b"\0" * (shutil.disk_usage(tiny_disk).free - 30_000))
    done = subprocess.run(python(LIMITED, tiny_disk, 0), cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (7, "")
    assert "could not be written: the disk is full. The old index still answers" in done.stdout
    assert_whole(tiny_disk)
    (tiny_disk / "ballast").unlink()
    assert subprocess.run(python(LIMITED, tiny_disk, 0), cwd=ROOT).returncode == 0
    assert "new" in {card.id for card in opened(assert_whole(tiny_disk)).documents()}
