from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from index.build import recipe_for
from index.encoder import HashingEncoder
from index.errors import PublishFailed, SnapshotCorrupt, SnapshotError, SnapshotMismatch, SnapshotMissing
from index.manifest import FORMAT, Recipe
from index.ports import Filters
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, ENCODER, NOON, POLICY, MemoryCorpus, built, document, index_all, opened

RECIPE = recipe_for(ENCODER, POLICY)
NEW = document("new", "Consulates opened two more windows for passports.")


def still_answers(store: SnapshotStore) -> bool:
    store.verify(store.current_id())
    found = opened(store).search({"airlin": 1.0}, np.zeros(64, np.float32), Filters(), 5)
    return len(found) == 1


def files_of(store: SnapshotStore) -> list[Path]:
    return sorted(path for path in store.segments.rglob("*") if path.is_file())


def test_a_home_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing, match=rf"{tmp_path} holds no index yet. Run: muhojir init"):
        SnapshotStore(tmp_path).open(RECIPE)


def test_a_published_snapshot_is_current_and_whole(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    manifest = store.manifest(store.current_id())
    assert manifest.id == store.current_id()
    assert store.ids() == [manifest.id]
    assert {path.name for path in files_of(store)} == set(manifest.segments[0].files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "build.lock", "snapshots"]
    assert still_answers(store)


@pytest.mark.parametrize(
    ("what", "recipe", "both"),
    [
        ("model", replace(RECIPE, encoder=HashingEncoder(32).identity), (r"\(64-d\)", r"\(32-d\)")),
        ("model", replace(RECIPE, encoder=replace(RECIPE.encoder, revision="2")), ("hashing@1", "hashing@2")),
        ("analyzer", replace(RECIPE, analyzer="other-1"), (RECIPE.analyzer.split("+")[0], "other-1")),
        ("chunker", replace(RECIPE, chunker="other-2"), (RECIPE.chunker.split("/")[0], "other-2")),
    ],
)
def test_an_index_of_another_recipe_is_refused_naming_both_sides_and_the_command(
    tmp_path: Path, what: str, recipe: Recipe, both: tuple[str, str]
) -> None:
    _, store = built(tmp_path)
    message = rf"built with {what} .*{both[0]}.*this program uses {what} .*{both[1]}.*Run: muhojir init"
    with pytest.raises(SnapshotMismatch, match=message):
        store.open(recipe)


def test_an_index_with_other_prefixes_is_refused_and_both_are_told_apart(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    with pytest.raises(SnapshotMismatch) as refused:
        store.open(replace(RECIPE, encoder=replace(RECIPE.encoder, query_prefix="query: ")))
    theirs, ours = str(refused.value).split(", this program uses model ")
    assert theirs.split("built with model ")[1] != ours.split(". Run")[0]


def test_an_index_of_a_newer_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    path = store.folder / f"{store.current_id()}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": FORMAT + 1}))
    with pytest.raises(
        SnapshotMismatch, match=f"format {FORMAT + 1}, this program reads format {FORMAT}. Run: muhojir"
    ):
        store.open(RECIPE)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"text"', "\x00\x01"])
def test_a_manifest_that_is_no_manifest_is_refused(tmp_path: Path, content: str) -> None:
    _, store = built(tmp_path)
    (store.folder / f"{store.current_id()}.json").write_text(content)
    with pytest.raises(SnapshotError, match="Run: muhojir"):
        store.open(RECIPE)


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"../../etc\n", b"\xff\xfe\n", "\u0434\n".encode()])
def test_a_damaged_current_file_names_no_snapshot(tmp_path: Path, content: bytes) -> None:
    _, store = built(tmp_path)
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError, match="Run: muhojir"):
        store.open(RECIPE)


def test_verify_finds_a_flipped_byte_in_every_file(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    held = [path for path in files_of(store) if path.stat().st_size]
    assert len(held) >= 12
    for path in held:
        data = path.read_bytes()
        place = len(data) // 2
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(SnapshotCorrupt, match=rf"{path.name} should be .* Run: muhojir doctor --repair"):
            store.verify(store.current_id())
        path.write_bytes(data)
    store.verify(store.current_id())


def test_verify_and_open_find_a_missing_file_and_a_wrong_size(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    for path in files_of(store):
        data = path.read_bytes()
        for damage in (path.unlink, lambda path=path, data=data: path.write_bytes(data + b"\0")):
            damage()
            for look in (lambda: store.open(RECIPE), lambda: store.verify(store.current_id())):
                with pytest.raises(SnapshotCorrupt, match=rf"{path.name} should be .* Run: muhojir doctor --repair"):
                    look()
            path.write_bytes(data)
    assert still_answers(store)


@pytest.mark.parametrize("name", ["dense.faiss", "passages.sqlite"])
def test_a_file_of_the_right_size_that_cannot_be_read_is_damage(tmp_path: Path, name: str) -> None:
    _, store = built(tmp_path)
    (path,) = (path for path in files_of(store) if path.name == name)
    path.write_bytes(b"\x07" * path.stat().st_size)
    with pytest.raises(SnapshotCorrupt, match="cannot be opened .* Run: muhojir doctor --repair"):
        store.open(RECIPE)


Obstacle = Callable[[SnapshotStore, str, str], Path]
OBSTACLES: dict[str, Obstacle] = {
    "the segment": lambda store, segment, _: store.segments / segment,
    "the manifest": lambda store, _, snapshot: store.folder / f"{snapshot}.json.new",
    "CURRENT": lambda store, _, __: store.folder.parent / "CURRENT.new",
}


@pytest.mark.parametrize("step", OBSTACLES)
def test_a_failure_at_any_step_of_publishing_leaves_the_old_index_live(tmp_path: Path, step: str) -> None:
    corpus, store = built(tmp_path / "home")
    before = store.current_id()
    shutil.copytree(tmp_path / "home", tmp_path / "ahead")
    ahead = SnapshotStore(tmp_path / "ahead")
    corpus.put(NEW)
    index_all(corpus, ahead)
    future = ahead.manifest(ahead.current_id())
    obstacle = OBSTACLES[step](store, future.segments[-1].id, future.id)
    if step == "the segment":
        obstacle.write_text("a file where a folder is to stand")
    else:
        obstacle.mkdir()
    with pytest.raises(PublishFailed, match="could not be written: .*The old index still answers; .*muhojir init"):
        index_all(corpus, store)
    assert store.current_id() == before
    assert still_answers(store)
    obstacle.unlink() if obstacle.is_file() else obstacle.rmdir()
    index_all(corpus, store)
    assert store.current_id() == future.id
    assert still_answers(store)


def test_what_a_crash_left_behind_is_removed_by_the_next_builder(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    left = store.folder / "building-1"
    left.mkdir()
    (left / "vectors.bin").write_bytes(b"half")
    corpus.put(NEW)
    index_all(corpus, store)
    assert not left.exists()


def test_pruning_keeps_the_newest_and_the_live_and_only_their_segments(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    ids = [store.current_id()]
    for number in range(3):
        corpus.put(document(f"extra{number}", f"Note {number} about the quota."))
        index_all(corpus, store, at=NOON + timedelta(hours=number + 1))
        ids.append(store.current_id())
    assert store.ids() == ids
    assert store.prune(2) == ids[:2]
    assert store.ids() == ids[2:]
    used = {segment.id for found in ids[2:] for segment in store.manifest(found).segments}
    assert {path.name for path in store.segments.iterdir()} == used
    assert store.prune(0) == ids[2:3]
    assert store.ids() == ids[3:]
    assert still_answers(store)
    assert store.prune(5) == []


def test_pruning_never_takes_the_live_snapshot_though_newer_ones_exist(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    first = store.current_id()
    corpus.put(NEW)
    index_all(corpus, store, at=NOON + timedelta(hours=1))
    newer = store.current_id()
    (tmp_path / "CURRENT").write_text(first + "\n")
    assert store.prune(0) == [newer]
    assert still_answers(store)


def test_an_opened_snapshot_goes_on_answering_after_newer_ones_and_after_pruning(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    old = opened(store)
    keys = old.search({"airlin": 1.0}, np.zeros(64, np.float32), Filters(), 5).keys
    texts = [one.passage.text for one in old.fetch(keys.tolist())]
    for one in DOCUMENTS[:4]:
        corpus.remove(one.id)
    index_all(corpus, store, at=NOON + timedelta(hours=1))
    store.prune(0)
    assert [one.passage.text for one in old.fetch(keys.tolist())] == texts
    assert old.coverage(Filters()).matching_documents == len(DOCUMENTS)


def test_an_empty_home_can_be_asked_for_its_snapshots(tmp_path: Path) -> None:
    assert SnapshotStore(tmp_path).ids() == []


def test_a_corpus_indexed_in_parts_ends_with_the_same_documents(tmp_path: Path) -> None:
    corpus, store = MemoryCorpus(), SnapshotStore(tmp_path)
    for one in DOCUMENTS:
        corpus.put(one)
        index_all(corpus, store)
    assert [card.id for card in opened(store).documents()] == sorted(one.id for one in DOCUMENTS)


def test_a_clock_that_went_back_costs_neither_the_live_snapshot_nor_its_segments(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    corpus.put(NEW)
    index_all(corpus, store, at=NOON - timedelta(days=4000))
    live = store.current_id()
    store.prune(1)
    assert store.current_id() == live
    store.verify(live)
    assert "new" in {card.id for card in opened(store).documents()}
