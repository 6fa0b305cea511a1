"""One engine, one process, one line of JSON: built from a collection, or opened and asked its questions.

python -m benchmarks.rivals.engines.NAME build|search COLLECTION FOLDER [SECONDS]

Run in the engine's own environment, so it needs nothing but NumPy. Times are CPU seconds of all threads beside those
of the clock; the cold start counts from the start of the process, imports included.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from .collection import Batch, Collection, Vectors

SHOWN = 10
_WARM = 20  # questions asked once before any is timed: the files' first pages come from the disk
_NEAREST = 100  # questions that the dense leg is asked alone
_LEAST = 20  # questions timed, however slow the engine

Hit = tuple[str, str]  # id and text


class Builder(Protocol):
    """Takes a collection into its folder as the engine's documentation tells a newcomer to."""

    def add(self, batch: Batch) -> None: ...

    def finish(self) -> None:
        """Build what is built at the end; everything is on disk afterwards."""


class Searcher(Protocol):
    """What a builder left, opened."""

    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        """The best `k` by all that the engine knows, with their texts, best first."""

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        """Ids of the `k` nearest by vector alone; empty where there is no dense leg."""


def main(create: Callable[[Path, Collection], Builder], open_: Callable[[Path], Searcher]) -> None:
    """Obey the command line. `create` begins in an empty folder, `open_` opens what `finish` left there."""
    verb, collection, folder = sys.argv[1], Collection(Path(sys.argv[2])), Path(sys.argv[3])
    if verb == "build":
        figures = _build(create, collection, folder)
    else:
        figures = _search(open_, collection, folder, float(sys.argv[4]))
    print("\n" + json.dumps(figures), flush=True)


def _build(create: Callable[[Path, Collection], Builder], collection: Collection, folder: Path) -> dict[str, object]:
    spent: dict[str, float] = {"wall_s": 0.0, "cpu_s": 0.0}
    passages = 0
    with _counted(spent):
        engine = create(folder, collection)
    for batch in collection.batches():
        passages += len(batch.ids)
        with _counted(spent):
            engine.add(batch)
    with _counted(spent):
        engine.finish()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    rounded = {name: round(value, 2) for name, value in spent.items()}
    return {"passages": passages, **rounded, "peak_mb": _peak_mb(), "size_mb": round(size / 1e6, 1)}


@contextmanager
def _counted(spent: dict[str, float]) -> Iterator[None]:
    begun, used = time.perf_counter(), time.process_time()
    yield
    spent["wall_s"] += time.perf_counter() - begun
    spent["cpu_s"] += time.process_time() - used


def _search(
    open_: Callable[[Path], Searcher], collection: Collection, folder: Path, seconds: float
) -> dict[str, object]:
    questions, vectors = collection.questions(), collection.question_vectors()
    engine = open_(folder)
    engine.search(questions[0], vectors[0], SHOWN)
    cold = round(time.process_time(), 2)
    for text, vector in zip(questions[:_WARM], vectors, strict=False):
        engine.search(text, vector, SHOWN)
    wall, cpu, found = _timed(engine, questions, vectors, seconds)
    return {
        "cold_cpu_s": cold,
        "questions": len(found),
        "load": round(os.getloadavg()[0], 2),
        "peak_mb": _peak_mb(),
        "wall_ms": wall,
        "cpu_ms": cpu,
        "found": found,
        "nearest": [engine.nearest(vector, SHOWN) for vector in vectors[: min(_NEAREST, len(found))]],
    }


def _timed(
    engine: Searcher, questions: Sequence[str], vectors: Vectors, seconds: float
) -> tuple[list[float], list[float], list[list[str]]]:
    """Every question once, in order, until `seconds` are over."""
    wall: list[float] = []
    cpu: list[float] = []
    found: list[list[str]] = []
    until = time.monotonic() + seconds
    for text, vector in zip(questions, vectors, strict=True):
        if time.monotonic() > until and len(found) >= _LEAST:
            break
        begun, used = time.perf_counter(), time.process_time()
        hits = engine.search(text, vector, SHOWN)
        cpu.append(round(1000 * (time.process_time() - used), 3))
        wall.append(round(1000 * (time.perf_counter() - begun), 3))
        found.append([one for one, _ in hits])
    return wall, cpu, found


def _peak_mb() -> int:
    """Of this program: what getrusage tells begins with the peak of the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(round(int(line.split()[1]) / 1e3) for line in lines if line.startswith("VmHWM:"))
