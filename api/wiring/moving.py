"""Settings -> a home's index copied from the home to an engine, and the proof that both answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..settings import Settings
from .backends import Embedded, Milvus
from .parts import open_encoder, recipe_of

if TYPE_CHECKING:
    from index.build import Progress
    from index.contents import Contents
    from index.manifest import Manifest
    from index.milvus.migrate import Proof


def migrate_to_milvus(settings: Settings, shards: int, replicas: int) -> Iterator[Progress]:
    """Copies the live index of the home and makes the copy live in the engine; documents and home stay as they are."""
    from index.milvus.migrate import migrate
    from index.milvus.schema import Layout

    manifest, contents = _live(settings)
    yield from migrate(manifest, contents, Milvus(settings).snapshots, Layout(shards, replicas))


def prove_migration(settings: Settings, samples: int) -> Proof:
    """Compares home and engine. Raises PublishFailed at the first difference."""
    from index.milvus.migrate import prove

    recipe = recipe_of(open_encoder(settings))
    ours, theirs = Embedded(settings).snapshots.open(recipe), Milvus(settings).snapshots.open(recipe)
    return prove(*_live(settings), ours, theirs, samples)


def _live(settings: Settings) -> tuple[Manifest, Contents]:
    from index.contents import Contents

    snapshots = Embedded(settings).snapshots
    manifest = snapshots.manifest(snapshots.current_id())
    return manifest, Contents(manifest, snapshots.segments)
