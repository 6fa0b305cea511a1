from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.tuned import load, to_json
from tests.qa.samples import policies


def test_the_shipped_weights_name_the_run_that_made_them() -> None:
    path = Path(__file__).parents[2] / "qa" / "tuned.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert "tests/golden/library.jsonl" in data["made_by"]
    assert to_json(load(), data["made_by"]) == data


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps(to_json(policies(bias=0.25), "a test")), encoding="utf-8")
    assert load(path) == policies(bias=0.25)


def test_weights_of_other_signals_are_refused_with_the_command(tmp_path: Path) -> None:
    data = to_json(policies(), "a test")
    data["tokens"]["sentence"]["charm"] = 1.0
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match=r"charm.*benchmarks\.tune"):
        load(path)
