"""What `muhojir doctor` finds out about this machine and a home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..settings import Settings
from .parts import open_encoder, open_snapshots, open_store, recipe_of

if TYPE_CHECKING:
    from ..doctor import Check


def examine_home(settings: Settings) -> Iterator[Check]:
    """What `muhojir doctor` looks at, in order."""
    from ..doctor import examine, python_version

    probes = {
        "python": python_version,
        "no CUDA": _no_cuda,
        "home": lambda: str(settings.home),
        "documents": lambda: f"{len(open_store(settings).live())} in {settings.home / 'corpus.sqlite'}",
        "model": lambda: str(open_encoder(settings).identity),
        "index": lambda: _index_facts(settings),
    }
    return examine(probes)


def _no_cuda() -> str:
    from index.errors import EncoderUnavailable

    from ..doctor import cuda_packages

    if found := cuda_packages():
        raise EncoderUnavailable(f"{', '.join(found)} are installed and never used. Run: make clean install")
    return "no nvidia package is installed"


def _index_facts(settings: Settings) -> str:
    """Reads every file of the live snapshot. Raises SnapshotError."""
    snapshots = open_snapshots(settings)
    live = snapshots.current_id()
    snapshots.verify(live)
    manifest = snapshots.open(recipe_of(open_encoder(settings)), live).manifest
    behind = (
        "" if manifest.corpus_revision == open_store(settings).revision() else "; documents changed since: muhojir init"
    )
    return f"snapshot {live}, {manifest.documents} documents, {manifest.passages} passages{behind}"
