"""A home of many passages without an encoder: texts from a JSON-lines file, vectors from an array.

Every text is one passage. The vectors of its windows are made from its own by adding noise.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.chunk import ChunkPolicy, chunk
from corpus.clean import clean
from corpus.document import Document, Passage, Record
from corpus.identity import version_of
from corpus.language import detect
from index.manifest import Manifest, Recipe, SegmentInfo, file_info
from index.ports import EncoderIdentity, Vectors
from index.segment import SegmentWriter
from index.store import SnapshotStore
from index.tokenize import ANALYZER

WHOLE = ChunkPolicy(target_words=10**6, max_words=10**6, max_characters=10**6)
WINDOW_NOISE = 0.02  # of a component; cosine of a window with its passage about .93, as between real ones
_BATCH = 1_000


def read_texts(path: Path, limit: int | None = None) -> Iterator[tuple[Document, Passage]]:
    """Documents of one passage each. Lines without visible text are left out."""
    unpack = gzip.open if path.suffix == ".gz" else open
    with unpack(path, "rt", encoding="utf-8") as file:
        for line in islice(file, limit):
            row = json.loads(line)
            text = clean(row["text"])
            record = Record(title=row["title"], publisher=row.get("source", ""))
            document = Document(row["_id"], version_of(text), row["_id"], detect(text), text, record)
            yield from ((document, passage) for passage in chunk(document, WHOLE))


def recipe_of(vectors: Path, dimension: int) -> Recipe:
    return Recipe(EncoderIdentity(f"vectors of {vectors.name}", "1", dimension), ANALYZER, WHOLE.id)


def build_home(home: Path, texts: Path, vectors: Path, limit: int | None) -> Manifest:
    """Write and publish one segment."""
    table = np.load(vectors, mmap_mode="r")[:limit]
    snapshots = SnapshotStore(home)
    with snapshots.building() as folder:
        built = folder / "segment"
        writer = SegmentWriter(built, table.shape[1])
        _feed(writer, read_texts(texts, limit), table)
        documents, passages, windows, kind = writer.close()
        files = {path.name: file_info(path) for path in sorted(built.iterdir())}
        name = hashlib.sha256(f"{texts.name} {vectors.name} {passages}".encode()).hexdigest()[:16]
        segment = SegmentInfo(name, documents, passages, windows, kind, files)
        recipe = recipe_of(vectors, table.shape[1])
        manifest = Manifest(recipe, 0, documents, passages, (segment,), datetime.now(UTC))
        snapshots.publish(manifest, built)
    return manifest


def _feed(writer: SegmentWriter, pairs: Iterator[tuple[Document, Passage]], table: Vectors) -> None:
    random = np.random.default_rng(1)
    for number, (document, passage) in enumerate(pairs):
        vector = np.asarray(table[number : number + 1], dtype=np.float32)
        noise = random.normal(0, WINDOW_NOISE, (len(passage.windows), vector.shape[1])).astype(np.float32)
        windows = vector + noise
        windows /= np.linalg.norm(windows, axis=1, keepdims=True)
        writer.add(document, [passage], vector, windows)
