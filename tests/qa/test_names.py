from __future__ import annotations

from pathlib import Path

import pytest

from index.ports import PassageIndex
from qa.answer import Query
from qa.question import Context, QuestionPolicy, understand
from qa.vocabulary import Vocabulary
from tests.index.samples import built, document, index_all, opened
from tests.qa.samples import GLOSSARY

TEXTS = {
    "en": "The minister met Shchegolev and Rakhimzoda. Later Rakhimzoda and Umarali went to Kaluga with the premier.",
    "ru": "Об этом сказал министр Рахимзода. Потом министр Щёголев и Умарали уехали в Калугу, заявил министр.",
    "tg": "Дар ин бора вазир Раҳимзода дар шаҳри Қурғонтеппа гуфт. Баъд вазир бо Умаралӣ рафт.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    documents = [document(language, text) for language, text in TEXTS.items()]
    return opened(built(tmp_path_factory.mktemp("home"), documents)[1])


def expansions(text: str, index: PassageIndex, policy: QuestionPolicy | None = None) -> dict[str, set[str]]:
    context = Context(Vocabulary(index), policy=policy or QuestionPolicy(translations=False))
    return {one.found: set(one.aliases) for one in understand(Query(text), GLOSSARY, context).question.expansions}


@pytest.mark.parametrize(
    ("text", "found", "written"),
    [
        ("What did Rahimzoda say?", "Rahimzoda", {"Rakhimzoda", "Рахимзода", "Раҳимзода"}),
        ("What did Rakhimzoda say?", "Rakhimzoda", {"Рахимзода", "Раҳимзода"}),
        ("Who is Shhegolev?", "Shhegolev", {"Shchegolev", "Щёголев"}),
        ("what did shchegolev do", "shchegolev", set()),
        ("Что сказал Рахимзодa?".replace("a", "а"), "Рахимзода", {"Rakhimzoda", "Раҳимзода"}),
        ("О ком говорили с Щеголевым?", "Щеголевым", {"Shchegolev", "Щёголев"}),
        ("Раҳимзода чӣ гуфт?", "Раҳимзода", set()),
        ("Дар Калуга чӣ шуд?", "Калуга", {"Kaluga", "Калугу"}),
        ("Who is Umar Ali?", "Umar Ali", {"Umarali", "Умарали", "Умаралӣ"}),
    ],
)
def test_names_are_found_in_the_spellings_of_the_corpus(
    text: str, found: str, written: set[str], index: PassageIndex
) -> None:
    assert expansions(text, index).get(found, set()) == written


def test_a_short_stem_that_no_name_sounds_like_does_not_hide_the_whole_form(tmp_path: Path) -> None:
    other = opened(built(tmp_path, [document("en", "The ministers met in Astana.")])[1])
    assert expansions("О чём говорили в Астане?", other) == {"Астане": {"Astana"}}


@pytest.mark.parametrize(
    "text",
    [
        "What does the minister say?",
        "Is a premium paid?",
        "Что заявили министры?",
        "Вазирон чӣ гуфтанд?",
        "Who is Kalinin?",
    ],
)
def test_common_words_and_other_names_are_left_alone(text: str, index: PassageIndex) -> None:
    assert expansions(text, index) == {}


def test_a_misspelt_name_counts_in_full_and_a_known_one_in_part(index: PassageIndex) -> None:
    context = Context(Vocabulary(index))
    unknown = understand(Query("Who is Shhegolev?"), GLOSSARY, context)
    known = understand(Query("Who is Shchegolev?"), GLOSSARY, context)
    assert set(unknown.terms.values()) == {1.0}
    assert sorted(set(known.terms.values())) == [0.5, 1.0]
    assert [concept.is_name for concept in unknown.concepts] == [True]


def test_names_can_be_switched_off(index: PassageIndex) -> None:
    assert expansions("Who is Shhegolev?", index, QuestionPolicy(names=False)) == {}


def test_the_name_of_a_deleted_document_is_not_shown(tmp_path: Path) -> None:
    corpus, store = built(tmp_path, [document(f"d{n}", f"Report {n} is about roads and bridges.") for n in range(5)])
    corpus.put(document("secret", "The report names Shchegolev and others."))
    index_all(corpus, store)
    assert expansions("Who is Shhegolev?", opened(store)) != {}
    corpus.remove("secret")
    index_all(corpus, store)
    assert expansions("Who is Shhegolev?", opened(store)) == {}


def test_a_question_in_latin_letters_is_searched_in_its_own(index: PassageIndex) -> None:
    asked = understand(Query("kto takoy ministr"), GLOSSARY, Context(Vocabulary(index)))
    assert (asked.question.standalone, asked.question.language) == ("кто такой министр", "ru")
    off = Context(Vocabulary(index), policy=QuestionPolicy(typing=False))
    assert understand(Query("kto takoy ministr"), GLOSSARY, off).question.standalone == "kto takoy ministr"


def test_without_an_index_nothing_is_known() -> None:
    assert Vocabulary().known({"visa"}, "en") == frozenset()
    assert Vocabulary().alike("Rahmon", slips=True) == ()
