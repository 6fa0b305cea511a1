"""The best sentences in the order of what a reader says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from corpus.document import Dated
from qa.answer import Query
from qa.question import understand
from qa.reread import (
    CERTAIN,
    DENIED,
    DOUBTFUL,
    HOPELESS,
    LEAD,
    NONE,
    READ,
    TITLE,
    TOLD,
    as_read,
    in_context,
    reread,
    said,
)
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
        ((-0.6, 0.4, 9.0), [0, 1, 2], 0.4),  # one point of log odds at .5 does not outweigh one of score
        ((-0.6, 3.2, 9.0), [1, 0, 2], 3.2),  # three do; the third sentence is not read
        ((-3.0, -3.0, 9.0), [2, 0, 1], 9.0),  # where neither of two is an answer, the third is read
        ((-1.0, -1.0, 9.0), [0, 1, 2], -1.0),  # equal odds leave the order
        ((1.0, 9.0, 9.0), [0, 1, 2], 1.0),  # the first leads by far: no other is read
    ],
)
def test_log_odds_may_set_the_second_first(odds: tuple[float, ...], order: list[int], best: float) -> None:
    reader = Listed(*odds)
    sentences = reread(ASKED, RANKED, reader, 0.5, 0.0)
    assert [one.text for one in sentences] == [TEXTS[place] for place in order]
    assert [one.score for one in sentences] == [3.0, 2.0, 1.0]
    assert max(one.read for one in sentences if one.read is not None) == best
    assert all(one.read in (None, reader.odds[" ".join(one.text.split())]) for one in sentences)
    assert set(reader.asked) == {"How many left in May?"}


def test_nothing_is_read_where_nothing_was_found() -> None:
    reader = Listed(0.0, 0.0, 0.0)
    assert reread(ASKED, [], reader, 0.5, 0.0) == []
    assert reader.asked == []


@pytest.mark.parametrize(
    ("odds", "below", "read"),
    [
        (0.0, LEAD - 0.1, 2),
        (0.0, LEAD, 1),
        (-1.0, LEAD + 0.45, 2),  # what does not answer loses half a point of its lead for each of its log odds
        (-1.0, LEAD + 0.55, 1),
        (1.0, LEAD - 0.55, 2),
        (1.0, LEAD - 0.45, 1),
    ],
)
def test_the_second_is_read_where_the_first_does_not_lead_by_far(odds: float, below: float, read: int) -> None:
    reader = Listed(odds, 0.0, 0.0)
    first, second, third = RANKED
    ranked = [first, replace(second, score=first.score - below), replace(third, score=-9.0)]
    reread(ASKED, ranked, reader, 0.5, 0.0)
    assert len(reader.read) == read


@pytest.mark.parametrize(("expected", "read"), [(HOPELESS + 0.1, READ), (HOPELESS, 1)])
def test_the_second_is_not_read_where_all_else_speaks_against_an_answer(expected: float, read: int) -> None:
    reader = Listed(-3.0, -3.0, 0.0)
    reread(ASKED, RANKED, reader, 0.5, expected)
    assert len(reader.read) == read


@pytest.mark.parametrize(
    ("odds", "expected", "read"),
    [
        (DOUBTFUL - 0.1, HOPELESS + 0.1, 3),
        (DOUBTFUL, HOPELESS + 0.1, 1),  # it leads by far, and answers well enough
        (CERTAIN, HOPELESS + 0.1, 1),  # no doubt is left
        (DOUBTFUL - 0.1, HOPELESS, 1),  # nor where all else speaks against an answer
    ],
)
def test_further_sentences_are_read_in_doubt(odds: float, expected: float, read: int) -> None:
    reader = Listed(odds, odds, 2.0)
    ranked = [RANKED[0], *(replace(one, score=-9.0) for one in RANKED[1:])]
    sentences = reread(ASKED, ranked, reader, 0.5, expected)
    assert len(reader.read) == read
    assert said([one.read for one in sentences if one.read is not None]) == (2.0 if read == 3 else odds)


@pytest.mark.parametrize(
    ("odds", "worth"),
    [
        ([], 0.0),
        ([-2.0, 1.0], 1.0),
        ([DENIED, 1.0], DENIED),
        ([NONE] * READ, NONE),
        ([NONE] * (READ + 1), DENIED),  # many were read, and none answers
        ([NONE] * READ + [NONE + 0.1], NONE + 0.1),
    ],
)
def test_a_reader_says_the_best_unless_none_of_many_answers(odds: list[float], worth: float) -> None:
    assert said(odds) == worth


@pytest.mark.parametrize(("worth", "asked"), [(0.5, "how many left?"), (0.0, "According to HRW, how many left?")])
def test_a_text_of_the_source_asked_of_is_not_asked_whose_it_is(worth: float, asked: str) -> None:
    reader = Listed(0.0, 0.0, 0.0)
    own = replace(RANKED[0], signals=replace(RANKED[0].signals, source=worth))
    reread(understand(Query("According to HRW, how many left?"), GLOSSARY), [own], reader, 0.5, 0.0)
    assert reader.asked == [asked]


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("How many left in May 2030?", True),  # the document is older than that
        ("What is the name of the town?", True),  # no name is told
        ("How many left in May?", False),
        ("Can 30 leave in May 2030?", False),  # a rule may still hold
        ("When in May 2030 did they leave?", False),
        ("How many left by the May 2030 law?", False),
    ],
)
def test_what_cannot_answer_is_denied_unread(question: str, denied: bool) -> None:
    reader = Listed(0.0, 0.0, 0.0)
    stored = RANKED[0].found.stored
    dated = replace(stored.document, record=replace(stored.document.record, published=Dated("2011-05-01", "stated")))
    first = replace(RANKED[0], found=replace(RANKED[0].found, stored=replace(stored, document=dated)))
    (one,) = reread(understand(Query(question), GLOSSARY), [first], reader, 0.5, 0.0)
    assert one.read == (DENIED if denied else 0.0)
    assert len(reader.read) == (0 if denied else 1)


SAID = ["The plant hired many.", "They  came\nin May.", "The mayor of Vakhsh paid nobody.", "Two left, said its owner."]


@pytest.mark.parametrize(
    ("place", "title", "read"),
    [
        (0, "", "The plant hired many."),
        (0, "A year at the plant", "A year at the plant — The plant hired many."),
        (1, "", "The plant hired many. | They came in May."),  # who they are stands before
        (1, "A year at the plant", "A year at the plant — The plant hired many. | They came in May."),
        (2, "A year at the plant", "A year at the plant — The mayor of Vakhsh paid nobody."),  # told by a name
        (3, "", "The mayor of Vakhsh paid nobody. | Two left, said its owner."),  # points back further on
    ],
)
def test_a_sentence_is_read_with_what_it_needs(place: int, title: str, read: str) -> None:
    said = found(passage(SAID))
    card = said.stored.document
    titled = replace(card, record=replace(card.record, title=title))
    one = sentence(replace(said, stored=replace(said.stored, document=titled)), place)
    assert as_read(one) == read


@pytest.mark.parametrize(
    ("text", "is_told_by_another"),
    [
        ("Nobody was paid.", True),  # names neither who nor where
        ("Из них 27 уже выслали в Душанбе.", True),
        ("Инчунин дар Маскав 27 нафар.", True),
        ("Из Москвы выслали 27 человек.", False),
        ("Аз Маскав 27 нафарро ихроҷ карданд, гуфт Раҳмон.", False),
    ],
)
def test_what_names_nothing_or_points_back_is_read_behind_the_sentence_before(
    text: str, is_told_by_another: bool
) -> None:
    assert in_context(text, "Before.", "") == (f"Before. | {text}" if is_told_by_another else text)


def test_what_introduces_a_sentence_does_not_crowd_it_out() -> None:
    given = in_context("They came in May.", "word " * 500, "Title " * 500)
    assert given.endswith("word | They came in May.")
    assert len(given) <= TITLE + TOLD + len(" —  | ")
    long = "They came. " * 30
    assert in_context(long, "word " * 500, "Title") == f"Title — {long}".strip()
