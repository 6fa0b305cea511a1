"""The folder of snapshots: written aside, verified, renamed into place, made current by one small file.

home/CURRENT                     the id of the live snapshot, replaced last
home/snapshots/<id>.json         manifests
home/snapshots/segments/<id>/    immutable segments, shared by snapshots
home/snapshots/building-*/       left by a crash; removed by the next builder
home/snapshots/damaged/          see quarantine.py

A crash at any moment leaves the old snapshot live; nothing that CURRENT names is ever written to.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .build_lock import build_lock
from .errors import PublishFailed, SnapshotCorrupt, SnapshotError, SnapshotMismatch, SnapshotMissing
from .manifest import FileInfo, Manifest, Recipe, SegmentInfo, file_info, from_json, to_json
from .open_segments import OpenSegments
from .snapshot import Snapshot

_ID = re.compile(rb"[0-9a-f]{12}\n")  # Manifest.id


class SnapshotStore:
    """Opens, lists, verifies, publishes and prunes the snapshots of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.folder = home / "snapshots"
        self.segments = self.folder / "segments"
        self._current = home / "CURRENT"
        self._opened = OpenSegments()

    def current_id(self) -> str:
        """The id of the live snapshot. Raises SnapshotMissing when there is none, SnapshotCorrupt for no id."""
        try:
            name = self._current.read_bytes()
        except FileNotFoundError as error:
            raise SnapshotMissing(f"{self._home} holds no index yet. Run: muhojir init") from error
        if _ID.fullmatch(name) and (self.folder / f"{name[:-1].decode()}.json").exists():
            return name[:-1].decode()
        if self._current.read_bytes() != name:  # replaced, and the snapshot pruned, between the two looks
            return self.current_id()
        raise SnapshotCorrupt(f"CURRENT is damaged: {name[:20]!r} names no snapshot. Run: muhojir doctor --repair")

    def ids(self) -> list[str]:
        """The ids of all snapshots kept that can be read, oldest first."""
        return [manifest.id for manifest in sorted(self._read()[0], key=lambda found: found.created)]

    def faults(self) -> dict[str, SnapshotError]:
        """Why the manifests that `ids` leaves out cannot be read, by their names."""
        return self._read()[1]

    def _read(self) -> tuple[list[Manifest], dict[str, SnapshotError]]:
        read, faults = list[Manifest](), dict[str, SnapshotError]()
        for path in sorted(self.folder.glob("*.json")):
            try:
                read.append(self.manifest(path.stem))
            except SnapshotError as error:
                faults[path.stem] = error
        return read, faults

    def manifest(self, snapshot_id: str) -> Manifest:
        path = self.folder / f"{snapshot_id}.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            found = from_json(data, snapshot_id)
        except FileNotFoundError as error:
            raise SnapshotMissing(
                f"there is no snapshot {snapshot_id}. Run: muhojir snapshots list, or: muhojir doctor --repair"
            ) from error
        except ValueError as error:
            raise SnapshotCorrupt(f"{path.name} is damaged ({error}). Run: muhojir doctor --repair") from error
        if found.id != snapshot_id or data.get("seal", seal(found)) != seal(found):
            raise SnapshotCorrupt(f"{path.name} is damaged (it is not what was written). Run: muhojir doctor --repair")
        return found

    def open(self, recipe: Recipe, snapshot_id: str | None = None) -> Snapshot:
        """The snapshot, current unless named, its sizes checked. Raises SnapshotMissing, -Mismatch or -Corrupt."""
        manifest = self.manifest(snapshot_id or self.current_id())
        check_recipe(manifest, recipe)
        for name, info, path in self._files(manifest):
            size = path.stat().st_size if path.exists() else None
            if size != info.size:
                raise SnapshotCorrupt(_damage(manifest.id, name, f"{info.size} bytes", f"{size} bytes"))
        try:
            dimension = manifest.recipe.encoder.dimension
            opened = (self._opened.open(self.segments / info.id, info, dimension) for info in manifest.segments)
            return Snapshot(manifest, list(opened))
        except Exception as error:  # sqlite, faiss and numpy each have their own way to say "damaged"
            raise SnapshotCorrupt(
                f"snapshot {manifest.id} cannot be opened ({error}). Run: muhojir doctor --repair"
            ) from error

    def verify(self, snapshot_id: str) -> None:
        """Read every file and compare its sha256 with the manifest. Raises SnapshotCorrupt at the first difference."""
        manifest = self.manifest(snapshot_id)
        for name, info, path in self._files(manifest):
            found = file_info(path) if path.exists() else None
            if found != info:
                raise SnapshotCorrupt(
                    _damage(manifest.id, name, info.sha256[:12], found.sha256[:12] if found else None)
                )

    def _files(self, manifest: Manifest) -> Iterator[tuple[str, FileInfo, Path]]:
        for segment in manifest.segments:
            for name, info in sorted(segment.files.items()):
                yield f"{segment.id}/{name}", info, self.segments / segment.id / name

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Hold the builder's lock and give an empty folder to write in. Raises BuildBusy, PublishFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f"building-{os.getpid()}"
        with build_lock(self._home):
            try:
                for left in self.folder.glob("building-*"):
                    shutil.rmtree(left)
                aside.mkdir()
                yield aside
            except OSError as error:
                raise PublishFailed(_disk(self._home, error)) from error
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def publish(self, manifest: Manifest, built: Path | None) -> None:
        """Make `manifest` current. `built` is the folder of its one new segment; call inside `building`."""
        try:
            if built is not None:
                *others, fresh = manifest.segments
                if not is_sound(self.segments / fresh.id, fresh):
                    fresh = replace(fresh, id=self._free_name(fresh.id))
                    self._place(built, self.segments / fresh.id)
                    manifest = replace(manifest, segments=(*others, fresh))
            data = {**to_json(manifest), "seal": seal(manifest)}
            _replace(self.folder / f"{manifest.id}.json", json.dumps(data, indent=1, sort_keys=True))
            _replace(self._current, manifest.id + "\n")
        except OSError as error:
            raise PublishFailed(_disk(self._home, error)) from error

    def _free_name(self, wanted: str) -> str:
        """Equal documents under one recipe make one name. A folder that a snapshot leads to stays as it is."""
        used = {segment.id for name in self.ids() for segment in self.manifest(name).segments}
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(used) + 3)))
        return next(name for name in names if name not in used)

    def _place(self, built: Path, target: Path) -> None:
        for path in built.iterdir():
            _sync(path)
        _sync(built)
        self.segments.mkdir(exist_ok=True)
        if target.exists():  # the same documents under the same recipe: a crash came between this and CURRENT
            shutil.rmtree(target)
        built.rename(target)
        _sync(self.segments)

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` snapshots and the live one; returns the ids that went.

        While a manifest cannot be read every segment stays: it may lead to any of them.
        """
        ids, live = self.ids(), self.current_id()
        kept = {live, *(ids[-keep:] if keep else [])}
        for gone in (found for found in ids if found not in kept):
            (self.folder / f"{gone}.json").unlink()
        used = {segment.id for found in kept for segment in self.manifest(found).segments}
        for folder in () if self.faults() else self.segments.glob("*"):
            if folder.name not in used:
                shutil.rmtree(folder)
        return [found for found in ids if found not in kept]


def seal(manifest: Manifest) -> str:
    """sha256 of all that a manifest's file says, the time included, which is no part of its id."""
    return hashlib.sha256(json.dumps(to_json(manifest), sort_keys=True).encode()).hexdigest()


def is_sound(folder: Path, segment: SegmentInfo) -> bool:
    """Whether every file is there as the manifest says. Reads all of it."""
    return folder.is_dir() and not any(damaged_files(folder, segment))


def damaged_files(folder: Path, segment: SegmentInfo) -> Iterator[str]:
    for name, info in sorted(segment.files.items()):
        if not (folder / name).is_file() or file_info(folder / name) != info:
            yield name


def check_recipe(manifest: Manifest, recipe: Recipe) -> None:
    """Raises SnapshotMismatch naming both sides unless the snapshot was built under `recipe`."""
    built = manifest.recipe
    for what, theirs, ours in (
        ("model", built.encoder, recipe.encoder),
        ("analyzer", built.analyzer, recipe.analyzer),
        ("chunker", built.chunker, recipe.chunker),
    ):
        if theirs != ours:
            show = str if str(theirs) != str(ours) else repr  # models may differ in their prefixes alone
            raise SnapshotMismatch(
                f"the index was built with {what} {show(theirs)}, this program uses {what} {show(ours)}. "
                f"Run: muhojir init (documents are kept), or set the {what} back"
            )


def _replace(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old one or the new one, after a power cut too."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damage(snapshot: str, name: str, expected: str, found: str | None) -> str:
    return (f"snapshot {snapshot}: {name} should be {expected} and is {found or 'missing'}. "
            "Run: muhojir doctor --repair")  # fmt: skip


def _disk(home: Path, error: OSError) -> str:
    cause = "the disk is full" if error.errno == errno.ENOSPC else str(error)
    return (
        f"the index in {home} could not be written: {cause}. The old index still answers; mend it, then: muhojir init"
    )
