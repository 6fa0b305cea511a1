"""The table of backends: how each opens, builds, mends and steps back the index of a home. All else is equal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from ..errors import InvalidSettings
from ..settings import Settings
from .parts import now

if TYPE_CHECKING:
    from index.backends import Opened as OpenedIndex
    from index.backends import Snapshots
    from index.build import Corpus, Progress
    from index.manifest import Recipe
    from index.milvus.client import Client
    from index.ports import DocumentCard, Encoder
    from qa.engine import Opened

Removed = Collection[tuple[str, str]]  # ids and versions


class Backend(Protocol):
    """What the doors need of a home's index. Raises SnapshotError, BuildBusy, PublishFailed, BackendUnavailable."""

    @property
    def snapshots(self) -> Snapshots: ...

    def opened(self, recipe: Recipe) -> Opened:
        """The live index."""
        ...

    def build(self, corpus: Corpus, encoder: Encoder, *, purge: bool, renew: bool) -> Iterator[Progress]:
        """Brings the live index up to the documents; `purge` leaves in it no trace of what was deleted, `renew` makes
        anew what the encoder would now say otherwise of tokens."""
        ...

    def roll_back(self, snapshot_id: str, removed: Removed, revision: int | None) -> str:
        """As index/build.py; returns the id that is live now."""
        ...

    def hide(self, removed: Removed) -> None:
        """Publishes the live index again without what was removed."""
        ...

    def set_aside(self) -> list[str]:
        """Puts what is damaged out of the way of the next `build`; returns the faults in words."""
        ...

    def aside(self) -> list[str]:
        """The names of what was set aside."""
        ...

    def drop_old(self) -> None:
        """Deletes all but the live index, and what was set aside."""
        ...


class Embedded:
    """Segments in the home folder."""

    def __init__(self, settings: Settings) -> None:
        from index.store import SnapshotStore

        self._settings, self.snapshots = settings, SnapshotStore(settings.home)

    def opened(self, recipe: Recipe) -> Opened:
        snapshot = self.snapshots.open(recipe)
        return _opened(snapshot, snapshot.related())

    def build(self, corpus: Corpus, encoder: Encoder, *, purge: bool, renew: bool) -> Iterator[Progress]:
        from index.build import build

        threads, tokens, snapshots = self._settings.threads, self._settings.tokens, self.snapshots
        yield from build(
            corpus, snapshots, encoder, clock=now, threads=threads, purge=purge, renew=renew, tokens=tokens
        )

    def roll_back(self, snapshot_id: str, removed: Removed, revision: int | None) -> str:
        from index.build import roll_back

        return roll_back(self.snapshots, snapshot_id, removed, clock=now, revision=revision).id

    def hide(self, removed: Removed) -> None:
        self.roll_back(self.snapshots.current_id(), removed, None)

    def set_aside(self) -> list[str]:
        from index.quarantine import set_aside

        with self.snapshots.building():
            return set_aside(self.snapshots)

    def aside(self) -> list[str]:
        """Raises SnapshotError for a manifest that cannot be read."""
        from index.quarantine import held

        for fault in self.snapshots.faults().values():
            raise fault
        return held(self.snapshots)

    def drop_old(self) -> None:
        from index.quarantine import discard

        with self.snapshots.building():
            discard(self.snapshots)
            self.snapshots.prune(1)


class Milvus:
    """Collections in an engine."""

    def __init__(self, settings: Settings) -> None:
        from index.milvus.store import MilvusStore

        if not settings.backend_uri:
            raise InvalidSettings("MUHOJIR_BACKEND is milvus and MUHOJIR_BACKEND_URI is not set. Set it to the engine")
        client = _client(settings.backend_uri, settings.backend_token.get_secret_value())
        self.snapshots = MilvusStore(client, settings.backend_alias, settings.home, now)

    def opened(self, recipe: Recipe) -> Opened:
        index = self.snapshots.open(recipe)
        return _opened(index, index.repeating())

    def build(self, corpus: Corpus, encoder: Encoder, *, purge: bool, renew: bool) -> Iterator[Progress]:  # noqa: ARG002
        """No tokens are kept. Deleted rows leave the engine's disks when it compacts: to purge needs no copy."""
        from index.milvus.build import update

        yield from update(corpus, self.snapshots, encoder)
        if purge:
            self.snapshots.compact()

    def roll_back(self, snapshot_id: str, removed: Removed, revision: int | None) -> str:
        return self.snapshots.roll_back(snapshot_id, removed, revision).id

    def hide(self, removed: Removed) -> None:
        self.roll_back(self.snapshots.current_id(), removed, None)

    def set_aside(self) -> list[str]:
        with self.snapshots.building():
            return self.snapshots.condemn_damaged()

    def aside(self) -> list[str]:
        return self.snapshots.condemned()

    def drop_old(self) -> None:
        with self.snapshots.building():
            self.snapshots.prune(1)


BACKENDS: dict[str, type[Embedded] | type[Milvus]] = {"embedded": Embedded, "milvus": Milvus}


def open_backend(settings: Settings) -> Backend:
    """The settings' backend. Raises InvalidSettings, BackendUnavailable."""
    return BACKENDS[settings.backend](settings)


@lru_cache(maxsize=4)
def _client(uri: str, token: str) -> Client:
    """One connection for all parts of the process. Raises BackendUnavailable."""
    from index.errors import BackendUnavailable
    from index.milvus.client import Client

    client = Client(uri, token)
    if not client.has_sparse:
        raise BackendUnavailable(
            f"Milvus {client.version} has no sparse vectors, which words are found by. Install 2.4 or newer"
        )
    return client


def _opened(index: OpenedIndex, cards: Iterable[DocumentCard]) -> Opened:
    """`cards`: at least those of the documents that repeat one another."""
    from qa.answer import SnapshotInfo
    from qa.engine import Opened

    manifest = index.manifest
    info = SnapshotInfo(manifest.id, manifest.documents, manifest.passages, manifest.created)
    return Opened(index, info, tuple(cards))
