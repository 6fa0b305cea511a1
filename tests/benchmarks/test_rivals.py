"""What the comparison with rivals makes of a run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from benchmarks.rivals.__main__ import last_runs
from benchmarks.rivals.collection import Collection
from benchmarks.rivals.environments import REQUIREMENTS
from benchmarks.rivals.plot import latency_plot
from benchmarks.rivals.report import ratios
from benchmarks.rivals.rows import ROWS
from benchmarks.rivals.runs import nearest_exactly

ENGINES = REQUIREMENTS.parent / "engines"


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    drawing = latency_plot({name: [(1_000, 1.0), (10_000, 5.0 + place / 100)] for place, name in enumerate("abc")})
    heights = sorted(float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', drawing)[1]) for name in "abc")
    assert min(np.diff(heights)) >= 15


def test_a_slower_row_is_drawn_higher() -> None:
    drawing = latency_plot({"slow": [(1_000, 90.0)], "fast": [(1_000, 2.0)]})
    slow, fast = (float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', drawing)[1]) for name in ("slow", "fast"))
    assert slow < fast


def test_every_row_has_its_engine_and_its_requirements() -> None:
    for row in ROWS:
        assert (ENGINES / f"{row.module}.py").exists()
        assert not row.package or row.package in (REQUIREMENTS / f"{row.module}.txt").read_text()


def test_every_engine_has_a_row() -> None:
    assert {path.stem for path in ENGINES.glob("[!_]*.py")} == {row.module for row in ROWS}


def test_the_nearest_texts_are_named_best_first(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(3, dtype=np.float32))
    np.save(tmp_path / "question_vectors.npy", np.array([[0.1, 0.9, 0.5]], np.float32))
    rows = [json.dumps({"id": name, "text": name}) for name in "abc"]
    (tmp_path / "texts.jsonl").write_text("\n".join(rows) + "\n")
    assert nearest_exactly(Collection(tmp_path)) == [["b", "c", "a"]]


def test_a_collection_shows_its_last_run_alone() -> None:
    rows = [("1", "10000", "a"), ("1", "10000", "b"), ("1", "100000", "a"), ("2", "10000", "a")]
    lines = [{"run": run, "collection": name, "row": row} for run, name, row in rows]
    assert last_runs(lines) == [lines[2], lines[3]]


def test_ratios_name_the_cheapest_hybrid_rival_first_and_leave_out_those_of_one_leg() -> None:
    costs = {"muhojir": 10.0, "muhojir_legs": 4.0, "lancedb": 80.0, "txtai": 12.0, "bm25s": 1.0}
    lines = [{"module": one, "row": one, "search": {"cpu_p50_ms": cost}} for one, cost in costs.items()]
    assert ratios(lines)[0].endswith("txtai 3.0 (1.2), lancedb 20.0 (8.0).")
