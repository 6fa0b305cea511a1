"""Builds the dense index of one segment and measures what it finds.

The number of lists that a search visits is the smallest that finds TARGET of what an exact search finds, asked with the
segment's own window vectors; the share that it does find goes into the manifest.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from .dense_faiss import FILE, Kind, Rows, kind_for, parts_of, visit
from .errors import PublishFailed
from .ports import Vectors
from .quantized import QuantizedRows

FLOOR = 0.95  # recall@10 below which a build is not published
TARGET = 0.98  # what the search effort is raised to
QUESTIONS = 128  # the standard error of a recall of .98 over 1280 places is .004
_TOP = 10
# In a segment with lists, rows of one language: an exact scan of 3,700 costs .31 ms, of their codes .1; below a
# thousand there is little to gain. Up to 5,000 one list is scanned as fast as many are told apart.
_CODES_FROM, _MANY_LISTS_FROM = 1_000, 5_000
_FEWEST_PROBES = 16
_SAMPLE = 40  # vectors a centroid; FAISS warns below 39
_ROUNDS = 8
_ROUNDING = 1e-5  # of a cosine, by the order in which a sum is taken
_BLOCK = 20_000  # rows read at once, 30 MB at 384 dimensions


@dataclass(frozen=True, slots=True)
class DenseFacts:
    """What was built. `recall`: share of the ten nearest that the worst language's index finds, None when exact."""

    kind: Kind
    recall: float | None = None


def check_recall(facts: DenseFacts) -> None:
    """Raises PublishFailed for an index that finds less than FLOOR."""
    if facts.recall is not None and facts.recall < FLOOR:
        raise PublishFailed(
            f"the dense index finds {facts.recall:.3f} of what an exact search finds, and less than {FLOOR} is not "
            "published; the old index still answers. Check that the model fits the texts, then: muhojir init"
        )


def write_dense(
    folder: Path, vectors: QuantizedRows, languages: NDArray[np.uint8], questions: Vectors, *, threads: int = 1
) -> DenseFacts:
    """Build the index over the stored rows and write it. One thread makes it reproducible.

    `questions`: vectors that recall is measured with. Raises OSError.
    """
    kind = kind_for(len(vectors))
    if kind == "flat-fp16":
        _write(_flat(vectors, np.arange(len(vectors))), folder / FILE)
        return DenseFacts(kind)
    faiss.omp_set_num_threads(threads)
    try:
        recalls = [_write_part(folder / name, vectors, rows, questions) for name, rows in parts_of(languages)]
    finally:
        faiss.omp_set_num_threads(1)
    return DenseFacts(kind, min(recalls))


def _write_part(path: Path, vectors: QuantizedRows, rows: Rows, questions: Vectors) -> float:
    if len(rows) < _CODES_FROM:
        _write(_flat(vectors, rows), path)
        return 1.0
    index = _lists(vectors, rows)
    index.nprobe, recall = _tuned(index, vectors, rows, questions)
    _write(index, path)
    return recall


def _flat(vectors: QuantizedRows, rows: Rows) -> faiss.Index:
    index = faiss.IndexScalarQuantizer(vectors.dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    for _, block in _blocks(vectors, rows):
        index.add(block)
    return index


def _lists(vectors: QuantizedRows, rows: Rows) -> faiss.IndexIVF:
    """Two components a code of four bits: a quarter of a byte a component, scanned 32 rows at a time."""
    dimension, count = vectors.dimension, round(2 * len(rows) ** 0.5) if len(rows) >= _MANY_LISTS_FROM else 1
    learnt = min(len(rows), max(_SAMPLE * count, _MANY_LISTS_FROM))
    sample = vectors.take(np.sort(np.random.default_rng(1).choice(rows, learnt, False)))
    means = faiss.Kmeans(dimension, count, niter=_ROUNDS, spherical=True, seed=1, max_points_per_centroid=_SAMPLE)
    means.train(sample)
    quantizer = faiss.IndexFlatIP(dimension)
    quantizer.add(means.centroids)
    index = faiss.IndexIVFPQFastScan(quantizer, dimension, count, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    index.train(sample)
    for places, block in _blocks(vectors, rows):
        index.add_with_ids(block, places)
    return index


def _tuned(index: faiss.IndexIVF, vectors: QuantizedRows, rows: Rows, questions: Vectors) -> tuple[int, float]:
    """The fewest lists to visit for TARGET, all if need be, and the recall reached."""
    last = tenth_best(vectors, rows, questions)
    probes = _FEWEST_PROBES
    while True:
        probes = min(probes, index.nlist)
        found = [vectors.dot(visit(index, one, _TOP, probes).rows, one) for one in questions]
        hits = [min(_TOP, int(np.count_nonzero(near >= worst))) for near, worst in zip(found, last, strict=True)]
        recall = sum(hits) / (_TOP * len(hits))
        if recall >= TARGET or probes == index.nlist:
            return probes, round(recall, 4)
        probes *= 2


def tenth_best(vectors: QuantizedRows, rows: Rows, questions: Vectors) -> Vectors:
    """The similarity of the tenth nearest of `rows` to each question, found by reading them all, less a rounding."""
    best = np.empty((len(questions), 0), dtype=np.float32)
    for _, block in _blocks(vectors, rows):
        near = np.concatenate([best, questions @ block.T], axis=1)
        best = -np.partition(-near, _TOP - 1, axis=1)[:, :_TOP]
    return np.asarray(best.min(axis=1) - _ROUNDING, dtype=np.float32)


def _blocks(vectors: QuantizedRows, rows: Rows) -> Iterator[tuple[Rows, Vectors]]:
    for start in range(0, len(rows), _BLOCK):
        places = rows[start : start + _BLOCK]
        yield places, vectors.take(places)


def _write(index: faiss.Index, path: Path) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(errno.EIO, f"{path.name}: {error}") from error
