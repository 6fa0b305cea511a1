from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.errors import SnapshotCorrupt
from index.passages import PassageTable
from index.ports import Filters
from index.quarantine import discard, held, set_aside
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, MemoryCorpus, built, document, index_all, opened

FIRST, SECOND = DOCUMENTS[0], document("later", "A later note about the windows of the consulate.")


def two_snapshots(home: Path) -> tuple[MemoryCorpus, SnapshotStore, str, str]:
    corpus, store = built(home)
    old = store.current_id()
    corpus.put(SECOND)
    index_all(corpus, store)
    return corpus, store, old, store.current_id()


def flip(path: Path, place: int = -5) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("place", range(0, 400, 23))
def test_a_flipped_bit_anywhere_in_a_manifest_is_found_and_the_file_is_named(tmp_path: Path, place: int) -> None:
    _, store = built(tmp_path)
    name = store.current_id()
    flip(store.folder / f"{name}.json", place)
    with pytest.raises(Exception, match=rf"{name}.* Run: muhojir"):
        store.manifest(name)


def test_the_time_in_a_manifest_is_sealed_too(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    path = store.folder / f"{store.current_id()}.json"
    path.write_text(path.read_text().replace("2024-", "2025-"))
    with pytest.raises(SnapshotCorrupt, match="is not what was written"):
        store.manifest(store.current_id())


@pytest.mark.parametrize("content", [b"3f2a91c07d5", b"3f2a91c07d5z\n", b"", b"3f2a91c07d5e\n\n"])
def test_a_damaged_current_file_is_named(tmp_path: Path, content: bytes) -> None:
    _, store = built(tmp_path)
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotCorrupt, match="CURRENT is damaged: .* Run: muhojir doctor --repair"):
        store.current_id()


def test_a_damaged_old_manifest_hides_no_other_snapshot_and_costs_no_segment(tmp_path: Path) -> None:
    _, store, old, live = two_snapshots(tmp_path)
    flip(store.folder / f"{old}.json")
    before = sorted(path.name for path in store.segments.iterdir())
    assert store.ids() == [live]
    assert list(store.faults()) == [old]
    assert store.prune(1) == []
    assert sorted(path.name for path in store.segments.iterdir()) == before
    assert (store.folder / f"{old}.json").exists()


def damage_manifest(store: SnapshotStore) -> Path:
    return store.folder / f"{store.current_id()}.json"


def damage_segment(store: SnapshotStore) -> Path:
    return store.segments / store.manifest(store.current_id()).segments[0].id / "vectors.bin"


@pytest.mark.parametrize("victim", [damage_manifest, damage_segment])
def test_what_is_damaged_is_set_aside_whole_and_made_anew_from_the_documents(
    tmp_path: Path, victim: Callable[[SnapshotStore], Path]
) -> None:
    corpus, store, _, _ = two_snapshots(tmp_path)
    path = victim(store)
    flip(path)
    bytes_of_damage = path.read_bytes()
    with store.building():
        (fault, *_) = set_aside(store)
    assert path.name in fault
    assert bytes_of_damage in [found.read_bytes() for found in (store.folder / "damaged").rglob("*") if found.is_file()]
    assert held(store)
    index_all(corpus, store)
    store.verify(store.current_id())
    assert "later" in {card.id for card in opened(store).documents()}
    with store.building():
        assert set_aside(store) == []
        discard(store)
    assert held(store) == []


def test_the_folder_that_the_live_snapshot_leads_to_is_not_touched_by_building_the_same_again(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    before = {path: path.stat().st_ino for path in store.segments.rglob("*")}
    (tmp_path / "CURRENT").unlink()  # nothing is live: all is built anew, of the same documents
    index_all(corpus, store)
    assert {path: path.stat().st_ino for path in before} == before
    store.verify(store.current_id())


def test_a_new_thread_reads_a_snapshot_whose_files_went_with_a_newer_one(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    index = opened(store)
    for path in store.segments.rglob("*"):
        if path.is_file():
            path.unlink()
    found: list[int] = []

    def ask() -> None:
        keys = index.search({"airlin": 1.0}, np.zeros(64, np.float32), Filters(), 5).keys
        found.append(len(index.fetch(keys.tolist())))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [1]


def test_what_a_snapshot_opened_is_closed_with_it(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    (folder,) = store.segments.iterdir()
    table = PassageTable(folder)
    connections = table._first, table._connection()
    del table
    for connection in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_what_cannot_be_deleted_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, store = built(tmp_path)
    (store.folder / "damaged").mkdir()

    def refused(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("index.quarantine.shutil.rmtree", refused)
    with pytest.raises(PermissionError):
        discard(store)
