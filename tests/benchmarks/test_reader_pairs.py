"""What the reader is taught with: no question that weighs it, no question that is right and wrong at once."""

from __future__ import annotations

import json
import random

import pytest

from benchmarks.golden_cases import GOLDEN
from benchmarks.library_texts import library, mark
from benchmarks.reader_pairs import altered, names_in
from benchmarks.written import QUESTIONS, off_topic

ROWS = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def plain(question: str) -> str:
    return "".join(filter(str.isalnum, question.casefold()))


def test_no_golden_question_is_among_them() -> None:
    golden = {plain(json.loads(line)["question"]) for line in GOLDEN.read_text(encoding="utf-8").splitlines()}
    written = {plain(question) for row in ROWS for question in (*row["yes"], *row["no"])}
    assert not golden & (written | set(map(plain, off_topic())))


def test_no_sentence_of_a_held_out_document_is_among_them() -> None:
    questions = map(json.loads, GOLDEN.read_text(encoding="utf-8").splitlines())
    held = {name for one in questions if one["split"] == "held" for name in one["doc"]}
    ours = {row["mark"] for row in ROWS if "mark" in row}
    of_library = dict(library())
    assert held <= set(of_library)
    taught = {name for name, texts in of_library.items() if ours & set(map(mark, texts))}
    assert taught
    assert not taught & held


def test_each_sentence_has_questions_that_it_answers_and_others() -> None:
    """One out of an article may have been found for questions of one kind only."""
    assert len({row.get("made") or row["mark"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert ("made" in row) != ("mark" in row)
        kinds = [bool(row[kind]) for kind in ("yes", "no")]
        assert any(kinds) if "title" in row else all(kinds)
        assert not set(row["yes"]) & set(row["no"])


@pytest.mark.parametrize(
    ("question", "names", "other"),
    [
        ("Who left Dushanbe?", ["Khujand"], "Who left Khujand?"),
        ("Кто приехал в Москву?", ["Казань"], "Кто приехал в Казань?"),
        ("Who left Dushanbe?", ["Dushanbe"], None),  # the same name asks the same
        ("Кӣ аз Ҳисор рафт?", ["Қазоқистон"], "Кӣ аз Қазоқистон рафт?"),
        ("Dushanbe trains", ["Khujand"], None),  # the first word of any question is capital
        ("who left?", ["Khujand"], None),
    ],
)
def test_another_name_makes_another_question(question: str, names: list[str], other: str | None) -> None:
    assert altered(question, names, random.Random(0)) == other


def test_figures_are_no_names() -> None:
    assert names_in(["Who left Dushanbe in 2011?", "Кӣ аз Ҳисор рафт?"]) == ["Dushanbe", "Ҳисор"]


def test_another_year_is_near() -> None:
    found = altered("In 2014, how many left?", [], random.Random(0))
    assert found is not None
    year = int(found.removeprefix("In ").removesuffix(", how many left?"))
    assert year != 2014
    assert abs(year - 2014) < 10
