from __future__ import annotations

import gc
from pathlib import Path
from weakref import ref

from index.open_segments import OpenSegments
from index.ports import Filters
from index.segment import Segment
from index.store import SnapshotStore
from tests.index.samples import built, index_all, opened


def open_first(segments: OpenSegments, store: SnapshotStore) -> Segment:
    info = store.manifest(store.current_id()).segments[0]
    return segments.open(store.segments / info.id, info, 64)


def test_a_segment_is_opened_once_while_somebody_holds_it(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    segments = OpenSegments()
    held = open_first(segments, store)
    assert open_first(segments, store) is held


def test_a_segment_that_nobody_holds_is_closed(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    segments = OpenSegments()
    gone = ref(open_first(segments, store))
    gc.collect()
    assert gone() is None


def test_a_segment_with_a_replaced_file_is_opened_anew(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    segments = OpenSegments()
    held = open_first(segments, store)
    path = next(store.segments.rglob("lengths.bin"))
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    assert open_first(segments, store) is not held


def test_a_new_snapshot_counts_its_own_documents_over_shared_segments(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    before = opened(store)
    total, date = before.manifest.documents, Filters(published_to="1990")
    undated = before.coverage(date).undated
    gone = next(iter(sorted(corpus.live())))
    corpus.remove(gone)
    index_all(corpus, store)
    after = opened(store)
    assert before._segments[0] is after._segments[0]
    assert after.coverage(Filters(document_id=(gone,))).matching_documents == 0
    assert before.coverage(Filters(document_id=(gone,))).matching_documents == 1
    assert (before.manifest.documents, after.manifest.documents) == (total, total - 1)
    assert after.coverage(date).undated in (undated, undated - 1)
