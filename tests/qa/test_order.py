from __future__ import annotations

import pytest

from qa.answer import Query
from qa.order import by_best_sentence, shown_order
from qa.question import understand
from qa.retrieve import Retrieval, RetrievalPolicy
from tests.qa.samples import GLOSSARY, found, passage, sentence

FIRST, SECOND, THIRD = (
    found(passage(["One.", "Two."], document=name), score=score) for name, score in (("a", 0.9), ("b", 0.8), ("c", 0.1))
)
RANKED = [sentence(SECOND, 1, 2.0), sentence(FIRST, 0, 1.0), sentence(SECOND, 0, -4.0)]  # the third passage has none


@pytest.mark.parametrize(("weight", "order"), [(0.0, "abc"), (0.05, "abc"), (0.2, "bac")])
def test_a_passage_with_a_better_sentence_rises(weight: float, order: str) -> None:
    shown = by_best_sentence([FIRST, SECOND, THIRD], RANKED, weight)
    assert "".join(one.stored.passage.document_id for one in shown) == order


def test_scores_fall_by_what_the_best_sentence_lacks_and_with_the_order() -> None:
    shown = by_best_sentence([FIRST, SECOND, THIRD], RANKED, 0.2)
    assert [one.score for one in shown] == pytest.approx([0.8, 0.9 - 0.2, 0.1 - 0.2])  # no sentence: as the worst


def test_without_sentences_the_search_decides() -> None:
    assert by_best_sentence([FIRST, SECOND], [], 0.2) == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Who was expelled?", "ba"),
        ("Expelled workers without permits lost wages homes families papers savings friends", "ab"),
    ],
)
def test_only_what_one_sentence_answers_is_ordered_by_it(text: str, order: str) -> None:
    asked = understand(Query(text), GLOSSARY)
    shown = shown_order(asked, Retrieval((FIRST, SECOND), met=1.0), RANKED, RetrievalPolicy())
    assert "".join(one.stored.passage.document_id for one in shown) == order
