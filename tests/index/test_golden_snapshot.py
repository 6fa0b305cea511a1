"""Snapshots frozen when each format was new: today's program opens them, or says plainly what to run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.errors import SnapshotMismatch
from index.manifest import FORMAT
from index.ports import Filters
from index.store import SnapshotStore
from index.tokenize import query_terms

GOLDEN = Path(__file__).parents[1] / "golden"
HOMES = sorted(GOLDEN.glob("snapshot-*"))


def test_every_format_has_a_frozen_snapshot() -> None:
    assert [home.name for home in HOMES] == [f"snapshot-{number}" for number in range(1, FORMAT + 1)]


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.name)
def test_a_frozen_snapshot_answers_or_is_refused_with_the_command(home: Path, tmp_path: Path) -> None:
    store = SnapshotStore(Path(shutil.copytree(home, tmp_path / "home")))
    if home.name != f"snapshot-{FORMAT}":
        with pytest.raises(SnapshotMismatch, match="Run: muhojir init"):
            store.manifest(store.current_id())
        return
    manifest = store.manifest(store.current_id())
    assert manifest.id == store.current_id()
    store.verify(manifest.id)
    index = store.open(manifest.recipe)
    found = index.search(dict.fromkeys(query_terms("workers", "en"), 1.0), np.zeros(16, np.float32), Filters(), 5)
    (stored,) = index.fetch(found.keys.tolist())
    assert "143,000 workers were refused entry" in stored.passage.text
    assert [card.id for card in index.documents()] == ["bans", "raids"]
    assert (manifest.documents, len(manifest.segments[0].masked)) == (2, 1)
