"""A home of many passages out of one of fewer, for searching: every row is repeated, the passages' vectors are not.

python -m benchmarks.grow --small HOME --home DIR --vectors VECTORS.npy

Words, records and windows of the small home stand in the large one as often as it takes; term frequencies keep their
shares. What is built anew, and timed, is what search depends on: the matrix of terms and the dense index.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.pile import WINDOW_NOISE, Cost, recipe_of
from benchmarks.report import record
from index.dense_build import QUESTIONS, DenseFacts, write_dense
from index.lexical_bm25 import LexicalSegment
from index.lexical_build import POSTING, LexicalWriter
from index.manifest import file_info
from index.passages import FILE as PASSAGES
from index.ports import Vectors
from index.quantized import QuantizedRows, QuantizedWriter
from index.store import SnapshotStore

_BLOCK = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=Path, required=True, help="a home that benchmarks.latency built")
    parser.add_argument("--home", type=Path, required=True, help="where the large one is made")
    parser.add_argument("--vectors", type=Path, required=True, help=".npy, float32 (n, dimension), unit rows")
    given = parser.parse_args()
    small, large = SnapshotStore(given.small), SnapshotStore(given.home)
    manifest = small.manifest(small.current_id())
    (info,) = manifest.segments
    table = np.load(given.vectors, mmap_mode="r")
    times = len(table) // info.passages
    documents, passages = times * info.documents, times * info.passages
    with large.building() as folder:
        built = folder / "segment"
        built.mkdir()
        source, lexical, dense = small.segments / info.id, Cost(), Cost()
        _repeat_words(source / PASSAGES, built / PASSAGES, times, info.documents, info.passages)
        _repeat_files(source, built, times)
        _write_vectors(built / "vectors.bin", table[:passages])
        with lexical.counted():
            _write_terms(LexicalSegment(source), built, times)
        with dense.counted():
            facts = _write_dense(built, table.shape[1])
        files = {path.name: file_info(path) for path in sorted(built.iterdir())}
        name = hashlib.sha256(f"{info.id} {times} {given.vectors.name}".encode()).hexdigest()[:16]
        grown = replace(info, id=name, documents=documents, passages=passages, windows=times * info.windows,
                        dense=facts.kind, files=files, recall=facts.recall)  # fmt: skip
        recipe = replace(manifest.recipe, encoder=recipe_of(given.vectors, table.shape[1]).encoder)
        made = replace(manifest, recipe=recipe, segments=(grown,), documents=documents, passages=passages)
        large.publish(made, built)
    record(
        "grow",
        passages=grown.passages,
        dense=facts.kind,
        recall=facts.recall,
        megabytes={name: round(one.size / 1e6) for name, one in files.items()},
        lexical_cpu_s=round(lexical.cpu, 1),
        dense_cpu_s=round(dense.cpu, 1),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    )


def _repeat_words(source: Path, target: Path, times: int, documents: int, passages: int) -> None:
    """Every turn adds the documents again, under ids of their own."""
    shutil.copyfile(source, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN")
        for turn in range(1, times):
            first, row = turn * documents, turn * passages
            db.execute(
                f"INSERT INTO documents SELECT ordinal + {first}, id || '-{turn}', version, revision, name, language, "
                f"publisher, source_type, first_day, last_day, topics, record, first_row + {row}, rows "
                f"FROM documents WHERE ordinal < {documents}"
            )
            db.execute(
                f'INSERT INTO passages SELECT row + {row}, document + {first}, ordinal, start, "end", page, language, '
                f"heading, text, sentences, windows FROM passages WHERE row < {passages}"
            )
        db.execute("COMMIT")


def _repeat_files(source: Path, target: Path, times: int) -> None:
    for name in ("windows.bin", "languages.bin"):
        with (target / name).open("wb") as file:
            for _ in range(times):
                with (source / name).open("rb") as part:
                    shutil.copyfileobj(part, file, 1 << 22)
    for name in ("language_sums.bin", *(path.name for path in source.glob("sounds-*"))):
        shutil.copyfile(source / name, target / name)
    offsets = np.fromfile(source / "window_offsets.bin", dtype=np.int64)
    turns = np.arange(times, dtype=np.int64)[:, None] * offsets[-1]
    (turns + offsets[1:]).ravel().tofile(target / "window_offsets.bin", sep="")
    data = (target / "window_offsets.bin").read_bytes()
    (target / "window_offsets.bin").write_bytes(bytes(8) + data)


def _write_vectors(path: Path, table: Vectors) -> None:
    writer = QuantizedWriter(path, table.shape[1])
    for start in range(0, len(table), _BLOCK):
        writer.append(np.asarray(table[start : start + _BLOCK]))
    writer.close()


def _write_terms(small: LexicalSegment, folder: Path, times: int) -> None:
    """The runs that the same passages would give, turn by turn, merged as any."""
    rows = [(key, small.postings(key)) for key in small.hashes()]
    sizes = [len(row.rows) for _, row in rows]
    run = np.empty(sum(sizes), dtype=POSTING)
    run["key"] = np.repeat(np.array([key for key, _ in rows], dtype=np.uint64), sizes)
    run["row"] = np.concatenate([row.rows for _, row in rows])
    run["count"] = np.concatenate([row.counts for _, row in rows])
    writer = LexicalWriter(folder)
    for _ in range(times):
        writer.add_run(run, small.lengths)
        run["row"] += len(small.lengths)
    writer.close()


def _write_dense(folder: Path, dimension: int) -> DenseFacts:
    vectors = QuantizedRows(folder / "vectors.bin", dimension)
    places = np.linspace(0, len(vectors), QUESTIONS, endpoint=False, dtype=np.int64)
    noise = np.random.default_rng(1).normal(0, WINDOW_NOISE, (QUESTIONS, dimension))
    asked = vectors.take(places) + noise.astype(np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    return write_dense(folder, vectors, np.fromfile(folder / "languages.bin", dtype=np.uint8), asked)


if __name__ == "__main__":
    main()
