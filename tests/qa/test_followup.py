from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import Query
from qa.followup import standalone
from qa.question import understand
from qa.slots import slots
from tests.qa.samples import GLOSSARY

GOLDEN = Path(__file__).parents[1] / "golden" / "library.jsonl"
EN = "How many Tajik migrants were deported from Russia in 2024?"
RU = "Сколько граждан Таджикистана выслали из России в 2024 году?"
TG = "Соли 2024 аз Русия чанд шаҳрванди Тоҷикистон ихроҷ шуд?"
PERSON = "What did Gryzlov propose in 2011?"

REPLACED = [
    (EN, "And in 2023?", "How many Tajik migrants were deported from Russia in 2023?"),
    (EN, "In 2023?", "How many Tajik migrants were deported from Russia in 2023?"),
    (EN, "How many in 2025?", "How many Tajik migrants were deported from Russia in 2025?"),
    (EN, "And from Kazakhstan?", "How many Tajik migrants were deported from Kazakhstan in 2024?"),
    (EN, "What about students?", "How many Tajik students were deported from Russia in 2024?"),
    (EN, "Why?", "Why Tajik migrants were deported from Russia in 2024?"),
    (PERSON, "And Zhirinovsky?", "What did Zhirinovsky propose in 2011?"),
    (PERSON, "When did he say it?", "When did Gryzlov say it (propose 2011)?"),
    (PERSON, "What did the government answer him?", "What did the government answer Gryzlov (propose 2011)?"),
    (RU, "А в 2023 году?", "Сколько граждан Таджикистана выслали из России в 2023 году?"),
    (RU, "А женщин?", "Сколько женщин Таджикистана выслали из России в 2024 году?"),
    (RU, "А из Казахстана?", "Сколько граждан Таджикистана выслали из Казахстана в 2024 году?"),
    (RU, "А что насчёт студентов?", "Сколько студентов Таджикистана выслали из России в 2024 году?"),
    (RU, "Почему?", "Почему граждан Таджикистана выслали из России в 2024 году?"),
    (TG, "Ва дар соли 2023?", "Соли 2023 аз Русия чанд шаҳрванди Тоҷикистон ихроҷ шуд?"),
    (TG, "Ва аз Қазоқистон?", "Соли 2024 аз Қазоқистон чанд шаҳрванди Тоҷикистон ихроҷ шуд?"),
    (TG, "Ва занҳо?", "Соли 2024 аз Русия чанд занҳо Тоҷикистон ихроҷ шуд?"),
    (EN, "And the year before?", "How many Tajik migrants were deported from Russia in 2023?"),
    (EN, "How many in the following year?", "How many Tajik migrants were deported from Russia in 2025?"),
    (EN, "And from Kazakhstan a year earlier?", "How many Tajik migrants were deported from Kazakhstan in 2023?"),
    (RU, "А годом раньше?", "Сколько граждан Таджикистана выслали из России в 2023 году?"),
    (TG, "Ва як сол пеш?", "Соли 2023 аз Русия чанд шаҳрванди Тоҷикистон ихроҷ шуд?"),
    (TG, "Ва соли кабли?", "Соли 2023 аз Русия чанд шаҳрванди Тоҷикистон ихроҷ шуд?"),
    (RU, "А сколько примерно?", "Сколько примерно граждан Таджикистана выслали из России в 2024 году?"),
    (PERSON, "What exactly?", "What exactly did Gryzlov propose in 2011?"),
    (TG, "Чаро?", "Соли 2024 аз Русия чаро шаҳрванди Тоҷикистон ихроҷ шуд?"),
]


@pytest.mark.parametrize(("earlier", "text", "complete"), REPLACED)
def test_what_is_named_takes_the_place_of_its_kind(earlier: str, text: str, complete: str) -> None:
    assert standalone(text, [earlier]) == complete


@pytest.mark.parametrize(
    ("earlier", "text", "brought"),
    [
        (EN, "How many of them were women?", {"tajik", "migrants", "deported", "2024"}),
        (EN, "When did they return?", {"tajik", "migrants", "deported", "2024"}),
        (RU, "Сколько из них женщин?", {"граждан", "таджикистана", "выслали", "2024"}),
        (RU, "И когда они вернулись?", {"граждан", "таджикистана", "выслали", "2024"}),
        (TG, "Аз онҳо чанд нафар зан буд?", {"шаҳрванди", "тоҷикистон", "ихроҷ", "2024"}),
        (TG, "Онҳо кай баргаштанд?", {"шаҳрванди", "тоҷикистон", "ихроҷ", "2024"}),
        (EN, "How many such people came back?", {"tajik", "migrants", "deported", "2024"}),
        (RU, "Сколько таких случаев в Казахстане?", {"граждан", "таджикистана", "выслали", "2024"}),
        (TG, "Чунин ҳодисаҳо чанд буд?", {"шаҳрванди", "тоҷикистон", "ихроҷ", "2024"}),
    ],
)
def test_a_pronoun_brings_the_earlier_words_along(earlier: str, text: str, brought: set[str]) -> None:
    complete = standalone(text, [earlier])
    assert complete.startswith(text.rstrip("?").removeprefix("И "))
    assert all(word in complete for word in brought)


@pytest.mark.parametrize(
    ("earlier", "text", "complete"),
    [
        (
            EN,
            "And how many such cases were there a year earlier?",
            "how many such cases were there (tajik migrants deported russia 2023)?",
        ),
        (
            RU,
            "А сколько таких случаев было годом раньше?",
            "сколько таких случаев было (граждан таджикистана выслали россии 2023)?",
        ),
        (EN, "And what was it in 2019?", "what was it in 2019 (tajik migrants deported russia)?"),
    ],
)
def test_the_year_asked_for_takes_the_place_of_the_earlier_one(earlier: str, text: str, complete: str) -> None:
    assert standalone(text, [earlier]) == complete


@pytest.mark.parametrize(
    "text",
    [
        "How many Tajik migrants were deported in 2020, and how many a year earlier?",
        "Кто такие узбеки?",
        "Что такое патент?",
        "Which goods such as wheat does Tajikistan buy?",
    ],
)
def test_a_question_that_names_what_it_is_about_is_left_alone(text: str) -> None:
    assert standalone(text, [EN]) == text


def test_without_a_year_before_it_a_year_earlier_stays_as_typed() -> None:
    assert standalone("And a year earlier?", ["Who met Putin?"]) == "Who met Putin a year earlier?"


def test_what_finds_no_place_is_added() -> None:
    assert standalone("And in 2013?", ["Who met the ambassador?"]) == "Who met the ambassador in 2013?"


def test_earlier_follow_ups_are_completed_first() -> None:
    assert standalone("And women?", [EN, "And in 2023?"]) == "How many Tajik women were deported from Russia in 2023?"


def test_a_complete_question_ends_what_came_before() -> None:
    history = [RU, "Who is Boris Gryzlov?"]
    assert standalone("Why?", history) == "Why is Boris Gryzlov?"


@pytest.mark.parametrize("text", ["Why?", "And in 2023?", "А женщины?", "Чаро?"])
def test_without_earlier_questions_nothing_is_made_up(text: str) -> None:
    assert standalone(text, []) == text


def test_no_golden_question_is_taken_for_a_follow_up() -> None:
    questions = [json.loads(line)["question"] for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    changed = [text for text in questions if standalone(text, [EN]) != text]
    assert len(questions) > 800
    assert changed == []


@pytest.mark.parametrize(
    ("earlier", "text", "language"),
    [
        (EN, "And in 2023?", "en"),
        (RU, "А женщины?", "ru"),
        (TG, "Ва дар соли 2023?", "tg"),
        (RU, "2023?", "ru"),
        (TG, "2023?", "tg"),
        (RU, "And in 2023?", "en"),
    ],
)
def test_the_language_of_a_follow_up(earlier: str, text: str, language: str) -> None:
    assert understand(Query(text, history=(earlier,)), GLOSSARY).question.language == language


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), max_size=4), st.text(min_size=1, max_size=60))
def test_any_history_can_be_read(history: list[str], text: str) -> None:
    complete = standalone(text, history)
    assert bool(complete.strip()) or not text.strip()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("women left Russia in May 2024?", [("people", "women"), ("place", "Russia"), ("time", "May 2024")]),
        ("Из Узбекистана в Россию ехали узбеки", [("place", "Узбекистана"), ("place", "Россию"), ("nation", "узбеки")]),
        ("соли 2024 занҳо аз Тоҷикистон", [("time", "соли 2024"), ("people", "занҳо"), ("place", "Тоҷикистон")]),
        ("занятия и сон", []),
    ],
)  # fmt: skip
def test_the_slots_of_a_question(text: str, found: list[tuple[str, str]]) -> None:
    assert [(slot.kind, slot.text) for slot in slots(text)] == found
