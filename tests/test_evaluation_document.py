"""The evaluation's document, its baseline and its questions fit each other."""

from __future__ import annotations

import json
import re

import pytest

from benchmarks.evaluation import BASELINE, CASES, DOCUMENT, GOLDEN, IMAGES
from benchmarks.unstemmed import unstemmed
from index.tokenize import terms
from qa.evaluation.dataset import read_gold
from qa.evaluation.measures import MEASURES

SECTIONS = ("golden", "refusal", "guard", "failures", "gold", "public")


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_has_its_marks_and_its_figures(name: str) -> None:
    [body] = re.findall(f"<!-- begin {name} -->(.*?)<!-- end {name} -->", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert "|" in body


def test_the_baseline_names_known_measures_for_every_part() -> None:
    baseline = json.loads(BASELINE.read_text("utf-8"))
    assert set(baseline) == {"all", "train", "held", "en", "ru", "tg"}
    assert all(figures and set(figures) <= set(MEASURES) for figures in baseline.values())


def test_failing_cases_are_golden_questions() -> None:
    listed = re.findall(r"^- `([\w.-]+)` ", CASES.read_text("utf-8"), re.MULTILINE)
    assert listed
    assert set(listed) <= {one.id for one in read_gold(GOLDEN)}


def test_the_plots_are_there() -> None:
    assert all((IMAGES / name).read_text("utf-8").startswith("<svg") for name in ("reliability.svg", "refusals.svg"))


def test_stemming_is_off_inside_and_on_again_afterwards() -> None:
    stemmed = terms("deported workers", "en")
    with unstemmed():
        assert terms("deported workers", "en") == ["deported", "workers"]
    assert terms("deported workers", "en") == stemmed == ["deport", "worker"]
