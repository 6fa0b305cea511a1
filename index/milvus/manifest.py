"""What a generation in the engine holds, as JSON in the properties of its passages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..errors import SnapshotCorrupt
from ..manifest import Recipe
from ..ports import EncoderIdentity
from .schema import Generation, Layout

FORMAT = 1


@dataclass(frozen=True, slots=True)
class EngineManifest:
    """`words` counts the terms of all passages; `reference_length` is the mean length under which the sparse vectors
    were weighted (it only decides which passages become candidates: their scores are computed with the true mean).
    `written` is the engine's timestamp that reads must have reached to see all of it."""

    generation: Generation
    recipe: Recipe
    layout: Layout
    corpus_revision: int
    documents: int
    passages: int
    words: int
    reference_length: float
    created: datetime
    format: int = FORMAT

    @property
    def id(self) -> str:
        content = json.dumps({**to_json(self), "created": ""}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def mean_length(self) -> float:
        return self.words / max(self.passages, 1)

    @property
    def written(self) -> int:
        """Milvus timestamps are milliseconds since 1970, shifted by 18 bits."""
        return int(self.created.timestamp() * 1000) << 18


def to_json(manifest: EngineManifest) -> dict[str, Any]:
    return {**asdict(manifest), "created": manifest.created.isoformat()}


def from_json(text: str) -> EngineManifest:
    """The inverse of `to_json`. Raises SnapshotCorrupt."""
    try:
        data = json.loads(text)
        recipe = data["recipe"]
        encoder = EncoderIdentity(**recipe["encoder"])
        return EngineManifest(**{
            **data,
            "generation": Generation(**data["generation"]),
            "recipe": Recipe(encoder, recipe["analyzer"], recipe["chunker"]),
            "layout": Layout(**data["layout"]),
            "created": datetime.fromisoformat(data["created"]),
        })  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotCorrupt(f"the engine holds a damaged manifest ({error}). Run: muhojir doctor --repair") from error
