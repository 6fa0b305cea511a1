"""Damaged files of an index are set aside in snapshots/damaged/, to be looked at. Nothing is repaired by deleting it.

All of it is derived: once it is out of the way, building makes it anew from the documents.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

from .manifest import Manifest
from .store import SnapshotStore, damaged_files

FOLDER = "damaged"


def set_aside(snapshots: SnapshotStore) -> list[str]:
    """Moves manifests that cannot be read, segments with a damaged file and the manifests that lead to these.

    Reads every file. Returns the faults, in words. Call inside `building`.
    """
    found = []
    for name, fault in snapshots.faults().items():
        _move(snapshots, snapshots.folder / f"{name}.json")
        found.append(str(fault))
    for manifest in map(snapshots.manifest, snapshots.ids()):
        damaged = dict(_damaged(snapshots, manifest))
        if damaged:
            found.append(f"snapshot {manifest.id}: {', '.join(damaged.values())}")
            _move(snapshots, snapshots.folder / f"{manifest.id}.json")
        for folder in damaged:
            _move(snapshots, folder)
    return found


def held(snapshots: SnapshotStore) -> list[str]:
    """The names of what was set aside."""
    return sorted(path.name for path in (snapshots.folder / FOLDER).glob("*"))


def discard(snapshots: SnapshotStore) -> None:
    """Deletes what was set aside, and manifests that cannot be read: these may hold what must be gone. Raises
    OSError."""
    if (snapshots.folder / FOLDER).exists():
        shutil.rmtree(snapshots.folder / FOLDER)
    for name in snapshots.faults():
        (snapshots.folder / f"{name}.json").unlink()


def _damaged(snapshots: SnapshotStore, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """Segment folders, and in words which of their files are not what the manifest says."""
    for segment in manifest.segments:
        folder = snapshots.segments / segment.id
        if files := list(damaged_files(folder, segment)):
            yield folder, f"{', '.join(files)} of segment {segment.id} not as written"


def _move(snapshots: SnapshotStore, path: Path) -> None:
    if not path.exists():  # it went with an earlier manifest, or was gone already
        return
    aside = snapshots.folder / FOLDER
    aside.mkdir(exist_ok=True)
    names = chain([path.name], (f"{path.name}.{number}" for number in count(2)))
    path.rename(next(aside / name for name in names if not (aside / name).exists()))
