"""A real cluster of Milvus processes: the answers of the embedded index, also while nodes die and the alias moves."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.milvus.build import encoded, update
from index.milvus.client import Client
from index.milvus.filters import any_of
from index.milvus.migrate import prove
from index.milvus.passage_index import MilvusIndex
from index.milvus.rows import passage_key
from index.milvus.schema import Layout
from index.milvus.writer import STRONG, Entry
from index.ports import Filters, PassageIndex, Vectors
from tests.cluster.conftest import RECIPE, Moved, engine_store
from tests.cluster.launcher import Cluster
from tests.cluster.texts import many
from tests.index.samples import ENCODER, POLICY, MemoryCorpus

pytestmark = pytest.mark.cluster

Question = tuple[str, Vectors, Filters]  # the passage that must come first, its vector, the filter it passes


@pytest.fixture(scope="module")
def questions(moved: Moved) -> list[Question]:
    found: list[Question] = []
    for document in moved.contents.sample(60, np.random.default_rng(3)):
        passages = zip(document.passages, document.vectors, strict=True)
        own = Filters(publisher=(document.card.record.publisher,))
        found += [(one.passage.id, vector, own) for one, vector in list(passages)[:1]]
    return found


def first_of(index: PassageIndex, vector: Vectors, filters: Filters) -> str:
    found = index.search({}, vector, filters, 10)
    (best,) = found.keys[found.dense_rank == 1].tolist()
    return index.fetch([best])[0].passage.id


@contextmanager
def load(questions: list[Question], answer: Callable[[Vectors, Filters], str]) -> Iterator[Counter[str]]:
    """Asks from two threads for as long as the block lasts and counts right, wrong and failed answers."""
    seen: Counter[str] = Counter()
    ended = threading.Event()

    def ask(start: int) -> None:
        for number in range(start, 10**9):
            if ended.is_set():
                return
            expected, vector, filters = questions[number % len(questions)]
            begun = time.monotonic()
            try:
                seen["right" if answer(vector, filters) == expected else "wrong"] += 1
            except Exception as error:  # noqa: BLE001  (whatever reaches the caller is a failure)
                seen[f"failed: {error}"] += 1
            seen["longest ms"] = max(seen["longest ms"], round(1000 * (time.monotonic() - begun)))

    threads = [threading.Thread(target=ask, args=(17 * number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def failures(seen: Counter[str]) -> dict[str, int]:
    return {what: count for what, count in seen.items() if what not in ("right", "longest ms")}


def test_the_copy_holds_the_same_and_dense_searches_agree(moved: Moved, report: Callable[[str], None]) -> None:
    proof = prove(moved.manifest, moved.contents, moved.snapshot, moved.index(), samples=200)
    report(f"{proof.passages} passages moved; overlap@10 of {proof.searches} dense searches: {proof.overlap:.3f}")
    assert proof.searches == 200
    assert proof.overlap >= 0.9


def test_a_killed_query_node_costs_no_answer(
    cluster: Cluster, moved: Moved, questions: list[Question], report: Callable[[str], None]
) -> None:
    index = moved.index()
    with load(questions, lambda vector, filters: first_of(index, vector, filters)) as seen:
        time.sleep(3)
        before = seen["right"]
        cluster.kill("querynode1")
        time.sleep(30)  # its lease ends after some 13 s
    cluster.start_role("querynode1")
    report(f"query node killed: {dict(seen)}")
    assert before > 10
    assert seen["right"] > before + 10
    assert failures(seen) == {}


def test_the_alias_moves_under_load_without_a_failed_answer(
    cluster: Cluster, moved: Moved, questions: list[Question], tmp_path: Path, report: Callable[[str], None]
) -> None:
    first = moved.store.current()
    opened: dict[str, MilvusIndex] = {}
    generations: Counter[str] = Counter()

    def answer(vector: Vectors, filters: Filters) -> str:
        """The alias is resolved once, as the engine does for a question."""
        live = moved.store.current()
        index = opened.setdefault(live.id, moved.index()) if live.id not in opened else opened[live.id]
        generations[index.manifest.generation.name] += 1
        return first_of(index, vector, filters)

    with load(questions, answer) as seen:
        for _ in update(moved.corpus, moved.store, ENCODER, POLICY, anew=True):
            pass
        second = moved.store.current()
        time.sleep(2)
        assert second.generation != first.generation
        back = moved.store.roll_back(first.id, set(), None)
        assert back.generation == first.generation
        time.sleep(2)
    report(f"alias moved and back: {dict(seen)}, by generation {sorted(generations.values())}")
    assert set(generations) == {first.generation.name, second.generation.name}
    assert failures(seen) == {}


def test_a_killed_data_node_loses_no_acknowledged_passage(
    cluster: Cluster, tmp_path: Path, report: Callable[[str], None]
) -> None:
    store = engine_store(cluster, tmp_path, "ingest")
    manifest = store.begin(RECIPE, Layout(shards=2), 12.0)
    writer = store.writer(manifest)
    acknowledged: list[int] = []
    for number, entry in enumerate(entries()):
        if number == 150:
            cluster.kill("datanode")
        if number == 300:
            cluster.start_role("datanode")
        writer.put([entry])
        writer.flush()
        acknowledged += [passage_key(entry.card.id, one.ordinal) for one in entry.passages]
    published = store.publish(manifest, writer, 1)
    lost = set(acknowledged) - held(store.client, manifest.generation.passages, acknowledged)
    report(f"data node killed: {len(acknowledged)} passages acknowledged, {len(lost)} lost")
    assert len(acknowledged) > 3_000
    assert lost == set()
    assert published.passages == len(acknowledged)
    store.verify(published.id)


def held(client: Client, collection: str, keys: list[int]) -> set[int]:
    batches = (keys[start : start + 1_000] for start in range(0, len(keys), 1_000))
    rows = (client.query(collection, any_of("key", batch), ["key"], **STRONG) for batch in batches)
    return {row["key"] for batch in rows for row in batch}


def entries() -> Iterator[Entry]:
    for batch in encoded(many(450, seed=2), ENCODER, POLICY):
        yield from batch


def test_a_document_that_shrinks_leaves_no_passage_behind(cluster: Cluster, tmp_path: Path) -> None:
    store = engine_store(cluster, tmp_path, "shrinks")
    long, short = next(many(1, seed=4)), next(many(1, seed=5))
    corpus = MemoryCorpus([long])
    list(update(corpus, store, ENCODER, POLICY))
    before = store.current()
    corpus.remove(long.id)
    corpus.put(short)
    list(update(corpus, store, ENCODER, POLICY))
    after = store.open(RECIPE)
    assert after.manifest.generation == before.generation
    assert [card.id for card in after.documents(Filters(), "", 10)] == [short.id]
    store.verify(after.manifest.id)
