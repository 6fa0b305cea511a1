"""A builder killed while it encodes: the next one encodes what is missing, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from index.store import SnapshotStore
from tests.index.resuming import Recorder, index
from tests.index.samples import CountingEncoder, MemoryCorpus, document, index_all

ROOT = Path(__file__).parents[2]
KILLED = """
import sys
from pathlib import Path
from tests.index.resuming import Recorder, index
home, last, tokens = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "tokens"
index(home, Recorder(home / "encoded.txt", last), tokens)
"""


@pytest.mark.parametrize(("tokens", "last"), [(True, 3), (False, 2)], ids=["tokens", "vectors"])
def test_what_a_killed_builder_kept_is_not_encoded_again(tmp_path: Path, tokens: bool, last: int) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(last), "tokens" if tokens else "vectors"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == -9
    record = tmp_path / "encoded.txt"
    before = Counter(record.read_text("utf-8").split("\0")[:-1])
    assert before
    index(tmp_path, Recorder(record), tokens)
    every = Counter(record.read_text("utf-8").split("\0")[:-1])
    assert len(every) > len(before)
    assert {text for text in before if every[text] > before[text]} == set()
    assert max(every.values()) == 1


def test_a_hundred_documents_beside_a_thousand_are_the_only_ones_encoded(tmp_path: Path) -> None:
    corpus = MemoryCorpus(document(f"old{place}", f"Note {place} of the old register.") for place in range(1_000))
    store = SnapshotStore(tmp_path)
    index_all(corpus, store)
    (first,) = store.manifest(store.current_id()).segments
    for place in range(100):
        corpus.put(document(f"new{place}", f"Letter {place} that came today."))
    encoder = CountingEncoder()
    index_all(corpus, store, encoder)
    manifest = store.manifest(store.current_id())
    assert [info.documents for info in manifest.segments] == [1_000, 100]
    assert manifest.segments[0] == first
    assert set(encoder.texts) == {f"Letter {place} that came today." for place in range(100)}
