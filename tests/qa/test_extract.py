from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from corpus.document import Record, Span
from qa.answer import Query
from qa.answer_type import holds_kind, names_another
from qa.extract import Signals, covered_words, rank_sentences, window_similarities
from qa.highlight import highlights
from qa.question import Kind, understand
from tests.qa.samples import GLOSSARY, found, passage

COVERAGE = Signals(*[float(name == "coverage") for name in Signals.__dataclass_fields__])
ASKED = understand(Query("How many workers were expelled from Dushanbe?"), GLOSSARY)
SHARES = {concept.word: 1 / len(ASKED.concepts) for concept in ASKED.concepts}


def ranked_texts(*sentences: str) -> list[str]:
    one = found(passage(sentences), window=0.5)
    return [sentence.text for sentence in rank_sentences(ASKED, [one], SHARES, COVERAGE, one.similarities)]


def test_the_sentence_that_holds_more_of_the_question_stands_first() -> None:
    assert (
        ranked_texts("Prices rose.", "Forty workers were expelled.", "Workers came.")[0]
        == "Forty workers were expelled."
    )


def test_a_question_in_the_text_is_no_candidate() -> None:
    assert ranked_texts("How many workers were expelled from Dushanbe?", "Nobody counted them.") == [
        "Nobody counted them."
    ]


@pytest.mark.parametrize(("item", "words"), [("- Workers expelled: 40", "Workers expelled: 40"), ("–  One", "One")])
def test_a_list_item_is_quoted_without_its_mark_at_its_place(item: str, words: str) -> None:
    one = found(passage([item], start=7))
    (sentence,) = rank_sentences(ASKED, [one], SHARES, COVERAGE, one.similarities)
    assert (sentence.text, sentence.span) == (words, Span(len(item) - len(words), len(item)))


def signals(*sentences: str, title: str = "") -> dict[str, Signals]:
    one = found(passage(sentences), window=0.5)
    card = replace(one.stored.document, record=Record(title=title))
    one = replace(one, stored=replace(one.stored, document=card))
    ranked = rank_sentences(ASKED, [one], SHARES, COVERAGE, one.similarities)
    return {sentence.text: sentence.signals for sentence in ranked}


def test_what_only_the_sentence_before_or_behind_holds_is_told_apart() -> None:
    told = signals("Workers were expelled.", "Forty of the workers left.", "Dushanbe protested.")
    one = SHARES["workers"]
    assert [told["Forty of the workers left."].before, told["Forty of the workers left."].after] == [one, one]
    assert (told["Workers were expelled."].before, told["Dushanbe protested."].after) == (0.0, 0.0)


def test_words_beyond_the_question_are_counted() -> None:
    told = signals("Workers were expelled.", "Workers were expelled to Khujand by angry bakers.")
    assert [round(math.expm1(one.beyond)) for one in told.values()] == [0, 3]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("“How could we ever ignore that?” — asks Karim Saidov.", 1.0),
        ("How can they bear it?”, said the baker", 1.0),
        ("“Why go?” he asked, and then he told of the workers who were expelled in spring.", 0.0),
        ("“We could never ignore that,” says Karim Saidov.", 0.0),
        ('When asked "Do you want to return?" most migrants said no.', 0.0),
        ("На вопрос «Хотите ли вы вернуться?» большинство ответило отрицательно.", 0.0),
        ('To the question "Do you send money home?" everyone answered yes.', 0.0),
        ('He came and asked "Who is it?" ' + "www." * 80 + "org", 0.0),  # a long word is looked at once
    ],
)
def test_what_somebody_asks_tells_too_little(text: str, asks: float) -> None:
    assert signals(text)[text].short == asks


def test_the_name_of_who_speaks_is_no_subject() -> None:
    told = signals("Dushanbe Workers: We wait.", "Dushanbe waits.")
    assert told["Dushanbe Workers: We wait."].coverage == 0.0
    assert told["Dushanbe waits."].coverage == SHARES["dushanbe"]


@pytest.mark.parametrize("above", ["How many workers were expelled?", "Workers expelled from:"])
def test_what_stands_under_a_question_or_a_list_s_line_is_about_it(above: str) -> None:
    told = signals("Rain fell.", above, "Many things.", "Snow fell.", "Hail fell.")
    assert told["Hail fell."].around == pytest.approx(2 * SHARES["workers"])
    assert told["Rain fell."].around == pytest.approx(2 * SHARES["workers"])  # its neighbour
    assert signals("Rain fell.", "Many things.", above)["Rain fell."].around == 0.0


def test_a_headline_is_no_candidate_and_a_title_that_is_a_sentence_is() -> None:
    assert list(signals("Workers expelled", "Rain fell.", title="Workers expelled")) == ["Rain fell."]
    assert list(signals("Workers left.", title="Workers left.")) == ["Workers left."]


def test_nothing_found_gives_no_sentences() -> None:
    assert rank_sentences(ASKED, [], SHARES, COVERAGE, np.empty(0, np.float32)) == []


def test_a_name_counts_in_every_spelling_of_the_glossary() -> None:
    assert "dushanbe" in covered_words(ASKED, "Их выслали в Душанбе.", "ru")
    assert "dushanbe" not in covered_words(ASKED, "Их выслали в Худжанд.", "ru")


def test_a_sentence_takes_the_best_window_that_holds_it() -> None:
    one = passage(["First.", "Second."])
    whole = Span(0, len(one.text))
    wide = found(replace(one, windows=(*one.windows, whole)))
    wide.similarities[:] = [0.25, 0.5, 0.75]
    assert window_similarities(wide) == [(0.25, 0.75), (0.5, 0.75)]


@pytest.mark.parametrize(
    ("kind", "text", "question", "held"),
    [
        ("count", "They expelled 40 people.", "How many in 2024?", True),
        ("count", "They were expelled in 2024.", "How many in 2024?", False),
        ("count", "The blast killed 5 people.", "How many were killed in 2015?", True),
        ("when", "It was signed in May.", "When was it signed?", True),
        ("who", "The note was sent by Muhriddin.", "Who sent the note?", True),
        ("who", "The note was sent by him.", "Who sent the note?", False),
        ("why", "Они уехали из-за проверок.", "Почему они уехали?", True),
        ("other", "Anything at all 2024.", "Describe it.", False),
    ],
)
def test_a_kind_of_answer_needs_a_sign_that_the_question_does_not_bring(
    kind: Kind, text: str, question: str, held: bool
) -> None:
    assert holds_kind(kind, text, question) is held


def test_highlights_are_the_documents_own_words() -> None:
    text = "🚌 Forty workers left Dushanbe."
    one = passage([text], start=100)
    words = [text[span.start - 100 : span.end - 100] for span in highlights(one, ASKED)]
    assert words == ["workers", "Dushanbe"]


@pytest.mark.parametrize(
    ("text", "question", "another"),
    [
        ("The judge was Saidov.", "Who was the judge?", True),
        ("Yusuf Sultanov lost his nephew.", "What was the name of the nephew?", True),  # of whom, a reader tells
        ("A Tajik worker was pushed off a train on Sunday in May.", "What was the worker's name?", False),
        ("Some were beaten.", "Which company is named?", False),  # a capital at the head says nothing
        ("He lives with Laziz and a Tajik wife.", "Как зовут жену Лазиза?", False),  # in another spelling
        ("In Kaluga a group beat three citizens.", "Назовите имена троих, избитых в Калуге.", False),
        ("It is the “great wall”.", "What is the name of the plan?", True),
        ("Judge Saidov sat in Kaluga.", "Кто был судьёй в Калуге?", True),
        ("He works in Ob.", "Which town is it, Oba?", True),  # short names are told apart by every letter
    ],
)
def test_another_name_is_one_that_the_question_does_not_bring(text: str, question: str, another: bool) -> None:
    assert names_another(text, question) is another


@pytest.mark.parametrize(
    ("text", "question", "around", "another"),
    [
        ("ВТБ остановил переводы.", "Какой банк остановил переводы?", "", True),
        ("Sberbank stopped.", "Which bank stopped?", "Money at Sberbank is late. Sberbank stopped.", True),
        ("Money stopped.", "Which bank stopped?", "Money at Sberbank is late. Money stopped.", False),
        ("Migrants are late.", "Which bank is late?", "Tajiks, all migrants, are late. Migrants are late.", False),
        ("He lives in Kazan.", "Which city in Kazakhstan is it?", "", True),
        ("Money goes through Таджиксодиротбанк.", "Which bank is it?", "", True),
        ("He told it to RFE.", "Which outlet told it?", "", True),
        ("He told it to RFE.", "What is his name?", "", False),
    ],
)
def test_a_first_word_may_be_a_name(text: str, question: str, around: str, another: bool) -> None:
    assert names_another(text, question, around) is another
