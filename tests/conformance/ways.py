"""Every way to hold the sample documents behind the port, and what each can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.build import recipe_for
from index.contents import Contents
from index.milvus.build import update
from index.milvus.client import Client
from index.milvus.migrate import migrate
from index.milvus.passage_index import MilvusIndex
from index.milvus.schema import Layout
from index.milvus.store import MilvusStore
from index.ports import PassageIndex
from tests.index.samples import DOCUMENTS, ENCODER, POLICY, MemoryCorpus, built, document, index_all, opened

OLD = document("money", "An earlier text about airlines, markets and raids.", publisher="Courier", published="2011")
GONE = [document(f"gone{number}", f"Airlines and raids, deleted note {number}.") for number in range(2)]


def in_one_segment(home: Path, _: str) -> PassageIndex:
    return opened(built(home)[1])


def in_two_segments(home: Path, _: str) -> PassageIndex:
    corpus, store = built(home, DOCUMENTS[:5])
    corpus.put(DOCUMENTS[5])
    index_all(corpus, store)
    assert len(store.manifest(store.current_id()).segments) == 2
    return opened(store)


def among_masked(home: Path, _: str) -> PassageIndex:
    """Two documents were deleted and one was replaced."""
    corpus, store = built(home, [*GONE, OLD, *(one for one in DOCUMENTS if one.id != OLD.id)])
    _change(corpus)
    index_all(corpus, store)
    assert any(segment.masked for segment in store.manifest(store.current_id()).segments)
    return opened(store)


def in_an_engine(home: Path, uri: str) -> PassageIndex:
    return engine_index(engine_store(home, uri), MemoryCorpus(DOCUMENTS))


def changed_in_an_engine(home: Path, uri: str) -> PassageIndex:
    """The same changes as among the masked, made in place."""
    corpus = MemoryCorpus([*GONE, OLD, *(one for one in DOCUMENTS if one.id != OLD.id)])
    store = engine_store(home, uri)
    before = engine_index(store, corpus)
    _change(corpus)
    after = engine_index(store, corpus)
    assert before.manifest.generation == after.manifest.generation
    return after


def migrated_to_an_engine(home: Path, uri: str) -> PassageIndex:
    _, snapshots = built(home, DOCUMENTS)
    manifest = snapshots.manifest(snapshots.current_id())
    store = engine_store(home, uri)
    for _ in migrate(manifest, Contents(manifest, snapshots.segments), store, Layout()):
        pass
    return store.open(recipe_for(ENCODER, POLICY))


def engine_store(home: Path, uri: str) -> MilvusStore:
    """A store of its own in the engine: its alias is the name of the home."""
    alias = "".join(letter if letter.isalnum() else "_" for letter in f"t_{home.name}")
    return MilvusStore(Client(uri), alias, home, lambda: datetime.now(UTC))


def engine_index(store: MilvusStore, corpus: MemoryCorpus) -> MilvusIndex:
    for _ in update(corpus, store, ENCODER, POLICY):
        pass
    return store.open(recipe_for(ENCODER, POLICY))


def _change(corpus: MemoryCorpus) -> None:
    for one in GONE:
        corpus.remove(one.id)
    corpus.put(next(one for one in DOCUMENTS if one.id == OLD.id))


@dataclass(frozen=True, slots=True)
class Way:
    """`engine` is the fixture that gives the engine's address, "" for none; `can` names what not every way can."""

    make: Callable[[Path, str], PassageIndex]
    engine: str = ""
    can: frozenset[str] = frozenset({"words"})


_ENGINE = {"new": in_an_engine, "changed": changed_in_an_engine, "migrated": migrated_to_an_engine}

WAYS: dict[str, Way] = {
    "one segment": Way(in_one_segment),
    "two segments": Way(in_two_segments),
    "masked documents": Way(among_masked),
    **{f"milvus-lite, {name}": Way(make, "milvus_lite") for name, make in _ENGINE.items()},
    **{f"milvus cluster, {name}": Way(make, "milvus_cluster", frozenset()) for name, make in _ENGINE.items()},
}
_MARKS = {"": (), "milvus_lite": (pytest.mark.milvus,), "milvus_cluster": (pytest.mark.cluster,)}

PARAMS = [pytest.param(way, id=name, marks=_MARKS[way.engine]) for name, way in WAYS.items()]
