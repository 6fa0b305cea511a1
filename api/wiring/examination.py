"""What `muhojir doctor` finds out about this machine and a home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..settings import Settings
from .backends import open_backend
from .home import changes_since_indexed
from .parts import open_encoder, open_jobs, open_store, recipe_of

if TYPE_CHECKING:
    from ..doctor import Check


def examine_home(settings: Settings) -> Iterator[Check]:
    """What `muhojir doctor` looks at, in order."""
    from ..doctor import examine, python_version

    probes = {
        "python": python_version,
        "no CUDA": _no_cuda,
        "home": lambda: str(settings.home),
        "documents": lambda: _document_facts(settings),
        "model": lambda: str(open_encoder(settings).identity),
        "index": lambda: _index_facts(settings),
        "older snapshots": lambda: _older_facts(settings),
        "jobs and keys": lambda: _service_facts(settings),
        "kept vectors": lambda: _vector_facts(settings),
    }
    return examine(probes)


def _document_facts(settings: Settings) -> str:
    """Reads every row. Raises StoreUnavailable."""
    store = open_store(settings)
    store.check()
    waiting = len({gone.document_id for gone in store.tombstones() if gone.purged is None})
    later = f"; {waiting} removed, their purge waits for: muhojir serve" if waiting else ""
    return f"{len(store.live())} in {store.path}{later}"


def _older_facts(settings: Settings) -> str:
    """Reads every file of the snapshots that are kept for rolling back. Raises SnapshotError."""
    backend = open_backend(settings)
    snapshots, aside = backend.snapshots, backend.aside()
    for name in snapshots.ids():
        snapshots.verify(name)
    return f"{len(snapshots.ids()) - 1} kept" + (f"; set aside as damaged: {', '.join(aside)}" if aside else "")


def _service_facts(settings: Settings) -> str:
    open_jobs(settings).check()
    return f"{open_jobs(settings).waiting()} jobs waiting"


def _vector_facts(settings: Settings) -> str:
    from index.embedding_cache import damaged_vectors

    damaged = damaged_vectors(settings.cache / "vectors.sqlite")
    again = f"; {damaged} damaged or of an older program, encoded again when met" if damaged else ""
    return f"in {settings.cache}{again}"


def _no_cuda() -> str:
    from index.errors import EncoderUnavailable

    from ..doctor import cuda_packages

    if found := cuda_packages():
        raise EncoderUnavailable(f"{', '.join(found)} are installed and never used. Run: make clean install")
    return "no nvidia package is installed"


def _index_facts(settings: Settings) -> str:
    """Reads every file of the live snapshot. Raises SnapshotError."""
    from index.ports import TokenEncoder
    from index.snapshot import Snapshot

    snapshots = open_backend(settings).snapshots
    live = snapshots.current_id()
    snapshots.verify(live)
    encoder = open_encoder(settings)
    snapshot = snapshots.open(recipe_of(encoder), live)
    manifest = snapshot.manifest
    behind = "; documents changed since: muhojir init" if changes_since_indexed(settings) else ""
    head = encoder.head if settings.tokens and isinstance(encoder, TokenEncoder) else snapshot.head
    other = isinstance(snapshot, Snapshot) and snapshot.head != head
    outdated = "; its tokens are those of an earlier program and not used: muhojir doctor --repair" if other else ""
    return f"snapshot {live}, {manifest.documents} documents, {manifest.passages} passages{behind}{outdated}"
