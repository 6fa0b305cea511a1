"""Against what people would pick instead: the same texts and the same vectors in every engine, one after another.

python -m benchmarks.rivals --texts TEXTS.jsonl.gz --vectors VECTORS.npy --public FOLDER... --cache DIR
python -m benchmarks.rivals --report        writes tables and plot: of each collection, its last run
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from benchmarks.report import RESULTS, machine

from .collection import Collection
from .environments import EnvironmentFailed, interpreter, version_of
from .making import make_pile, make_public
from .report import Line, write_report
from .rows import ROWS, Row
from .runs import Limits, RunFailed, run

RAW = RESULTS / "rivals.jsonl"
CACHE = user_cache_path("muhojir", appauthor=False) / "rivals"


def main() -> None:
    given = _arguments()
    if given.report:
        write_report(last_runs([json.loads(line) for line in RAW.read_text(encoding="utf-8").splitlines()]))
    else:
        measure(given)


def last_runs(lines: Sequence[Line]) -> list[Line]:
    """Of each collection the lines of its last run, so that all rows of a table were measured together."""
    last = {line["collection"]: line["run"] for line in lines}
    return [line for line in lines if line["run"] == last[line["collection"]]]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="write tables and plot, measure nothing")
    parser.add_argument("--texts", type=Path, help="JSON lines, may be gzipped: text")
    parser.add_argument("--vectors", type=Path, help=".npy, float32, unit rows, distributed as texts' are")
    parser.add_argument("--public", type=Path, nargs="*", default=[], help="folders in BEIR's layout, encoded once")
    parser.add_argument("--cache", type=Path, default=CACHE, help="environments, collections and indexes")
    parser.add_argument("--model-cache", type=Path, help="prepared model files and vectors, for --public")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--only", nargs="*", help="rows, by the names of their files in engines/")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60, help="of one engine's questions on one pile")
    parser.add_argument("--longest", type=float, default=900, help="seconds of one process")
    return parser.parse_args()


def measure(given: argparse.Namespace) -> None:
    """Every row on every collection; a failure is a line of its own."""
    started = time.strftime("%Y-%m-%dT%H:%M:%S")
    rows = [row for row in ROWS if not given.only or row.module in given.only]
    for collection, size in collections(given):
        seconds = given.seconds if size else given.longest  # an average over a public set needs all its questions
        for row in rows:
            figures = outcome(row, collection, size, given.cache, Limits(seconds, given.longest))
            if not size and "search" in figures:  # the times of each question say nothing there
                del figures["search"]["wall_ms"], figures["search"]["cpu_ms"]
            line = {"run": started, "row": row.name, "module": row.module, "collection": collection.folder.name,
                    "size": size, **figures, "machine": machine()}  # fmt: skip
            with RAW.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            print(collection.folder.name, row.name, _short(line), flush=True)


def collections(given: argparse.Namespace) -> Iterator[tuple[Collection, int]]:
    """With their sizes; 0 for public sets, whose times say nothing."""
    folder = given.cache / "collections"
    for source in given.public:
        yield make_public(folder / source.name, source, given.model_cache or given.cache / "model"), 0
    for size in given.sizes:
        yield make_pile(folder / str(size), given.texts, given.vectors, size, given.questions), size


def outcome(row: Row, collection: Collection, size: int, cache: Path, limits: Limits) -> dict[str, Any]:
    """The row's figures, or why there are none."""
    if size > row.largest:
        return {"error": f"not run above {row.largest:,} passages"}
    try:
        python = interpreter(row, cache / "environments")
        figures = run(row, python, collection, cache / "indexes" / collection.folder.name, limits)
        return {"version": version_of(row, python), **figures}
    except (EnvironmentFailed, RunFailed) as failure:
        return {"error": str(failure)}


def _short(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"FAILED: {line['error']}"
    searched = line["search"]
    figures = ("p50_ms", "cpu_p50_ms", "ndcg@10", "recall@10", "cold_cpu_s", "peak_mb", "load")
    return " ".join(f"{name} {searched[name]}" for name in figures if name in searched)


if __name__ == "__main__":
    main()
