from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from corpus.chunk import ChunkPolicy
from corpus.document import Record
from index.build import Progress, build, roll_back
from index.encoder import HashingEncoder
from index.errors import BuildBusy, SnapshotMissing
from index.ports import Filters
from index.store import SnapshotStore
from tests.index.samples import (
    DOCUMENTS,
    ENCODER,
    NOON,
    POLICY,
    CountingEncoder,
    MemoryCorpus,
    built,
    document,
    index_all,
    opened,
)

NEW = document("new", "Consulates opened two more windows for passports. Queues grew all the same.")


def found_by_words(store: SnapshotStore, word: str) -> set[str]:
    index = opened(store)
    keys = index.search({word: 1.0}, np.zeros(64, np.float32), Filters(), 50).keys
    return {one.passage.document_id for one in index.fetch(keys.tolist())}


def found_by_vector(store: SnapshotStore) -> set[str]:
    """Every document that the dense leg can reach."""
    index = opened(store)
    keys = index.search({}, ENCODER.encode(["windows"], "query")[0], Filters(), 1_000).keys
    return {one.passage.document_id for one in index.fetch(keys.tolist())}


def test_progress_counts_documents_up_to_the_total(tmp_path: Path) -> None:
    progress = index_all(MemoryCorpus(DOCUMENTS), SnapshotStore(tmp_path))
    assert progress[-1] == Progress(len(DOCUMENTS), len(DOCUMENTS))
    assert [one.done for one in progress] == sorted(one.done for one in progress)


def test_an_empty_corpus_makes_an_index_that_finds_nothing(tmp_path: Path) -> None:
    _, store = built(tmp_path, [])
    manifest = store.manifest(store.current_id())
    assert (manifest.documents, manifest.passages, manifest.segments) == (0, 0, ())
    assert found_by_vector(store) == set()


def test_a_document_without_visible_text_is_indexed_with_no_passage(tmp_path: Path) -> None:
    _, store = built(tmp_path, [document("empty", "")])
    manifest = store.manifest(store.current_id())
    assert (manifest.documents, manifest.passages) == (1, 0)
    assert [card.id for card in opened(store).documents()] == ["empty"]
    assert found_by_vector(store) == set()


def test_nothing_to_do_publishes_nothing_and_encodes_nothing(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != "build.lock"}
    encoder = CountingEncoder()
    assert index_all(corpus, store, encoder, NOON + timedelta(days=1)) == []
    assert encoder.texts == []
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != "build.lock"}
    assert {path for path in before if path.is_file()} == {path for path in after if path.is_file()}
    assert all(before[path] == after[path] for path in before if path.is_file())


def test_equal_corpora_make_equal_snapshots_whatever_the_clock_says(tmp_path: Path) -> None:
    _, one = built(tmp_path / "one")
    two = SnapshotStore(tmp_path / "two")
    index_all(MemoryCorpus(reversed(DOCUMENTS)), two, at=NOON + timedelta(days=9))
    assert one.current_id() == two.current_id()


def test_an_added_document_is_the_only_one_encoded_and_stands_in_a_segment_of_its_own(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    first = store.manifest(store.current_id()).segments
    corpus.put(NEW)
    encoder = CountingEncoder()
    index_all(corpus, store, encoder)
    manifest = store.manifest(store.current_id())
    assert manifest.segments[:-1] == first
    assert manifest.segments[-1].documents == 1
    assert manifest.documents == len(DOCUMENTS) + 1
    assert encoder.texts
    assert all(text in NEW.text for text in encoder.texts)
    assert found_by_words(store, "consul") == {"new"}


def test_a_replaced_document_answers_with_its_new_text_only(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    corpus.put(document("bans", NEW.text))
    index_all(corpus, store)
    assert found_by_words(store, "consul") == {"bans"}
    assert found_by_words(store, "airlin") == set()
    manifest = store.manifest(store.current_id())
    assert (manifest.documents, len(manifest.segments[0].masked)) == (len(DOCUMENTS), 1)
    assert [card.id for card in opened(store).documents()] == sorted(one.id for one in DOCUMENTS)


def test_a_document_put_back_as_it_was_is_unmasked_without_encoding(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    first = store.current_id()
    corpus.remove("bans")
    index_all(corpus, store)
    corpus.put(DOCUMENTS[0])
    encoder = CountingEncoder()
    index_all(corpus, store, encoder)
    assert encoder.texts == []
    assert found_by_words(store, "airlin") == {"bans"}
    assert store.manifest(store.current_id()).segments == store.manifest(first).segments


def test_a_corrected_record_is_indexed_though_the_words_are_the_same(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    corpus.put(replace(corpus.get("bans"), record=Record(publisher="A ministry"), revision=1))
    index_all(corpus, store)
    found = {card.id: card.record.publisher for card in opened(store).documents()}
    assert found["bans"] == "A ministry"


def test_a_deletion_is_gone_from_both_legs_and_from_the_counts(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    passages = store.manifest(store.current_id()).passages
    assert "bans" in found_by_words(store, "airlin") & found_by_vector(store)
    corpus.remove("bans")
    encoder = CountingEncoder()
    index_all(corpus, store, encoder)
    assert found_by_words(store, "airlin") == set()
    assert found_by_vector(store) == {one.id for one in DOCUMENTS} - {"bans"}
    assert encoder.texts == []
    manifest = store.manifest(store.current_id())
    assert manifest.documents == len(DOCUMENTS) - 1
    assert 0 < manifest.passages < passages
    assert opened(store).coverage(Filters()).matching_documents == len(DOCUMENTS) - 1


def test_related_documents_are_those_that_name_a_source_and_the_sources(tmp_path: Path) -> None:
    records = {"bans": Record(translation_of="raids"), "money": Record(copy_of="gone"), "home": Record(copy_of="raids")}
    corpus, store = built(tmp_path, [replace(one, record=records.get(one.id, Record())) for one in DOCUMENTS])
    assert [card.id for card in opened(store).related()] == ["bans", "home", "money", "raids"]
    corpus.remove("home")
    index_all(corpus, store)
    assert [card.id for card in opened(store).related()] == ["bans", "money", "raids"]


def test_deleting_everything_leaves_an_index_that_finds_nothing(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    for one in DOCUMENTS:
        corpus.remove(one.id)
    index_all(corpus, store)
    assert found_by_vector(store) == set()
    assert found_by_words(store, "airlin") == set()
    assert store.manifest(store.current_id()).documents == 0


def test_a_segment_that_is_mostly_masked_is_rebuilt_without_the_dead(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    for one in DOCUMENTS[:4]:
        corpus.remove(one.id)
    index_all(corpus, store)
    (segment,) = store.manifest(store.current_id()).segments
    assert (segment.documents, segment.masked) == (2, ())


def test_many_small_additions_leave_few_segments(tmp_path: Path) -> None:
    corpus, store = MemoryCorpus(), SnapshotStore(tmp_path)
    most = 0
    for number in range(13):
        corpus.put(document(f"d{number:02}", f"Report {number} from post {number * 7}."))
        index_all(corpus, store)
        segments = store.manifest(store.current_id()).segments
        most = max(most, len(segments))
        assert sum(segment.documents for segment in segments) == number + 1
    assert most <= 3  # each is more than twice as large as all after it: log3(13) + 1
    assert found_by_vector(store) == {f"d{number:02}" for number in range(13)}


def test_another_model_or_chunking_rebuilds_everything(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    other = HashingEncoder(32)
    index_all(corpus, store, other)
    assert store.manifest(store.current_id()).recipe.encoder.dimension == 32
    list(build(corpus, store, other, replace(POLICY, target_words=6), clock=lambda: NOON))
    (segment,) = store.manifest(store.current_id()).segments
    assert segment.documents == len(DOCUMENTS)


def test_a_second_builder_is_refused_while_the_first_runs_and_the_old_index_answers(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    before = store.current_id()
    corpus.put(NEW)
    with store.building(), pytest.raises(BuildBusy, match=f"another process is indexing {tmp_path}.*Try again"):
        index_all(corpus, SnapshotStore(tmp_path))
    assert store.current_id() == before
    assert found_by_words(store, "airlin") == {"bans"}
    index_all(corpus, store)
    assert found_by_words(store, "consul") == {"new"}


def test_a_builder_that_is_abandoned_half_way_leaves_the_old_index_and_no_rubbish(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    before = store.current_id()
    corpus.put(NEW)
    running = build(corpus, store, ENCODER, POLICY, clock=lambda: NOON)
    assert next(running) == Progress(1, 1)
    running.close()
    assert store.current_id() == before
    assert list(store.folder.glob("building-*")) == []
    index_all(corpus, store)
    assert store.current_id() != before


def test_rolling_back_answers_as_before_without_what_was_removed_since(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    earlier = store.current_id()
    corpus.put(NEW)
    corpus.remove("bans")
    index_all(corpus, store)
    manifest = roll_back(store, earlier, [("bans", DOCUMENTS[0].version)], clock=lambda: NOON)
    assert store.current_id() == manifest.id
    assert found_by_words(store, "consul") == set()
    assert found_by_words(store, "airlin") == set()
    assert found_by_vector(store) == {one.id for one in DOCUMENTS} - {"bans"}
    assert manifest.documents == len(DOCUMENTS) - 1
    index_all(corpus, store)
    assert found_by_words(store, "consul") == {"new"}


def test_rolling_back_to_a_snapshot_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    before = store.current_id()
    with pytest.raises(SnapshotMissing, match="no snapshot 0123.*muhojir snapshots list"):
        roll_back(store, "0123", [], clock=lambda: NOON)
    assert store.current_id() == before


def test_texts_are_encoded_under_titles_and_headings_and_windows_alone(tmp_path: Path) -> None:
    titled = replace(NEW, record=replace(NEW.record, title="Consular service"))
    encoder = CountingEncoder()
    list(build(MemoryCorpus([titled]), SnapshotStore(tmp_path), encoder, ChunkPolicy(), clock=lambda: NOON))
    assert encoder.texts == [
        f"Consular service\n{NEW.text}",
        "Consulates opened two more windows for passports.",
        "Queues grew all the same.",
        NEW.text,
    ]
