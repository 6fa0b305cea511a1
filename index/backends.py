"""What a backend promises beside PassageIndex: how the snapshots of a home are listed, opened and checked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from .manifest import Recipe
from .ports import PassageIndex


class Published(Protocol):
    """What is known of a snapshot without opening it. `documents` and `passages` count what can be found."""

    @property
    def id(self) -> str: ...
    @property
    def recipe(self) -> Recipe: ...
    @property
    def corpus_revision(self) -> int: ...
    @property
    def documents(self) -> int: ...
    @property
    def passages(self) -> int: ...
    @property
    def created(self) -> datetime: ...


class Opened(PassageIndex, Protocol):
    @property
    def manifest(self) -> Published: ...


class Snapshots(Protocol):
    """Everything may raise SnapshotError, and BackendUnavailable where the index is on other machines."""

    def current_id(self) -> str:
        """The id of the live snapshot. Raises SnapshotMissing when there is none."""
        ...

    def ids(self) -> list[str]:
        """The ids of all snapshots kept, oldest first."""
        ...

    def manifest(self, snapshot_id: str) -> Published: ...

    def open(self, recipe: Recipe, snapshot_id: str | None = None) -> Opened:
        """The snapshot, current unless named. Raises SnapshotMissing, -Mismatch or -Corrupt."""
        ...

    def verify(self, snapshot_id: str) -> None:
        """Check all that it holds. Raises SnapshotCorrupt."""
        ...

    def building(self) -> AbstractContextManager[object]:
        """Hold the lock of the home's one writer. Raises BuildBusy."""
        ...

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` snapshots and the live one; returns the ids that went. Inside `building`."""
        ...
