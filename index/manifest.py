"""What a snapshot is made of, as JSON: identities, counts, segments with the sha256 of every file.

Equal inputs give an equal manifest apart from `created`; the snapshot's id is a hash of all the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import SnapshotCorrupt, SnapshotMismatch
from .ports import EncoderIdentity

FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileInfo:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How passages were made and vectors computed. A snapshot answers only under the recipe that built it."""

    encoder: EncoderIdentity
    analyzer: str
    chunker: str


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """One segment and the ordinals of its documents that are deleted or replaced (`masked`). `recall`: share of the ten
    nearest passages that the dense index found when it was built, None where it searches exactly."""

    id: str
    documents: int
    passages: int
    windows: int
    dense: str
    files: Mapping[str, FileInfo]
    masked: tuple[int, ...] = ()
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """`documents` and `passages` count what can be found: masked ones are left out."""

    recipe: Recipe
    corpus_revision: int
    documents: int
    passages: int
    segments: tuple[SegmentInfo, ...]
    created: datetime
    format: int = FORMAT

    @property
    def id(self) -> str:
        content = {key: value for key, value in to_json(self).items() if key not in ("created", "id")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def to_json(manifest: Manifest) -> dict[str, Any]:
    """Fields that came later are left out where they say nothing, so that earlier manifests keep their ids."""
    data = asdict(manifest)
    segments = [{name: value for name, value in part.items() if value is not None} for part in data["segments"]]
    return {**data, "segments": segments, "created": manifest.created.isoformat()}


def from_json(data: Any, name: str) -> Manifest:
    """The inverse of `to_json`. Raises SnapshotMismatch for another format, SnapshotCorrupt for anything else."""
    if not isinstance(data, dict):
        raise SnapshotCorrupt(f"the manifest of snapshot {name} is damaged (no JSON object). Run: muhojir init")
    if data.get("format") != FORMAT:
        raise SnapshotMismatch(
            f"snapshot {name} has format {data.get('format')}, this program reads format {FORMAT}. Run: muhojir init"
        )
    try:
        recipe = data["recipe"]
        return Manifest(
            recipe=Recipe(EncoderIdentity(**recipe["encoder"]), recipe["analyzer"], recipe["chunker"]),
            corpus_revision=data["corpus_revision"],
            documents=data["documents"],
            passages=data["passages"],
            segments=tuple(_segment(part) for part in data["segments"]),
            created=datetime.fromisoformat(data["created"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotCorrupt(f"the manifest of snapshot {name} is damaged ({error}). Run: muhojir init") from error


def _segment(data: Mapping[str, Any]) -> SegmentInfo:
    files = {name: FileInfo(**info) for name, info in data["files"].items()}
    return SegmentInfo(**{**data, "files": files, "masked": tuple(data["masked"])})


def file_info(path: Path) -> FileInfo:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return FileInfo(path.stat().st_size, digest.hexdigest())
