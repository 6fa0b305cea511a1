"""The best sentences in the order of what a reader says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.answer import Query
from qa.question import understand
from qa.reread import BEFORE, DEEPER, NEAR, READ, TITLE, UNCONVINCED, as_read, in_context, reread
from tests.qa.samples import GLOSSARY, found, passage, sentence

ASKED = understand(Query("How many left in May?"), GLOSSARY)
TEXTS = ["Many left in April.", "In May\n 30 left.", "They left in June."]


class Listed:
    """A Reader that knows the log odds of three texts."""

    def __init__(self, *odds: float) -> None:
        self.odds = dict(zip((" ".join(text.split()) for text in TEXTS), odds, strict=True))
        self.asked: list[str] = []
        self.read: list[str] = []

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append(question)
        self.read += texts
        return [self.odds[text] for text in texts]


RANKED = [
    sentence(found(passage([text], document=f"d{place}")), 0, score=3.0 - place) for place, text in enumerate(TEXTS)
]


@pytest.mark.parametrize(
    ("odds", "order", "best"),
    [
        ((1.0, 2.0, 9.0), [0, 1, 2], 2.0),  # one point of log odds at .5 does not outweigh one of score
        ((1.0, 4.0, 9.0), [1, 0, 2], 4.0),  # three do; the third sentence is not read
        ((-1.0, -1.0, 9.0), [0, 1, 2], -1.0),  # equal odds leave the order
        ((-5.0, -5.0, 0.0), [2, 0, 1], 0.0),  # neither convinces: the third is read too, and does
        ((-5.0, -5.0, -5.0), [0, 1, 2], -5.0),  # nor does the third
    ],
)
def test_log_odds_may_set_the_second_first(odds: tuple[float, ...], order: list[int], best: float) -> None:
    reader = Listed(*odds)
    sentences = reread(ASKED, RANKED, reader, 0.5)
    assert [one.text for one in sentences] == [TEXTS[place] for place in order]
    assert [one.score for one in sentences] == [3.0, 2.0, 1.0]
    assert max(one.read for one in sentences if one.read is not None) == best
    assert all(one.read in (None, reader.odds[" ".join(one.text.split())]) for one in sentences)
    assert set(reader.asked) == {"How many left in May?"}


def test_a_sentence_far_below_the_first_is_not_read() -> None:
    far = [RANKED[0], replace(RANKED[1], score=RANKED[0].score - NEAR - 0.1)]
    reader = Listed(0.0, 99.0, 0.0)
    assert reread(ASKED, far, reader, 0.5) == [replace(far[0], read=0.0), far[1]]
    assert reader.read == [TEXTS[0]]


def test_nothing_is_read_where_nothing_was_found() -> None:
    reader = Listed(0.0, 0.0, 0.0)
    assert reread(ASKED, [], reader, 0.5) == []
    assert reader.asked == []


@pytest.mark.parametrize(("odds", "read"), [(UNCONVINCED, READ), (UNCONVINCED - 0.1, DEEPER)])
def test_so_many_are_read(odds: float, read: int) -> None:
    many = [replace(RANKED[0], score=RANKED[0].score - place / 100) for place in range(DEEPER + 1)]
    reader = Listed(odds, 0.0, 0.0)
    reread(ASKED, many, reader, 0.5)
    assert len(reader.read) == read


@pytest.mark.parametrize(
    ("place", "title", "read"),
    [
        (0, "", "The plant hired many."),
        (0, "A year at the plant", "A year at the plant — The plant hired many."),
        (1, "", "The plant hired many. They came in May."),  # who they are stands before
        (1, "A year at the plant", "A year at the plant — The plant hired many. They came in May."),
        (2, "A year at the plant", "A year at the plant — Its owner closed it in 2014."),
        (3, "", "Nobody was paid."),
    ],
)
def test_a_sentence_is_read_with_what_it_needs(place: int, title: str, read: str) -> None:
    said = found(
        passage(["The plant hired many.", "They  came\nin May.", "Its owner closed it in 2014.", "Nobody was paid."])
    )
    card = said.stored.document
    titled = replace(card, record=replace(card.record, title=title))
    one = sentence(replace(said, stored=replace(said.stored, document=titled)), place)
    assert as_read(one) == read


def test_what_introduces_a_sentence_does_not_crowd_it_out() -> None:
    given = in_context("They came in May.", "word " * 500, "Title " * 500)
    assert given.endswith("word They came in May.")
    assert len(given) <= TITLE + BEFORE + 30


def test_a_few_are_read() -> None:
    assert READ < len(TEXTS) <= DEEPER
