"""A Milvus cluster of ten processes on this machine, filled with passages of given vectors: rates, recall, memory.

`python -m benchmarks.milvus_cluster VECTORS.npy [PASSAGES]`; VECTORS: float32, unit rows (not noise: a graph over noise
says nothing). The server (2.3.5) has no sparse vectors, so this is the dense leg with all that a question reads.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.document import Passage, Record, Span
from index.manifest import Recipe
from index.milvus.client import Client
from index.milvus.passage_index import MilvusIndex
from index.milvus.schema import Layout
from index.milvus.store import MilvusStore
from index.milvus.writer import Entry
from index.ports import DocumentCard, EncoderIdentity, Filters, Vectors
from tests.cluster.launcher import Cluster, running

PASSAGES, QUESTIONS, PER_DOCUMENT, WINDOWS = 50_000, 300, 10, 6


def main() -> None:
    vectors = np.load(sys.argv[1], mmap_mode="r")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else PASSAGES
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "run") as cluster:
        store = MilvusStore(Client(cluster.uri), "bench", Path(folder), lambda: datetime.now(UTC))
        identity = EncoderIdentity("given", "1", vectors.shape[1])
        index = fill(store, Recipe(identity, "none", "none"), vectors[:count])
        print(f"{count} passages, two replicas of one shard; server {store.client.version}")
        time.sleep(20)  # segments are sealed and their graphs built
        measure(index, vectors[:count], np.asarray(vectors[count : count + QUESTIONS]))
        print("memory MiB:", {role: memory(cluster, role) for role in cluster.roles()})


def fill(store: MilvusStore, recipe: Recipe, vectors: Vectors) -> MilvusIndex:
    manifest = store.begin(recipe, Layout(replicas=2), 90.0)
    writer, begun = store.writer(manifest), time.perf_counter()
    writer.put(entries(vectors))
    writer.flush()
    took = time.perf_counter() - begun
    print(f"written in {took:.0f} s: {len(vectors) / took:.0f} a second")
    store.publish(manifest, writer, 1)
    return store.open(recipe)


def entries(vectors: Vectors) -> Iterator[Entry]:
    """Documents of ten passages of 90 words, each with six windows."""
    chance = np.random.default_rng(1)
    for start in range(0, len(vectors), PER_DOCUMENT):
        rows = np.asarray(vectors[start : start + PER_DOCUMENT])
        card = DocumentCard(f"d{start:08d}", "0" * 12, "d.txt", "en", Record(publisher=f"P{start % 97}"))
        passages = []
        for ordinal in range(len(rows)):
            text = " ".join(f"w{word}" for word in chance.zipf(1.3, 90) % 200_000)
            spans = tuple(Span(number, number + 15) for number in range(WINDOWS))
            passages.append(Passage(card.id, card.version, ordinal, Span(0, len(text)), text, "en", windows=spans))
        yield Entry(card, 0, passages, [np.repeat(row[None, :], 1 + WINDOWS, axis=0) for row in rows])


def measure(index: MilvusIndex, vectors: Vectors, questions: Vectors) -> None:
    texts = [f"d{place // PER_DOCUMENT * PER_DOCUMENT:08d}#{place % PER_DOCUMENT}" for place in range(len(vectors))]
    took, shared = [], 0
    for question in questions:
        begun = time.perf_counter()
        found = index.search({}, question, Filters(), 50)
        stored = index.fetch(found.keys.tolist())
        took.append(1000 * (time.perf_counter() - begun))
        order = np.argsort(found.dense_rank)[:10]
        near = {f"{stored[place].passage.document_id}#{stored[place].passage.ordinal}" for place in order.tolist()}
        exact = np.asarray(vectors @ question)
        shared += len(near & {texts[place] for place in np.argpartition(-exact, 10)[:10].tolist()})
    p50, p95 = np.percentile(took, [50, 95])
    print(f"recall@10 {shared / (10 * len(questions)):.3f}; 50 candidates with windows: p50 {p50:.1f} p95 {p95:.1f} ms")


def memory(cluster: Cluster, role: str) -> int:
    status = Path(f"/proc/{cluster.pid(role)}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024


if __name__ == "__main__":
    main()
