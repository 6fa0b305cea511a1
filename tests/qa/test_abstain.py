from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.abstain import Calibration, Evidence, chance, decide, gather, read_and_gather
from qa.answer import Query
from qa.question import understand
from qa.reread import CERTAIN, DENIED
from qa.retrieve import Retrieval
from tests.qa.samples import GLOSSARY, found, passage, sentence

NAMES = [field.name for field in fields(Evidence)]
NUMBERS = st.floats(-5, 5)
EVIDENCE = st.builds(Evidence, **dict.fromkeys(NAMES, NUMBERS))


def test_nothing_found_is_no_evidence_at_all() -> None:
    asked = understand(Query("visa rules"), GLOSSARY)
    assert gather(asked, Retrieval(), []) == Evidence()


class Judge:
    """A Reader that gives each text its log odds, by its last word."""

    def __init__(self, **odds: float) -> None:
        self.odds = odds

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question == "Where did they go?"
        return [self.odds[text.rstrip(".").split()[-1]] for text in texts]


@pytest.mark.parametrize(("bias", "read", "first"), [(0.0, 3.0, "Asia."), (-9.0, -2.0, "Baku.")])
def test_what_is_read_sets_the_order_and_is_one_more_piece_of_evidence(bias: float, read: float, first: str) -> None:
    asked = understand(Query("Where did they go?"), GLOSSARY)
    one = found(passage(["Gulya went to Baku.", "Gulya went to Asia."]))
    ranked = [sentence(one, 0, score=1.0), sentence(one, 1, score=0.5)]
    reader, model = Judge(Baku=-2.0, Asia=3.0), Calibration(Evidence(), bias, 0.5, 0.0)
    retrieval = Retrieval(above=np.array([0.1], np.float32))
    sentences, evidence = read_and_gather(asked, retrieval, ranked, reader, 0.5, model)
    assert sentences[0].text.endswith(first)
    assert evidence == replace(gather(asked, retrieval, ranked), read=read)


def test_for_a_first_sentence_that_cannot_answer_no_other_speaks() -> None:
    asked = understand(Query("Where did they go?"), GLOSSARY)
    one = found(passage(["Gulya went to Baku.", "Gulya went to Asia."]))
    ranked = [sentence(one, 0, score=2.0), sentence(one, 1, score=1.0)]
    reader, model = Judge(Baku=DENIED, Asia=-3.5), Calibration(Evidence(), 0.0, 0.5, 0.0)
    sentences, evidence = read_and_gather(
        asked, Retrieval(above=np.array([0.1], np.float32)), ranked, reader, 0.5, model
    )
    assert [one.read for one in sentences] == [DENIED, -3.5]
    assert evidence.read == DENIED


@pytest.mark.parametrize(
    ("question", "worth", "kinds"),
    [
        ("How many left, according to HRW?", 0.0, 1.0),
        ("How many left, according to HRW?", 0.5, 0.0),
        ("How many left, according to the 2011 article?", 0.0, 0.0),  # a text need not be dated
        ("How many left in May?", 0.0, 0.0),
    ],
)
def test_another_source_than_the_one_asked_of_speaks_against_an_answer(
    question: str, worth: float, kinds: float
) -> None:
    one = sentence(found(passage(["Thirty left."])), 0)
    best = replace(one, signals=replace(one.signals, source=worth))
    retrieval = Retrieval(above=np.array([0.1], np.float32))
    assert gather(understand(Query(question), GLOSSARY), retrieval, [best]).elsewhere == kinds


def test_where_no_passage_holds_a_word_of_the_question_nearness_is_no_answer() -> None:
    near, calibration = Evidence(similarity=0.9), Calibration(Evidence(similarity=9.0), 0.0, 0.5, 0.8)
    assert chance(near, calibration, met=0.01) == calibration.probability(near) > 0.9
    assert chance(near, calibration, met=0.0) == 0.0


def test_nothing_outweighs_a_reader_that_is_certain() -> None:
    calibration = Calibration(Evidence(similarity=100.0, read=0.5), -10.0, 0.5, 0.8)
    near = Evidence(similarity=0.9, read=CERTAIN)
    assert calibration.probability(near) > 0.9
    assert chance(near, calibration, met=1.0) == 0.0
    assert chance(replace(near, read=CERTAIN + 0.01), calibration, met=1.0) > 0.9


@given(EVIDENCE, EVIDENCE, NUMBERS)
def test_the_probability_is_the_logistic_of_the_weighted_sum(
    evidence: Evidence, weights: Evidence, bias: float
) -> None:
    margin = sum(getattr(evidence, name) * getattr(weights, name) for name in NAMES) + bias
    found_probability = Calibration(weights, bias, 0.5, 0.0).probability(evidence)
    assert found_probability == pytest.approx(1 / (1 + math.exp(-margin)), abs=1e-12)


@pytest.mark.parametrize(
    ("probability", "similarity", "expected"),
    [
        (0.6, 0.1, None),
        (0.9, 0.9, None),
        (0.59, 0.8, "not_in_corpus"),
        (0.59, 0.79, "out_of_scope"),
        (0.0, 0.0, "out_of_scope"),
    ],
)
def test_the_decision_and_its_reason(probability: float, similarity: float, expected: str | None) -> None:
    calibration = Calibration(Evidence(), 0.0, answer_at=0.6, in_scope_at=0.8)
    assert decide(probability, Evidence(similarity=similarity), calibration) == expected


def test_evidence_worked_out_by_hand() -> None:
    asked = understand(Query("How many visas in Lapland?"), GLOSSARY)
    best = found(passage(["Visas were few.", "Rain fell."]), 1, window=0.8, above=0.3, lexical=10.0)
    other = found(passage(["Other."], document="e"), 2, window=0.9, above=0.1)
    shares = {"visas": 0.25, "lapland": 0.75}
    figures = np.array([0.8, 0.8, 0.9], np.float32), np.array([0.3, 0.1], np.float32)
    retrieval = Retrieval((best, other), shares, 0.7, *figures)
    evidence = gather(asked, retrieval, [sentence(best, 0, 1.5, {"visas"})])
    assert evidence == Evidence(
        similarity=pytest.approx(0.9),
        background=0.7,
        lead=pytest.approx(0.2),
        missing=0.75,
        sentence=1.5,
        words=2.0,
        count=1.0,
        untyped=1.0,
        unnamed=0.75,
    )


@pytest.mark.parametrize(
    ("question", "said", "untyped", "undated"),
    [
        ("How many visas in 2011?", "In 2011 there were 40 visas.", 0.0, 0.0),
        ("How many visas in 2011?", "In 2012 there were visas.", 1.0, 1.0),
        ("How many visas were there?", "Visas were few.", 1.0, 0.0),
        ("Why were there few visas?", "Visas were few.", 0.0, 0.0),
        ("What was the total cost of visas?", "Visas were dear.", 1.0, 0.0),
        ("Сколько виз выдали в 2011 году?", "Visas were few.", 1.0, 1.0),
    ],
)
def test_a_figure_or_year_asked_for_and_absent(question: str, said: str, untyped: float, undated: float) -> None:
    best = found(passage([said]), 1)
    retrieval = Retrieval((best,), {}, 0.0, np.zeros(1, np.float32), np.zeros(1, np.float32))
    evidence = gather(understand(Query(question), GLOSSARY), retrieval, [sentence(best, 0)])
    assert (evidence.untyped, evidence.undated) == (untyped, undated)


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("What share of Uzbek families is poor?", 1.0),
        ("What share of Tajik families is poor?", 0.0),
        ("Why are Tajik families in Kazan poor?", 1.0),
        ("Why are Uzbek families in Kazan poor?", 2.0),
        ("Why are families poor?", 0.0),
    ],
)
def test_a_place_or_nation_asked_for_that_the_sentence_and_its_neighbours_do_not_name(
    question: str, elsewhere: float
) -> None:
    best = found(
        passage(["Many Tajik families are poor.", "Rain fell.", "Snow fell.", "Uzbek families in Kazan left."]), 1
    )
    asked = understand(Query(question), GLOSSARY)
    shares = dict.fromkeys((concept.word for concept in asked.concepts), 0.1)
    retrieval = Retrieval((best,), shares, 0.0, np.zeros(1, np.float32), np.zeros(1, np.float32))
    assert gather(asked, retrieval, [sentence(best, 0)]).elsewhere == elsewhere


def test_a_name_may_stand_in_the_passage_before() -> None:
    asked = understand(Query("What did Sharipov recall?"), GLOSSARY)
    told = found(replace(passage(["He recalled the row."], start=100), ordinal=1))
    before = found(passage(["Sharipov runs a website."]))
    shares = {"sharipov": 0.6, "recall": 0.4}
    alone, both = (
        gather(asked, Retrieval(passages, shares, above=np.array([0.1])), [sentence(told, 0, covered=["recall"])])
        for passages in ((told,), (told, before))
    )
    assert (alone.missing, alone.unnamed) == (0.6, 0.6)
    assert (both.missing, both.unnamed) == (0.0, 0.0)
