from __future__ import annotations

from collections.abc import Collection

import pytest

from index.stopwords import ENGLISH, RUSSIAN, TAJIK
from index.tokenize import query_words, words
from qa.mistyped import mend
from qa.romanised import readings

HELD = {
    "en": "migrants deported from Russia Gryzlov airport Rahmon visa patent",
    "ru": "мигранты граждане Таджикистана выслали из России переводы доля ВВП освободили лётчиков Грызлов Рахмон",
    "tg": "муҳоҷирон шаҳрвандони Тоҷикистон аз Русия ихроҷ шаҳр Маскав Раҳмон рафт",
}
TERMS = {term for language, text in HELD.items() for _, terms in query_words(text, language) for term in terms}


def knows(found: Collection[str], language: str) -> frozenset[str]:
    """Function words, and words of a corpus that holds all of HELD."""
    terms = {word: {term for _, own in query_words(word, language) for term in own} for word in found}
    return frozenset(word for word, own in terms.items() if not own or own & TERMS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("skolko migrantov", "сколько мигрантов"),
        ("skol'ko grazhdan tadzhikistana vyslali iz rossii", "сколько граждан таджикистана выслали из россии"),
        ("Skolko grajdan Tadjikistana vyslali iz Rossii?", "Сколько граждан Таджикистана выслали из России?"),
        ("pochemu osvobodili lyotchikov", "почему освободили лётчиков"),
        ("kto takoj Gryzlov?", "кто такой Грызлов?"),
        ("kakova dolya perevodov v VVP", "какова доля переводов в ВВП"),
        ("chand muhojir az Rusiya ikhroj shud?", "чанд муҳоҷир аз Русия ихроҷ шуд?"),
        ("charo Rahmon ba Maskav raft", "чаро Раҳмон ба Маскав рафт"),
        ("chand muhojiron 2024", "чанд муҳоҷирон 2024"),
    ],
)
def test_words_in_latin_letters_are_read_as_they_were_meant(typed: str, meant: str) -> None:
    assert mend(typed, knows) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("crjkmrj vbuhfynjd", "сколько мигрантов"),
        ("Rnj nfrjq Uhspkjd?", "Кто такой Грызлов?"),
        ("crjkmrj uhf;lfy dsckfkb bp Hjccbb?", "сколько граждан выслали из России?"),
        ("xfyl veojsbhjy fp Hecbz", "чанд муҳоҷирон аз Русия"),
        ("рщц ьфтн ьшпкфтеы цуку вузщкеув акщь Кгыышф?", "how many migrants were deported from Russia?"),
    ],
)
def test_the_keys_of_another_layout_are_read(typed: str, meant: str) -> None:
    assert mend(typed, knows) == meant


@pytest.mark.parametrize(
    "text",
    [
        "How many migrants were deported from Russia?",
        "What side effect of quantum chromodynamics puzzled Feynman?",
        "Tesla coil wattage",
        "was Gryzlov in Dushanbe",
        "Сколько мигрантов выслали?",
        "Какова масса протона в электронвольтах?",
        "Чанд муҳоҷир аз Русия ихроҷ шуд?",
        "combien de protons ont été mesurés?",
        "wie viele Elektronen hat Natrium?",
        "2024?",
        "?!",
        "👍",
    ],
)
def test_what_is_understood_or_foreign_stays_as_it_is(text: str) -> None:
    assert mend(text, knows) == text


def test_nothing_is_mended_when_the_mend_is_not_known() -> None:
    assert mend("kvantovaya khromodinamika", knows) == "kvantovaya khromodinamika"
    assert mend("rdfynjdfz [hjvjlbyfvbrf", knows) == "rdfynjdfz [hjvjlbyfvbrf"


@pytest.mark.parametrize("function_words", [ENGLISH, RUSSIAN, TAJIK])
def test_function_words_alone_are_never_mended(function_words: frozenset[str]) -> None:
    text = " ".join(sorted(function_words)[:40])
    assert mend(text, knows) == text


@pytest.mark.parametrize(
    ("word", "language", "meant"),
    [
        ("shchyogolev", "ru", "щёголев"),
        ("zhizn", "ru", "жизнь"),
        ("podyezd", "ru", "подезд"),
        ("kakoy", "ru", "какой"),
        ("Rossii", "ru", "России"),
        ("SNG", "ru", "СНГ"),
        ("jumhuri", "tg", "ҷумҳурӣ"),
        ("qonun", "tg", "қонун"),
        ("ghoib", "tg", "ғоиб"),
    ],
)
def test_the_reading_meant_is_among_those_of_a_word(word: str, language: str, meant: str) -> None:
    found = readings(word, language)
    assert meant in found
    assert len(found) == len(set(found)) <= 48


def test_words_of_other_letters_have_one_reading() -> None:
    assert readings("мир", "ru") == ["мир"]
    assert words(readings("ħ", "ru")[0]) == ["ħ"]
