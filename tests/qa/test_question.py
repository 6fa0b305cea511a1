from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.glossary import Entry, Glossary
from index.tokenize import query_terms
from qa.answer import Query
from qa.question import ALIAS_WEIGHT, open_glossary, understand
from tests.qa.samples import GLOSSARY


def test_a_name_brings_its_other_spellings_at_less_weight_and_shows_them() -> None:
    asked = understand(Query("Who needs a patent in Dushanbe?"), GLOSSARY)
    assert [(one.found, one.aliases) for one in asked.question.expansions] == [
        ("patent", ("work permit", "патент")),
        ("Dushanbe", ("Душанбе",)),
    ]
    for typed in query_terms("patent Dushanbe needs", "en"):
        assert asked.terms[typed] == 1.0
    for added in [*query_terms("work permit", "en"), *query_terms("патент Душанбе", "ru")]:
        assert asked.terms[added] == ALIAS_WEIGHT


def test_a_word_counts_as_held_under_any_of_its_spellings() -> None:
    asked = understand(Query("patent rules"), GLOSSARY)
    held = {concept.word: concept.terms for concept in asked.concepts}
    assert set(query_terms("патент", "ru")) < held["patent"]
    assert set(query_terms("patent", "en")) < held["patent"]
    assert held["rules"] == frozenset(query_terms("rules", "en"))


def test_a_name_of_several_words_stands_under_those_that_are_its_own() -> None:
    banks = Glossary(
        [
            Entry(en=("ADB", "Asian Development Bank"), ru=("Азиатский банк развития",)),
            Entry(en=("EDB", "Eurasian Development Bank"), ru=("Евразийский банк развития",)),
            Entry(en=("Development Bank",), ru=("Банк развития",)),
        ]
    )
    held = {c.word: c.terms for one in ("ADB", "Банк развития") for c in understand(Query(one), banks).concepts}
    assert held["adb"] == frozenset(query_terms("ADB Asian", "en") + query_terms("азиатский", "ru"))
    assert held["банк"] > frozenset(query_terms("Development Bank", "en"))


def test_an_inflected_name_is_expanded() -> None:
    asked = understand(Query("Что изменилось в патентах?"), GLOSSARY)
    assert [one.found for one in asked.question.expansions] == ["патентах"]


def test_a_question_without_names_is_not_expanded() -> None:
    asked = understand(Query("Were airlines paid?"), GLOSSARY)
    assert asked.question.expansions == ()
    assert set(asked.terms.values()) == {1.0}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who is Rahmon?", {"rahmon"}),
        ("Rahmon said what?", set()),
        ("Кто такой Рахмон из Душанбе?", {"рахмон", "душанбе"}),
        ("Did Emomali Rahmon meet migrants?", {"emomali", "rahmon"}),
    ],
)
def test_capitals_inside_a_question_mark_names(text: str, names: set[str]) -> None:
    assert {concept.word for concept in understand(Query(text), GLOSSARY).concepts if concept.is_name} == names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many people were deported last year?", "en"),
        ("Сколько человек выслали в прошлом году?", "ru"),
        ("Чанд нафар муҳоҷир аз Русия бадарға шуд?", "tg"),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert understand(Query(text), GLOSSARY).question.language == language


@pytest.mark.parametrize(("text", "understood"), [("?!", False), ("👍🇹🇯", False), ("12", True), ("visa", True)])
def test_a_question_without_words_is_not_understood(text: str, understood: bool) -> None:
    assert understand(Query(text), GLOSSARY).understood is understood


@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_question_can_be_read(text: str) -> None:
    asked = understand(Query(text), GLOSSARY)
    assert asked.question.text == text
    assert {term for concept in asked.concepts for term in concept.terms} <= set(asked.terms)


def test_the_shipped_glossary_knows_names_in_their_inflected_forms() -> None:
    asked = understand(Query("Что сказали в Душанбе о Рахмоне?"), open_glossary())
    assert {"Рахмоне", "Душанбе"} <= {one.found for one in asked.question.expansions}
