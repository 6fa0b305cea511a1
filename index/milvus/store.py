"""The generations in one engine: which is live, publishing, stepping back, dropping old ones.

A generation is three collections; the alias names the live one and is resolved once a question. Its manifest stands in
the properties of its passages, so alias and manifest are read in one call. Documents are changed in place; another
recipe, or a rebuild, makes a generation beside the live one and moves the alias when it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ..build_lock import build_lock
from ..errors import SnapshotCorrupt, SnapshotMismatch, SnapshotMissing
from ..manifest import Recipe
from .client import Client, Row
from .filters import any_of
from .manifest import EngineManifest, from_json, to_json
from .passage_index import MilvusIndex
from .schema import Generation, Layout, create, drop, load
from .writer import STRONG, GenerationWriter, recount

_MANIFEST, _UNFINISHED, _CONDEMNED = "muhojir.manifest", "muhojir.unfinished", "muhojir.condemned"
_ASKED = 1_000  # ids named in one expression


class MilvusStore:
    """`alias` belongs to one home; `home` holds the lock that keeps its writers apart."""

    def __init__(self, client: Client, alias: str, home: Path, clock: Callable[[], datetime]) -> None:
        self.client, self._alias, self._home, self._clock = client, alias, home, clock
        self._loaded: set[str] = set()

    def current_id(self) -> str:
        """The id of what is live. Raises SnapshotMissing, BackendUnavailable."""
        return self.current().id

    def current(self) -> EngineManifest:
        """What the alias names now, in one call. Raises SnapshotMissing, SnapshotCorrupt, BackendUnavailable."""
        described = self.client.describe(self._alias)
        if described is None:
            raise SnapshotMissing(f"the engine holds no index {self._alias} yet. Run: muhojir init")
        return self._ready(_manifest_of(described))

    def ids(self) -> list[str]:
        """The ids of all generations kept, oldest first; those found damaged are left out."""
        condemned = set(self.condemned())
        return [manifest.id for manifest in self._manifests() if manifest.generation.name not in condemned]

    def manifest(self, snapshot_id: str) -> EngineManifest:
        """Raises SnapshotMissing."""
        for manifest in self._manifests():
            if manifest.id == snapshot_id:
                return manifest
        raise SnapshotMissing(f"there is no snapshot {snapshot_id}. Run: muhojir snapshots list")

    def open(self, recipe: Recipe, snapshot_id: str | None = None) -> MilvusIndex:
        """The snapshot, current unless named. Raises SnapshotMissing, -Mismatch or -Corrupt, BackendUnavailable."""
        manifest = self.current() if snapshot_id is None else self.manifest(snapshot_id)
        if manifest.recipe != recipe:
            raise SnapshotMismatch(
                f"the engine's index was built with {manifest.recipe}, this program uses {recipe}. "
                "Run: muhojir init (documents are kept), or set them back"
            )
        return MilvusIndex(self.client, manifest)

    def verify(self, snapshot_id: str) -> None:
        """Count the rows that the manifest counts. Raises SnapshotCorrupt."""
        manifest = self.manifest(snapshot_id)
        generation = manifest.generation
        for name, expected in ((generation.passages, manifest.passages), (generation.documents, manifest.documents)):
            found = self.client.count(name, **STRONG)
            if found != expected:
                raise SnapshotCorrupt(
                    f"{name} should hold {expected} rows and holds {found}. Run: muhojir doctor --repair"
                )

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the home's lock for writers. Raises BuildBusy."""
        self._home.mkdir(parents=True, exist_ok=True)
        with build_lock(self._home):
            yield

    def begin(self, recipe: Recipe, layout: Layout, reference_length: float) -> EngineManifest:
        """An empty generation beside the others; nobody sees it before `publish`."""
        now = self._clock()
        generation = Generation(f"{self._alias}_{now:%Y%m%d%H%M%S%f}")
        create(self.client, generation, recipe.encoder.dimension, layout)
        return EngineManifest(generation, recipe, layout, -1, 0, 0, 0, reference_length, now)

    def writer(self, manifest: EngineManifest) -> GenerationWriter:
        """Marks the generation as unfinished: if `publish` never comes, its counters are not to be believed."""
        unfinished = self._properties(manifest).get(_UNFINISHED) == "yes"
        self.client.set_properties(manifest.generation.passages, {_UNFINISHED: "yes"})
        return GenerationWriter(
            self.client, manifest.generation, manifest.recipe.encoder.dimension, manifest.reference_length,
            fresh=manifest.passages == 0 and not unfinished, believed=not unfinished,
        )  # fmt: skip

    def publish(self, manifest: EngineManifest, writer: GenerationWriter, revision: int) -> EngineManifest:
        """Brings counters and manifest up to what was written and makes the generation live, at once for everybody."""
        writer.close()
        generation, dimension = manifest.generation, manifest.recipe.encoder.dimension
        if writer.believed:
            passages, words = manifest.passages + writer.change.passages, manifest.words + writer.change.words
        else:
            whole = recount(self.client, generation, dimension)
            passages, words = whole.passages, whole.words
        published = replace(
            manifest, corpus_revision=revision, passages=passages, words=words, created=self._clock(),
            documents=self.client.count(generation.documents, **STRONG),
        )  # fmt: skip
        text = json.dumps(to_json(published), ensure_ascii=False)
        self.client.set_properties(generation.passages, {_MANIFEST: text, _UNFINISHED: "no"})
        self.client.point(self._alias, generation.passages)
        return published

    def roll_back(self, snapshot_id: str, removed: Collection[tuple[str, str]], revision: int | None) -> EngineManifest:
        """Make a generation live again, without the (id, version) pairs `removed` since. As index/build.py's."""
        with self.building():
            earlier = self.manifest(snapshot_id)
            writer = self.writer(earlier)
            writer.remove(sorted(self._among(earlier, removed)))
            return self.publish(earlier, writer, earlier.corpus_revision if revision is None else revision)

    def _among(self, manifest: EngineManifest, removed: Collection[tuple[str, str]]) -> Iterator[str]:
        """The ids of those documents that the generation holds."""
        identities = sorted({identity for identity, _ in removed})
        for start in range(0, len(identities), _ASKED):
            where = any_of("id", identities[start : start + _ASKED])
            for row in self.client.query(manifest.generation.documents, where, ("id", "version"), **STRONG):
                if (row["id"], row["version"]) in removed:
                    yield row["id"]

    def held(self, manifest: EngineManifest) -> Iterator[tuple[str, str, int]]:
        """Id, version and revision of every document of a generation, by id."""
        fields = ("id", "version", "revision")
        for row in self.client.scan(manifest.generation.documents, "", fields, **STRONG):
            yield row["id"], row["version"], row["revision"]

    def condemn_damaged(self) -> list[str]:
        """Marks the generations that do not hold what they should; the next build writes a new one beside them.

        Returns the faults in words. Call inside `building`.
        """
        faults = []
        for manifest in self._manifests():
            try:
                self.verify(manifest.id)
            except SnapshotCorrupt as fault:
                self.client.set_properties(manifest.generation.passages, {_CONDEMNED: "yes"})
                faults.append(str(fault))
        return faults

    def condemned(self) -> list[str]:
        """The names of the generations that were found damaged and still stand."""
        manifests = self._manifests()
        return [one.generation.name for one in manifests if self._properties(one).get(_CONDEMNED) == "yes"]

    def compact(self) -> None:
        """Asks the engine to write its files again without deleted rows; it does so when it finds the time."""
        for name in (self.current().generation.passages, self.current().generation.documents):
            self.client.compact(name)

    def prune(self, keep: int) -> list[str]:
        """Drop all but the newest `keep` generations and the live one, and what crashes left; returns the ids gone."""
        manifests, live = self._manifests(), self.current()
        kept = {live.generation.name, *(one.generation.name for one in (manifests[-keep:] if keep else []))}
        for name in sorted(self._generations() - kept):
            drop(self.client, Generation(name))
        return [one.id for one in manifests if one.generation.name not in kept]

    def _manifests(self) -> list[EngineManifest]:
        described = [self.client.describe(Generation(name).passages) for name in self._generations()]
        whole = [_manifest_of(one) for one in described if one and _MANIFEST in one.get("properties", {})]
        return sorted(map(self._ready, whole), key=lambda manifest: manifest.created)

    def _ready(self, manifest: EngineManifest) -> EngineManifest:
        if manifest.generation.name not in self._loaded:
            load(self.client, manifest.generation, manifest.layout)
            self._loaded.add(manifest.generation.name)
        return manifest

    def _generations(self) -> set[str]:
        """Whole ones and what a crash left of others."""
        names = (name.rpartition("_") for name in self.client.collections() if name.startswith(f"{self._alias}_"))
        return {head for head, _, tail in names if tail in ("passages", "documents", "statistics")}

    def _properties(self, manifest: EngineManifest) -> Row:
        described = self.client.describe(manifest.generation.passages)
        return dict(described["properties"]) if described and "properties" in described else {}


def _manifest_of(described: Row) -> EngineManifest:
    return from_json(str(described.get("properties", {}).get(_MANIFEST, "")))
