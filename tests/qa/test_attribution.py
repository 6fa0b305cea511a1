"""Whose text a question asks of, and what that is worth to a document."""

from __future__ import annotations

import pytest

from corpus.document import Dated, Record
from qa.answer import Query
from qa.attribution import attributed, worth
from qa.question import Context, QuestionPolicy, understand
from tests.qa.samples import GLOSSARY

HRW, FIDH = "Human Rights Watch", "International Federation for Human Rights (FIDH)"
TOLD = {
    "How many were freed, according to HRW in 1995?": ("How many were freed?", {HRW}, "1995"),
    "According to the 2011 IWPR piece, who was freed there?": (
        "who was freed there?", {"Institute for War and Peace Reporting"}, "2011",
    ),
    "How did tighter laws bite, according to FIDH and Human Rights Watch?": (
        "How did tighter laws bite?", {HRW, FIDH}, "",
    ),
    "How many migrants died, according to Reuters, AFP and the BBC?": (
        "How many migrants died?", {"Reuters", "AFP", "BBC"}, "",
    ),
    "According to Human Rights Watch (HRW), how many were freed?": ("how many were freed?", {HRW}, ""),
    "How much was sent home, in The Moscow Times of February 2014?": (
        "How much was sent home?", {"The Moscow Times"}, "February 2014",
    ),
    "How many were killed, in the Asia-Plus report of 28 March 2024?": (
        "How many were killed?", {"Asia-Plus"}, "28 March 2024",
    ),
    "how does money help firms according to the 2019 article": ("how does money help firms", set(), "2019"),
    "Какую долю составляли переводы по докладу FIDH 2014 года?": ("Какую долю составляли переводы?", {FIDH}, "2014"),
    "Когда начались бои в стране, по данным УВКБ ООН?": ("Когда начались бои в стране?", {"UNHCR"}, ""),
    "Аъзогӣ ба гуфтаи Радиои Озодӣ онҳоро ба куҷо бурд?": (
        "Аъзогӣ ба гуфтаи Радиои Озодӣ онҳоро ба куҷо бурд?", None, "",
    ),
    "Сколько людей, по данным «Азии-Плюс», уехало?": ("Сколько людей уехало?", {"Asia-Plus"}, ""),
    "Ба гуфтаи HRW, онҳоро ба куҷо бурданд?": ("онҳоро ба куҷо бурданд?", {HRW}, ""),
}  # fmt: skip
NOT_TOLD = [
    "How did Eurasianet sum up the study?",  # it is asked about
    "Who told IWPR that the police knew?",
    "How many left in 2011?",
    "Who was detained by Human Rights Watch?",
    "How many refugees are registered by UNHCR?",
    "How many migrants live in Fergana?",
    "Can a minor be taken abroad by the guardian?",
    "Кто напал на журналиста из Новой газеты?",
    "Дар озодӣ чанд муҳоҷир зиндагӣ мекунад?",
    "In UNHCR camps, how many refugees live?",
    "According to HRW's Jane Buchanan, what was done there?",
    "how many are in kazan reuters december 2024",
    "What do UNICEF in 2011 and IWPR in 2013 report about families?",  # of two: parts ask each
    "In the HRW report of 2009?",  # nothing is left to look for
    "What was done in 2011 and in the 2024 article?",
    "",
]


@pytest.mark.parametrize(("question", "expected"), TOLD.items())
def test_what_tells_the_source_is_no_part_of_what_is_sought(
    question: str, expected: tuple[str, set[str] | None, str]
) -> None:
    rest, outlets, published = expected
    sought, source = attributed(question)
    assert sought == rest
    assert (source and set(source.outlets)) == outlets
    assert "".join(one.found for one in (source.published if source else ())) == published


@pytest.mark.parametrize("question", NOT_TOLD)
def test_what_tells_no_source_stays(question: str) -> None:
    assert attributed(question) == (question, None)


@pytest.mark.parametrize(
    ("publisher", "published", "text", "expected"),
    [
        ("Human Rights Watch", "2009-02-10", "", 1.0),
        ("Human Rights Watch", "2010", "", 0.75),  # within the year after
        ("Human Rights Watch", "", "", 0.5),
        ("Asia-Plus", "2009", "HRW said so.", 0.75),
        ("Asia-Plus", "2009", "Nobody said so.", 0.5),
        ("Asia-Plus", "", "In 2009 nobody said so.", 0.25),
        ("Asia-Plus", "2020", "Nobody said so.", 0.0),
    ],
)
def test_a_text_is_worth_what_it_has_of_the_source(publisher: str, published: str, text: str, expected: float) -> None:
    _, source = attributed("How many were freed, according to HRW in 2009?")
    record = Record(publisher=publisher, published=Dated(published, "stated") if published else None)
    assert worth(source, record, text) == expected
    assert worth(None, record, text) == 0.0


def test_a_question_is_searched_without_its_source() -> None:
    question = "How many were freed, according to HRW in 1995?"
    asked = understand(Query(question), GLOSSARY)
    assert (asked.sought, asked.question.standalone) == ("How many were freed?", question)
    assert asked.source is not None
    assert not {"hrw", "1995"} & {one.word for one in asked.concepts}
    assert [time.found for time in asked.times] == ["1995"]
    off = understand(Query(question), GLOSSARY, Context(policy=QuestionPolicy(sources=False)))
    assert (off.sought, off.source) == (question, None)
