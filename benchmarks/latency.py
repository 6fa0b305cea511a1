"""How long does a search take among many passages, and of what is the time made up?

python -m benchmarks.latency --texts TEXTS.jsonl.gz --vectors VECTORS.npy --home DIR
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from benchmarks.pile import build_home, recipe_of
from benchmarks.report import record, timed
from corpus.glossary import Glossary
from index import lexical_bm25 as bm25
from index.background import LANGUAGES
from index.fusion import mix
from index.ports import Filters, StoredPassage, Vectors
from index.segment import passage_terms
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.answer import Query
from qa.question import Asked, open_glossary, understand
from qa.retrieve import RetrievalPolicy, retrieve

QUESTION_WORDS = (4, 12)  # the spread of the golden questions' lengths
QUERY_NOISE = 0.03  # of a component: cosine .86 with its passage, as between e5's questions and their passages
ORACLE_QUESTIONS = 20  # rank-bm25 needs about a quarter of a second for each
_SHOWN = 10  # passages
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question made of a passage's own words, with a vector near the passage's."""

    asked: Asked
    vector: Vectors


def main() -> None:
    given = _arguments()
    vectors = np.load(given.vectors, mmap_mode="r")[: given.limit]
    if not (given.home / "CURRENT").exists():
        _build(given)
    index, store = _opened(given, vectors.shape[1])
    asks = questions(index, vectors, open_glossary(), given.questions)
    _searching(index, asks)
    _recall(index, store, vectors, asks)
    if not given.skip_rank_bm25:
        _against_rank_bm25(index, store, asks)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, help="JSON lines, may be gzipped: _id, title, text")
    parser.add_argument("--vectors", type=Path, required=True, help=".npy, float32 (n, dimension), unit rows")
    parser.add_argument("--home", type=Path, required=True, help="where the index is built, or was")
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--limit", type=int, help="use only the first N texts")
    parser.add_argument("--skip-rank-bm25", action="store_true")
    return parser.parse_args()


def _build(given: argparse.Namespace) -> None:
    manifest, cost = build_home(given.home, given.texts, given.vectors, given.limit)
    record(
        "latency",
        figure="build",
        passages=manifest.passages,
        windows=manifest.segments[0].windows,
        dense=manifest.segments[0].dense,
        recall=manifest.segments[0].recall,
        wall_s=round(cost.wall, 1),
        cpu_s=round(cost.cpu, 1),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        megabytes={name: round(info.size / 1e6, 1) for name, info in manifest.segments[0].files.items()},
    )


def _opened(given: argparse.Namespace, dimension: int) -> tuple[Snapshot, SnapshotStore]:
    store = SnapshotStore(given.home)
    begun, spent = time.perf_counter(), time.process_time()
    index = store.open(recipe_of(given.vectors, dimension))
    record(
        "latency",
        figure="open",
        passages=index.manifest.passages,
        wall_ms=round(1000 * (time.perf_counter() - begun), 1),
        cpu_ms=round(1000 * (time.process_time() - spent), 1),
    )
    return index, store


def questions(index: Snapshot, vectors: Vectors, glossary: Glossary, count: int) -> list[Ask]:
    """Distinct runs of words from distinct passages, seeded."""
    draw, noise = random.Random(1), np.random.default_rng(1)
    rows = draw.sample(range(index.manifest.passages), count)
    asks = {}
    for row, stored in zip(rows, index.fetch(rows), strict=True):
        words = stored.passage.text.split()
        length = draw.randint(*QUESTION_WORDS)
        start = draw.randrange(max(1, len(words) - length))
        vector = vectors[row] + np.asarray(noise.normal(0, QUERY_NOISE, vectors.shape[1]), np.float32)
        text = " ".join(words[start : start + length])[:500]
        asks[text] = Ask(understand(Query(text), glossary), vector / np.linalg.norm(vector))
    return list(asks.values())


def _searching(index: Snapshot, asks: list[Ask]) -> None:
    policy = RetrievalPolicy()
    for ask in asks[:20]:  # the files' first pages come from the disk
        retrieve(index, ask.asked, ask.vector, _NO_FILTERS, policy)
    found = [index.search(ask.asked.terms, ask.vector, _NO_FILTERS, policy.depth) for ask in asks]
    parts: dict[str, Sequence[Callable[[], object]]] = {
        "both legs, fusion, fetch of ten": [partial(plain_search, index, ask, policy) for ask in asks],
        "qa.retrieve": [partial(retrieve, index, ask.asked, ask.vector, _NO_FILTERS, policy, _SHOWN) for ask in asks],
        "both legs": [partial(index.search, ask.asked.terms, ask.vector, _NO_FILTERS, policy.depth) for ask in asks],
        "BM25 alone": [partial(index.search, ask.asked.terms, 0 * ask.vector, _NO_FILTERS, 10) for ask in asks],
        "dense alone": [partial(index.search, {}, ask.vector, _NO_FILTERS, 10) for ask in asks],
        "fetch of all candidates": [partial(index.fetch, one.keys.tolist()) for one in found],
        "fetch of ten": [partial(index.fetch, one.keys[:10].tolist()) for one in found],
    }
    for name, calls in parts.items():
        record("latency", figure=name, questions=len(calls), passages=index.manifest.passages, **timed(calls).summary())
    candidates = sum(map(len, found)) / len(found)
    terms = sum(len(ask.asked.terms) for ask in asks) / len(asks)
    record("latency", figure="questions", terms_mean=round(terms, 1), candidates_mean=round(candidates, 1))


def plain_search(index: Snapshot, ask: Ask, policy: RetrievalPolicy) -> list[StoredPassage]:
    """The ten best of both legs' mix, with text and record."""
    found = index.search(ask.asked.terms, ask.vector, _NO_FILTERS, policy.depth)
    order = np.argsort(-mix(found.lexical, found.dense, policy.fused_dense), kind="stable")
    return index.fetch(found.keys[order[:10]].tolist())


def _recall(index: Snapshot, store: SnapshotStore, vectors: Vectors, asks: list[Ask]) -> None:
    """Of the ten passages that an exact search over the unquantised vectors finds, how many does the dense leg?"""
    exact, hits = np.asarray(vectors, dtype=np.float32), 0
    sample = asks[:200]
    languages, backgrounds = _languages(index, store), [index.background(ask.vector) for ask in sample]
    for ask, near in zip(sample, backgrounds, strict=True):
        above = exact @ ask.vector
        for language, rows in languages.items():
            above[rows] -= near[language].passage
        best = set(np.argsort(-above)[:10].tolist())
        found = index.search({}, ask.vector, _NO_FILTERS, 50)
        hits += len(best.intersection(found.keys[(found.dense_rank > 0) & (found.dense_rank <= 10)].tolist()))
    record("latency", figure="dense recall@10 against exact", questions=len(sample), recall=hits / (10 * len(sample)))


def _languages(index: Snapshot, store: SnapshotStore) -> dict[str, NDArray[np.int64]]:
    codes = np.fromfile(store.segments / index.manifest.segments[0].id / "languages.bin", dtype=np.uint8)
    return {language: np.flatnonzero(codes == code) for code, language in enumerate(LANGUAGES)}


def _against_rank_bm25(index: Snapshot, store: SnapshotStore, asks: list[Ask]) -> None:
    """Scores of all passages, ours and rank-bm25's, for the same terms in the same run."""
    segment = bm25.LexicalSegment(store.segments / index.manifest.segments[0].id)
    total = index.manifest.passages
    norms = bm25.norms(segment.lengths, float(segment.lengths.mean()))
    step, analyzed = 5_000, list[list[str]]()
    for start in range(0, total, step):
        stored = index.fetch(range(start, min(start + step, total)))
        analyzed.extend(passage_terms(one.passage) for one in stored)
    oracle = BM25Okapi(analyzed, k1=bm25.K1, b=bm25.B)
    sample = [list(ask.asked.terms) for ask in asks[:ORACLE_QUESTIONS]]

    def ours(terms: list[str]) -> object:
        rows = [segment.postings(key) for key in bm25.term_hashes(terms)]
        holding = np.array([len(row.rows) for row in rows], dtype=np.float64)
        idf = bm25.inverse_document_frequency(total, holding)
        return bm25.accumulate(zip(rows, idf, strict=True), norms)

    theirs = timed([partial(oracle.get_scores, terms) for terms in sample])
    here = timed([partial(ours, terms) for terms in sample * 5])
    record("latency", figure="BM25 scoring", engine="rank-bm25", questions=len(sample), **theirs.summary())
    record("latency", figure="BM25 scoring", engine="muhojir", questions=len(sample) * 5, **here.summary())
    record("latency", figure="BM25 scoring", times_faster=round(theirs.cpu_mean() / here.cpu_mean(), 1))


if __name__ == "__main__":
    main()
