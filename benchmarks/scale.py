"""What a home of many passages costs: opening, searching, frequent words, narrow filters, memory, our own overhead.

python -m benchmarks.scale --home DIR --vectors VECTORS.npy
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from scipy import sparse

from benchmarks.latency import Ask, plain_search, questions
from benchmarks.pile import recipe_of
from benchmarks.report import Timing, record, timed
from index import lexical_bm25 as bm25
from index.dense_build import tenth_best
from index.dense_faiss import LEAST
from index.ports import Filters
from index.quantized import QuantizedRows
from index.segment import passage_terms
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.question import open_glossary
from qa.retrieve import RetrievalPolicy, retrieve

_NO_FILTERS = Filters()
_POLICY = RetrievalPolicy()
_SHOWN = 10
_KEPT = 1_000  # one of so many passages is kept by the narrow filter
_COMMONEST = 60  # terms that the questions of frequent words are drawn from
_EXACT = 100  # questions whose nearest passages are also found by reading all vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="made by benchmarks.latency or benchmarks.grow")
    parser.add_argument("--vectors", type=Path, required=True, help="the same .npy that the home was made with")
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    index = _opened(given.home, given.vectors)
    vectors = np.load(given.vectors, mmap_mode="r")
    asks = questions(index, vectors, open_glossary(), given.questions)
    _memory(given.home, "one process, opened")
    usual = _searching(index, asks)
    _frequent(index, given.home, asks)
    _filtered(index, asks, usual)
    _memory(given.home, "one process, after all questions")
    _second_process(given.home, given.vectors, given.questions)
    _recall(index, given.home, asks[:_EXACT])
    _overhead(index, given.home, asks)


def _opened(home: Path, vectors: Path) -> Snapshot:
    begun, spent = time.perf_counter(), time.process_time()
    dimension = np.load(vectors, mmap_mode="r").shape[1]
    index = SnapshotStore(home).open(recipe_of(vectors, dimension))
    seconds = {"wall_s": round(time.perf_counter() - begun, 2), "cpu_s": round(time.process_time() - spent, 2)}
    record("scale", figure="open", passages=index.manifest.passages, **seconds)
    return index


def _searching(index: Snapshot, asks: list[Ask]) -> Timing:
    calls = [partial(retrieve, index, ask.asked, ask.vector, _NO_FILTERS, _POLICY, _SHOWN) for ask in asks]
    timed(calls[:20])  # the files' first pages come from the disk
    parts = {
        "both legs": [partial(index.search, ask.asked.terms, ask.vector, _NO_FILTERS, _POLICY.depth) for ask in asks],
        "BM25 alone": [partial(index.search, ask.asked.terms, 0 * ask.vector, _NO_FILTERS, 10) for ask in asks],
        "dense alone": [partial(index.search, {}, ask.vector, _NO_FILTERS, 10) for ask in asks],
    }
    usual = timed(calls)
    record("scale", figure="both legs, windows, mix, ten texts", questions=len(calls), **usual.summary())
    for name, part in parts.items():
        record("scale", figure=name, questions=len(part), **timed(part).summary())
    return usual


def _frequent(index: Snapshot, home: Path, asks: list[Ask]) -> None:
    """Both legs for questions of four to eight of the commonest terms, against the usual questions' median."""
    segment = _lexical(index, home)
    held = {key: segment.holding(key, None) for key in segment.frequent.places}
    commonest = sorted(held, key=lambda key: -held[key])[:_COMMONEST]
    words: dict[np.uint64, str] = {}
    for terms in _analyzed(index, 2_000):
        words |= {key: term for term, key in zip(terms, bm25.term_hashes(terms), strict=True) if key in held}
    names = [words[key] for key in commonest if key in words]
    draw = random.Random(1)
    picked = [dict.fromkeys(draw.sample(names, draw.randint(4, 8)), 1.0) for _ in asks]
    calls = [
        partial(index.search, terms, ask.vector, _NO_FILTERS, _POLICY.depth)
        for terms, ask in zip(picked, asks, strict=True)
    ]
    plain = timed([partial(index.search, ask.asked.terms, ask.vector, _NO_FILTERS, _POLICY.depth) for ask in asks])
    times = timed(calls)
    figures, median = times.summary(), plain.summary()["cpu_p50_ms"]
    ratios = {f"ratio_{name}": round(figures[f"cpu_{name}_ms"] / median, 2) for name in ("p50", "p95")}
    record("scale", figure="frequent words only", held_least=held[commonest[-1]], **ratios, **figures)


def _analyzed(index: Snapshot, count: int) -> list[list[str]]:
    """The terms of some passages, to learn the words behind the hashes."""
    rows = random.Random(2).sample(range(index.manifest.passages), count)
    return [sorted(set(passage_terms(one.passage))) for one in index.fetch(rows)]


def _filtered(index: Snapshot, asks: list[Ask], usual: Timing) -> None:
    """A filter that keeps one passage of _KEPT, another one for each question."""
    every = [card.id for card in index.documents(_NO_FILTERS, "", index.manifest.documents)]
    draw, count = random.Random(3), max(1, len(every) // _KEPT)
    filters = [Filters(document_id=tuple(draw.sample(every, count))) for _ in asks]
    found = [
        len(retrieve(index, ask.asked, ask.vector, one, _POLICY, _SHOWN).found)
        for ask, one in zip(asks[:20], filters, strict=False)
    ]
    fresh = list(zip(asks, filters, strict=True))[20:]
    times = timed([partial(retrieve, index, ask.asked, ask.vector, one, _POLICY, _SHOWN) for ask, one in fresh])
    ratio = times.summary()["cpu_p50_ms"] / usual.summary()["cpu_p50_ms"]
    record("scale", figure="a filter that keeps .1%", fewest_found=min(found), ratio=round(ratio, 2), **times.summary())


def _memory(home: Path, name: str) -> None:
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1e3 for line in rollup}
    record("scale", figure="memory", of=name, home=home.name, rss_mb=round(sizes["Rss"]),
           uss_mb=round(sizes["Private_Clean"] + sizes["Private_Dirty"]))  # fmt: skip


def _second_process(home: Path, vectors: Path, count: int) -> None:
    """While this process holds the home open, another opens it and answers the same questions."""
    worker = multiprocessing.get_context("spawn").Process(target=_worker, args=(home, vectors, count))
    worker.start()
    worker.join()


def _worker(home: Path, vectors: Path, count: int) -> None:
    index = SnapshotStore(home).open(recipe_of(vectors, np.load(vectors, mmap_mode="r").shape[1]))
    for ask in questions(index, np.load(vectors, mmap_mode="r"), open_glossary(), count):
        retrieve(index, ask.asked, ask.vector, _NO_FILTERS, _POLICY, _SHOWN)
    _memory(home, "a second process, after all questions")


def _recall(index: Snapshot, home: Path, asks: list[Ask]) -> None:
    """Of the ten passages nearest by their stored vectors, in any language, how many does the dense leg return?"""
    folder = _folder(index, home)
    vectors = QuantizedRows(folder / "vectors.bin", index.manifest.recipe.encoder.dimension)
    last = tenth_best(vectors, np.arange(len(vectors)), np.stack([ask.vector for ask in asks]))
    hits = 0
    for ask, worst in zip(asks, last, strict=True):
        found = index.search({}, ask.vector, _NO_FILTERS, _POLICY.depth)
        hits += min(10, int(np.count_nonzero(found.dense >= worst)))
    record("scale", figure="dense recall@10 against exact", questions=len(asks), recall=hits / (10 * len(asks)))


def _overhead(index: Snapshot, home: Path, asks: list[Ask]) -> None:
    """Our hybrid call against the same two things bare: FAISS on the same file, a sparse product of finished scores."""
    folder = _folder(index, home)
    lists = [faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC) for path in sorted(folder.glob("dense*.faiss"))]
    segment = _lexical(index, home)
    terms = list(dict.fromkeys(term for ask in asks for term in ask.asked.terms))
    matrix = _finished(segment, terms, index.idf(terms))
    place = {term: row for row, term in enumerate(terms)}
    weights = [_row({place[term]: weight for term, weight in ask.asked.terms.items()}, len(terms)) for ask in asks]

    def bare(ask: Ask, weight: sparse.csr_matrix) -> None:
        for one in lists:
            one.search(ask.vector[None, :], LEAST if isinstance(one, faiss.IndexIVF) else _POLICY.depth)
        scores = (weight @ matrix).toarray()[0]
        np.argpartition(-scores, _POLICY.depth)

    theirs = timed([partial(bare, ask, weight) for ask, weight in zip(asks, weights, strict=True)])
    ours = timed([partial(plain_search, index, ask, _POLICY) for ask in asks])
    ratio = ours.cpu_mean() / theirs.cpu_mean()
    record("scale", figure="overhead", of="bare FAISS search, sparse product, top-k", ratio=round(ratio, 2),
           bare_cpu_ms=round(theirs.cpu_mean(), 2), ours_cpu_ms=round(ours.cpu_mean(), 2))  # fmt: skip


def _finished(segment: bm25.LexicalSegment, terms: list[str], idf: np.ndarray) -> sparse.csr_matrix:
    norms = bm25.norms(segment.lengths, float(segment.lengths.mean()))
    rows = [segment.postings(key) for key in bm25.term_hashes(terms)]
    scores = [
        weight * row.counts * (bm25.K1 + 1) / (row.counts + norms[row.rows])
        for row, weight in zip(rows, idf, strict=True)
    ]
    ends = np.cumsum([0, *(len(row.rows) for row in rows)])
    places = np.concatenate([row.rows for row in rows])
    return sparse.csr_matrix((np.concatenate(scores).astype(np.float32), places, ends), (len(terms), len(norms)))


def _row(weights: dict[int, float], width: int) -> sparse.csr_matrix:
    places = list(weights)
    return sparse.csr_matrix((list(weights.values()), ([0] * len(places), places)), (1, width), dtype=np.float32)


def _folder(index: Snapshot, home: Path) -> Path:
    return SnapshotStore(home).segments / index.manifest.segments[0].id


def _lexical(index: Snapshot, home: Path) -> bm25.LexicalSegment:
    return bm25.LexicalSegment(_folder(index, home))


if __name__ == "__main__":
    main()
