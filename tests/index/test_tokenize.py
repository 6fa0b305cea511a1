from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.stopwords import ENGLISH, RUSSIAN, TAJIK
from index.tajik import fold, stem_tajik
from index.tokenize import name_stem, query_terms, query_words, term, term_places, terms, word_places, words

TEXTS = st.text(st.sampled_from("abzАяёқҳӣ 0123.,'’ʼ-\n«»İß🇹🇯\u0301"), max_size=60) | st.text(max_size=60)

WORDS = [
    ("143,000 people", ["143000", "people"]),
    ("143 000 человек", ["143000", "человек"]),
    ("1.250.000 somoni", ["1250000", "somoni"]),
    ("8.5 years", ["8.5", "years"]),
    ("8,5 лет", ["8.5", "лет"]),
    ("in 2014, 2015", ["in", "2014", "2015"]),
    ("U.S. and U.N. staff", ["us", "and", "un", "staff"]),
    ("США и ФМС", ["сша", "и", "фмс"]),
    ("Ещё зелёный", ["еще", "зеленый"]),
    ("don't", ["don't"]),
    ("rush-hour", ["rush", "hour"]),
    ("x_y", ["x", "y"]),
    ("", []),
    (" \n—«»", []),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(TEXTS)
def test_word_places_give_the_same_words_at_their_places(text: str) -> None:
    found = list(word_places(text))
    assert [word for word, _, _ in found] == words(text)
    ends = [0, *(last for _, _, last in found)]
    assert all(end <= first < last for end, (_, first, last) in zip(ends, found, strict=False))
    assert all(words(text[first:last])[:1] for _, first, last in found)


@given(TEXTS, st.sampled_from(["en", "ru", "tg", "und"]))
def test_term_places_give_the_term_of_each_word_at_its_place(text: str, language: str) -> None:
    expected = [(term(word, language), first, last) for word, first, last in word_places(text)]
    assert list(term_places(text, language)) == expected


@given(TEXTS, st.sampled_from(["en", "ru", "tg", "und"]))
def test_any_text_has_terms_and_none_is_empty(text: str, language: str) -> None:
    assert all(terms(text, language))
    assert len(terms(text, language)) <= len(words(text))


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["deported", "deports", "deporting", "Deport"]),
        ("en", ["remittances", "remittance"]),
        ("ru", ["мигранты", "мигрантов", "мигрантами", "Мигрант"]),
        ("ru", ["депортация", "депортации", "депортацию"]),
        ("tg", ["муҳоҷирон", "муҳоҷир", "муҳоҷирони", "муҳоҷиронро"]),
        ("tg", ["деҳаҳо", "деҳа"]),
        ("tg", ["давлат", "давлатҳои", "давлати"]),
        ("tg", ["ҳукумат", "ҳукумати", "ҳукуматро"]),
        ("tg", ["вилоят", "вилояти", "вилоятҳо"]),
        ("tg", ["фарзанд", "фарзандон", "фарзандаш"]),
    ],
)
def test_inflected_forms_are_one_term(language: str, forms: list[str]) -> None:
    assert len({terms(form, language)[0] for form in forms}) == 1


@pytest.mark.parametrize(
    ("language", "left", "right"),
    [("en", "police", "policy"), ("ru", "патент", "паспорт"), ("tg", "об", "оби"), ("en", "2014", "2015")],
)
def test_other_words_are_other_terms(language: str, left: str, right: str) -> None:
    assert terms(left, language) != terms(right, language)


@pytest.mark.parametrize(
    ("proper", "typed"),
    [("муҳоҷир", "мухочир"), ("қонун", "конун"), ("ғамгин", "гамгин"), ("Ҷумҳурӣ", "Чумхури"), ("рӯзнома", "рузнома")],
)
def test_tajik_letters_may_be_typed_on_a_russian_keyboard(proper: str, typed: str) -> None:
    assert terms(proper, "tg") == terms(typed, "tg") != []
    assert set(query_terms(typed, "ru")) & set(terms(proper, "tg"))


@pytest.mark.parametrize(("language", "stop"), [("en", ENGLISH), ("ru", RUSSIAN), ("tg", TAJIK)])
def test_function_words_of_a_language_are_no_terms(language: str, stop: frozenset[str]) -> None:
    single = [word for word in stop if words(word) == [word]]
    assert len(single) > 50
    assert [word for word in single if term(word, language)] == []


@pytest.mark.parametrize(("language", "word"), [("en", "not"), ("en", "without"), ("ru", "не"), ("ru", "без")])
def test_words_that_turn_a_meaning_stay_searchable(language: str, word: str) -> None:
    assert terms(word, language)


def test_a_question_word_stands_under_both_cyrillic_stems_its_own_language_first() -> None:
    russian, tajik = term("работами", "ru"), term("работами", "tg")
    assert russian != tajik
    assert query_words("работами", "ru") == [("работами", (russian, tajik))]
    assert query_words("работами", "tg") == [("работами", (tajik, russian))]


def test_a_repeated_word_of_a_question_counts_once() -> None:
    assert query_terms("visa visa VISAS", "en") == [term("visa", "en")]


def test_a_long_run_of_letters_is_cut() -> None:
    assert [len(word) for word in words("a" * 5_000)] == [64]


@pytest.mark.parametrize("word", ["ро", "ҳо", "дар", "шаҳр"])
def test_a_short_tajik_word_keeps_its_letters(word: str) -> None:
    assert stem_tajik(fold(word)) == fold(word)


@pytest.mark.parametrize(("left", "right"), [("душанбе", "душанбеи"), ("москва", "москвы"), ("rahmon", "rahmon's")])
def test_names_match_whatever_their_case_ending(left: str, right: str) -> None:
    assert name_stem(left) == name_stem(right)
