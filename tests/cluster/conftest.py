"""A cluster of this folder's own, since its nodes are killed, with one collection in two replicas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.build import recipe_for
from index.contents import Contents
from index.manifest import Manifest
from index.milvus.client import Client
from index.milvus.migrate import migrate
from index.milvus.passage_index import MilvusIndex
from index.milvus.schema import Layout
from index.milvus.store import MilvusStore
from index.snapshot import Snapshot
from tests.cluster.launcher import Cluster, running
from tests.cluster.texts import many
from tests.index.samples import ENCODER, POLICY, MemoryCorpus, built

RECIPE = recipe_for(ENCODER, POLICY)
_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a line of figures, printed when the run is over."""
    return request.config.stash.setdefault(_FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(_FIGURES, []):
        terminalreporter.write_line(line)


@dataclass(frozen=True, slots=True)
class Moved:
    """A home and its copy in the cluster."""

    manifest: Manifest
    contents: Contents
    snapshot: Snapshot
    corpus: MemoryCorpus
    store: MilvusStore

    def index(self) -> MilvusIndex:
        return self.store.open(RECIPE)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster") / "run") as started:
        yield started


@pytest.fixture(scope="module")
def moved(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    home = tmp_path_factory.mktemp("home")
    corpus, snapshots = built(home, many())
    manifest = snapshots.manifest(snapshots.current_id())
    contents = Contents(manifest, snapshots.segments)
    store = MilvusStore(Client(cluster.uri), "moved", home, lambda: datetime.now(UTC))
    for _ in migrate(manifest, contents, store, Layout(shards=2, replicas=2)):
        pass
    return Moved(manifest, contents, snapshots.open(RECIPE), corpus, store)


def engine_store(cluster: Cluster, home: Path, alias: str) -> MilvusStore:
    return MilvusStore(Client(cluster.uri), alias, home, lambda: datetime.now(UTC))
