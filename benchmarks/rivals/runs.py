"""One rival on one collection: its index is built and searched in processes of its own, and what it found is judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import Timing
from qa.evaluation.metrics import mean, ndcg

from .collection import Collection, Vectors
from .rows import Row
from .runner import SHOWN

ROOT = Path(__file__).parents[2]
_BLOCK = 20_000  # rows of vectors compared at once


class RunFailed(Exception):
    """A rival's process ended without its figures; what it said last."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: of the questions of one search, and of a whole process."""

    search: float
    process: float


def run(row: Row, python: Path, collection: Collection, folder: Path, limits: Limits) -> dict[str, Any]:
    """All figures of one row on one collection. Raises RunFailed."""
    built: dict[str, Any] = {}
    index = folder / (row.index_of or row.module)
    if not row.index_of:
        shutil.rmtree(index, ignore_errors=True)
        index.mkdir(parents=True)
        built = {"build": _process(row, python, ["build", str(collection.folder), str(index)], limits)}
    searched = _process(row, python, ["search", str(collection.folder), str(index), str(limits.search)], limits)
    return built | {"search": _judged(searched, collection)}


def _process(row: Row, python: Path, arguments: list[str], limits: Limits) -> dict[str, Any]:
    command = [str(python), "-m", f"{__package__}.engines.{row.module}", *arguments]
    quiet = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | quiet, capture_output=True, text=True, timeout=limits.process
        )
    except subprocess.TimeoutExpired as error:
        raise RunFailed(f"{arguments[0]} took more than {limits.process:.0f} s") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RunFailed(f"{arguments[0]}: {said[-1][:200]}")
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _judged(searched: dict[str, Any], collection: Collection) -> dict[str, Any]:
    """nDCG@10 of what was found, recall@10 of the dense leg against an exact search, and the times' percentiles."""
    found, nearest = searched.pop("found"), searched.pop("nearest")
    gains = [ndcg(ids, relevant, SHOWN) for ids, relevant in zip(found, collection.relevant(), strict=False)]
    times = Timing(tuple(searched["wall_ms"]), tuple(searched["cpu_ms"])).summary()
    figures = searched | {"ndcg@10": round(mean(gains), 4), **times}
    if any(nearest):
        exact = nearest_exactly(collection)
        shares = [len(set(ids).intersection(best)) / len(best) for ids, best in zip(nearest, exact, strict=False)]
        figures["recall@10"] = round(mean(shares), 4)
    return figures


@cache
def nearest_exactly(collection: Collection) -> Sequence[list[str]]:
    """Ids of the ten nearest texts to each question, by all vectors."""
    asked, ids = collection.question_vectors(), _ids(collection)
    table: Vectors = np.load(collection.folder / "vectors.npy", mmap_mode="r")
    above = np.concatenate(
        [np.asarray(table[start : start + _BLOCK]) @ asked.T for start in range(0, len(table), _BLOCK)]
    )
    return [[ids[place] for place in np.argsort(-column)[:SHOWN]] for column in above.T]


def _ids(collection: Collection) -> list[str]:
    return [one for batch in collection.batches() for one in batch.ids]
