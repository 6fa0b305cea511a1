from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from corpus.document import Span
from index.ports import Coverage
from qa.answer import (
    MAX_HISTORY,
    MAX_K,
    MAX_QUESTION,
    Answer,
    AnswerSentence,
    Citation,
    Query,
    Question,
    SnapshotInfo,
)
from qa.errors import InvalidQuery

SENTENCE = AnswerSentence("Two\n  words.", "d@v:0-5", "d", Span(0, 12), (1,))
CITATION = Citation(1, "d@v:0-5", "d", "v", "Two\n  words.", Span(0, 12))


def answer(**values: Any) -> Answer:
    snapshot = SnapshotInfo("s", 1, 1, datetime(2024, 1, 1, tzinfo=UTC))
    return Answer(Query("q"), snapshot, Question("q", "en", "q"), Coverage(1, 0), (), **values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "answered"}, "needs sentences"),
        ({"status": "answered", "sentences": (SENTENCE,)}, "at least one citation"),
        ({"status": "answered", "citations": (CITATION,)}, "needs sentences"),
        (
            {"status": "answered", "sentences": (SENTENCE,), "citations": (CITATION,), "reason": "not_in_corpus"},
            "no reason",
        ),
        ({"status": "abstained"}, "needs a reason"),
        ({"status": "abstained", "reason": "not_in_corpus", "sentences": (SENTENCE,)}, "only an answered"),
        ({"status": "abstained", "reason": "not_in_corpus", "citations": (CITATION,)}, "only an answered"),
        ({"reason": "not_in_corpus"}, "only that one"),
        ({"sentences": (SENTENCE,)}, "only an answered"),
    ],
)
def test_an_answer_that_breaks_the_law_cannot_be_made(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        answer(**values)


def test_the_text_joins_sentences_with_their_citation_numbers() -> None:
    second = replace(SENTENCE, text="Three.", citations=(1, 2))
    made = answer(status="answered", sentences=(SENTENCE, second), citations=(CITATION,))
    assert made.text == "Two words. [1] Three. [1] [2]"


def test_a_written_sentence_stands_in_the_text_in_place_of_the_verbatim_one() -> None:
    made = answer(status="answered", sentences=(replace(SENTENCE, written="In short."),), citations=(CITATION,))
    assert made.text == "In short. [1]"


def test_declining_and_listing_passages_have_no_text() -> None:
    assert answer(status="abstained", reason="out_of_scope").text == ""
    assert answer().text == ""


@pytest.mark.parametrize(
    ("values", "field", "bound"),
    [
        ({"text": ""}, "question", "not 0"),
        ({"text": " \n\t"}, "question", "only white space"),
        ({"text": "x" * (MAX_QUESTION + 1)}, "question", f"1 to {MAX_QUESTION} characters, not {MAX_QUESTION + 1}"),
        ({"text": "x" * 10_000}, "question", "not 10000"),
        ({"k": 0}, "k", f"1 to {MAX_K}, not 0"),
        ({"k": -1}, "k", "not -1"),
        ({"k": 10**9}, "k", "not 1000000000"),
        ({"history": ("earlier",) * (MAX_HISTORY + 1)}, "history", f"at most {MAX_HISTORY}"),
    ],
)
def test_a_query_out_of_bounds_is_refused_with_the_field_and_the_bound(
    values: dict[str, Any], field: str, bound: str
) -> None:
    with pytest.raises(InvalidQuery, match=bound) as refused:
        Query(**{"text": "question", **values})
    assert refused.value.field == field


@pytest.mark.parametrize("values", [{"text": "x" * MAX_QUESTION}, {"k": 1}, {"k": MAX_K}, {"history": ("q",) * 10}])
def test_a_query_at_its_bounds_is_accepted(values: dict[str, Any]) -> None:
    assert Query(**{"text": "question", **values})
