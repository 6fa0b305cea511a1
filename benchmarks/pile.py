"""A home of many passages without an encoder: texts from a JSON-lines file, vectors from an array.

Every text is one passage, ten make a document. The vectors of a passage's windows are its own with noise added.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, chain, count, islice, pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus.chunk import ChunkPolicy, chunk
from corpus.clean import clean
from corpus.document import Document, Passage, Record, Span
from corpus.identity import version_of
from index.manifest import Manifest, Recipe, SegmentInfo, file_info
from index.ports import EncoderIdentity, Vectors
from index.segment import SegmentWriter
from index.store import SnapshotStore
from index.tokenize import ANALYZER

_Item = TypeVar("_Item")
WHOLE = ChunkPolicy(target_words=10**6, max_words=10**6, max_characters=10**6)
WINDOW_NOISE = 0.02  # of a component; cosine of a window with its passage about .93, as between real ones
_TOGETHER = 10
_BETWEEN = "\n\n"
_NOISES = 1 << 14  # different ones: drawing each anew costs more than all the rest
_BATCH = 100  # documents given to the writer at once


def read_documents(path: Path, limit: int) -> Iterator[tuple[Document, list[Passage]]]:
    """Documents of ten passages each, `limit` passages in all."""
    for number, group in enumerate(batched(read_passages(path, limit), _TOGETHER)):
        text = _BETWEEN.join(one.text for one in group)
        record = Record(title=group[0].text[:40])
        document = Document(f"d{number}", version_of(text), f"d{number}", group[0].language, text, record)
        starts = accumulate((len(one.text) + len(_BETWEEN) for one in group), initial=0)
        yield document, [
            replace(one, document_id=document.id, version=document.version, ordinal=place,
                    span=Span(start + one.span.start, start + one.span.end))
            for place, (one, start) in enumerate(zip(group, starts, strict=False))
        ]  # fmt: skip


def read_passages(path: Path, limit: int) -> Iterator[Passage]:
    """`limit` texts, each a passage of its own; those without visible words are left out.

    Where the file holds too few it is read again; each time the sentences of a text begin with another one.
    """
    passages = list(islice(_passages(path), limit))
    return islice(chain.from_iterable((_turned(one, turn) for one in passages) for turn in count()), limit)


def _passages(path: Path) -> Iterator[Passage]:
    unpack = gzip.open if path.suffix == ".gz" else open
    with unpack(path, "rt", encoding="utf-8") as file:
        for line in file:
            text = clean(json.loads(line)["text"])
            yield from chunk(Document("", version_of(text), "", "und", text, Record()), WHOLE)


def _turned(passage: Passage, turn: int) -> Passage:
    """The passage with its first `turn` sentences moved to its end."""
    first = turn % len(passage.sentences)
    sentences = [one.slice(passage.text) for one in (*passage.sentences[first:], *passage.sentences[:first])]
    starts = list(accumulate((len(one) + 1 for one in sentences), initial=0))
    spans = tuple(Span(start, start + len(one)) for start, one in zip(starts, sentences, strict=False))
    pairs = (Span(one.start, two.end) for one, two in pairwise(spans))
    text = " ".join(sentences)
    return replace(passage, text=text, span=Span(0, len(text)), sentences=spans, windows=(*spans, *pairs))


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    items = iter(items)
    while group := list(islice(items, size)):
        yield group


def recipe_of(vectors: Path, dimension: int) -> Recipe:
    return Recipe(EncoderIdentity(f"vectors of {vectors.name}", "1", dimension), ANALYZER, WHOLE.id)


@dataclass(slots=True)
class Cost:
    """Seconds that the index took, without those of making its input."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        begun, spent = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - begun
        self.cpu += time.process_time() - spent


def build_home(home: Path, texts: Path, vectors: Path, limit: int | None) -> tuple[Manifest, Cost]:
    """Write and publish one segment."""
    table, cost = np.load(vectors, mmap_mode="r")[:limit], Cost()
    snapshots = SnapshotStore(home)
    with snapshots.building() as folder:
        built = folder / "segment"
        writer = SegmentWriter(built, table.shape[1])
        for chunked, passages, windows in _with_vectors(read_documents(texts, len(table)), table):
            with cost.counted():
                writer.add(chunked, passages, windows)
        with cost.counted():
            facts = writer.close(threads=int(os.environ.get("OMP_NUM_THREADS", "1")))
            files = {path.name: file_info(path) for path in sorted(built.iterdir())}
        name = hashlib.sha256(f"{texts.name} {vectors.name} {facts.passages}".encode()).hexdigest()[:16]
        counts, dense = (facts.documents, facts.passages, facts.windows), facts.dense
        segment = SegmentInfo(name, *counts, dense.kind, files, recall=dense.recall)
        recipe = recipe_of(vectors, table.shape[1])
        manifest = Manifest(recipe, 0, facts.documents, facts.passages, (segment,), datetime.now(UTC))
        with cost.counted():
            snapshots.publish(manifest, built)
    return manifest, cost


def _with_vectors(
    documents: Iterable[tuple[Document, list[Passage]]], table: Vectors
) -> Iterator[tuple[list[tuple[Document, list[Passage]]], Vectors, Vectors]]:
    random = np.random.default_rng(1)
    noise = random.normal(0, WINDOW_NOISE, (_NOISES, table.shape[1])).astype(np.float32)
    row = 0
    for group in batched(documents, _BATCH):
        passages = [passage for _, own in group for passage in own]
        vectors = np.asarray(table[row : row + len(passages)], dtype=np.float32)
        counts = [len(passage.windows) for passage in passages]
        windows = np.repeat(vectors, counts, axis=0) + noise[random.integers(_NOISES, size=sum(counts))]
        windows /= np.linalg.norm(windows, axis=1, keepdims=True)
        row += len(passages)
        yield group, vectors, windows
