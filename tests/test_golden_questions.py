"""The golden questions must stay true to the shipped library, and their validator must notice when they do not."""

from __future__ import annotations

import copy
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CHECK = Path(__file__).parent / "golden" / "check.py"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_check", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check = load(CHECK)
LIBRARY = check.read_library()
QUESTIONS = check.read_questions()
FACTOID = next(question for question in QUESTIONS if question["type"] == "factoid")
UNANSWERABLE = next(question for question in QUESTIONS if question["type"] == "unanswerable")


def test_the_set_has_no_fault() -> None:
    assert check.faults(QUESTIONS, LIBRARY) == []


def test_every_source_has_answerable_questions() -> None:
    asked = {LIBRARY[doc].source for question in QUESTIONS for doc in question["doc"]}
    assert asked == {digest.source for digest in LIBRARY.values()}


def test_every_language_has_every_kind_of_refusal() -> None:
    kinds = {(question["lang"], question["type"]) for question in QUESTIONS}
    wanted = {(lang, kind) for lang in check.LANGUAGES for kind in ("false_premise", "unanswerable", "ood")}
    assert wanted <= kinds


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"evidence": [["words that stand in no digest"]]}, "in no single sentence"),
        ({"answer_regex": ["words that stand in no digest"]}, "misses its evidence"),
        ({"answer_regex": ["("]}, "does not compile"),
        ({"answer_regex": ["x*"]}, "matches nothing at all"),
        ({"answer_regex": []}, "one answer_regex for each fact"),
        ({"doc": ["no-such-document"]}, "the library lacks"),
        ({"answerable": False}, "contradicts its type"),
        ({"lang": "de"}, "lang is 'de'"),
        ({"split": "dev"}, "split is 'dev'"),
        ({"near": "1995-hrw-return-to-tajikistan"}, "near names a source"),
        ({"trap": [{"doc": "1995-hrw-return-to-tajikistan", "text": "no such text"}]}, "trap is not in"),
        ({"colour": "red"}, "unknown fields"),
    ],
)
def test_a_spoiled_question_is_a_fault(change: dict[str, Any], complaint: str) -> None:
    spoiled = copy.deepcopy(FACTOID) | change
    assert any(complaint in fault for fault in check.faults([spoiled], LIBRARY))


def test_an_unanswerable_question_may_not_carry_evidence() -> None:
    spoiled = UNANSWERABLE | {"evidence": FACTOID["evidence"], "answer_regex": FACTOID["answer_regex"]}
    assert check.faults([spoiled], LIBRARY)


def test_a_source_on_both_sides_of_the_split_is_a_fault() -> None:
    other = "held" if FACTOID["split"] == "train" else "train"
    twin = FACTOID | {"id": "twin", "question": "twin", "split": other}
    assert any("both splits" in fault for fault in check.faults([FACTOID, twin], LIBRARY))


def test_a_repeated_id_is_a_fault() -> None:
    assert any("occurs 2 times" in fault for fault in check.faults([FACTOID, FACTOID], LIBRARY))


def test_sentences_do_not_break_at_initials_or_issue_numbers() -> None:
    text = "## Head\n\nOlga R. Gulina wrote (Vol. 7, No. 9) in 2016. It ended.\n\n- one; two\n"
    assert list(check.sentences_of(text)) == [
        "Head",
        "Olga R. Gulina wrote (Vol. 7, No. 9) in 2016.",
        "It ended.",
        "one; two",
    ]
