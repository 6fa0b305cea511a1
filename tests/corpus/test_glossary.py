from __future__ import annotations

import json
from pathlib import Path

import pytest
import Stemmer

from corpus.errors import InvalidMetadata
from corpus.glossary import Entry, Glossary

RUSSIAN = Stemmer.Stemmer("russian")
ENGLISH = Stemmer.Stemmer("english")


def stem(word: str) -> str:
    return str((ENGLISH if word.isascii() else RUSSIAN).stemWord(word))


@pytest.fixture(scope="module")
def shipped() -> Glossary:
    return Glossary.load(stem=stem)


@pytest.mark.parametrize(
    ("question", "found", "alias"),
    [
        ("What did Rahmon say?", "Rahmon", "Раҳмон"),
        ("Что сказал Рахмон?", "Рахмон", "Rahmon"),
        ("Раҳмон чӣ гуфт?", "Раҳмон", "Рахмон"),
        ("Кто такие Эмомали Рахмон и Путин?", "Эмомали Рахмон", "Emomali Rakhmon"),
        ("Сколько таджиков выслали?", "таджиков", "Tajiks"),
        ("Что известно о трудовых мигрантах?", "трудовых мигрантах", "migrant worker"),
        ("Мухочир дар Русия", "Мухочир", "migrant worker"),
        ("Точикистон чи гуфт?", "Точикистон", "Tajikistan"),
        ("the FMS and the CIS", "FMS", "ФМС"),
        ("the fms", "fms", "Federal Migration Service"),
        ("two border guards", "border guards", "пограничник"),
        ("Семен Григорьев", "Семен Григорьев", "Semyon Grigoryev"),
        ("attack at Crocus City Hall", "Crocus City Hall", "Крокус"),
        ("Санкт-Петербург", "Санкт-Петербург", "St Petersburg"),
        ("201-я военная база", "201-я военная база", "201st military base"),
        ("Что пишет Human Rights Watch?", "Human Rights Watch", "HRW"),
        ("Что прогнозирует МВФ?", "МВФ", "International Monetary Fund"),
        (
            "a loan of the European Bank for Reconstruction and Development",
            "European Bank for Reconstruction and Development",
            "ЕБРР",
        ),
        ("Прогноз Евразийского фонда стабилизации и развития", "Евразийского фонда стабилизации и развития", "EFSD"),
        ("Бонки осиёии рушд чанд дод?", "Бонки осиёии рушд", "ADB"),
        ("the UN refugee agency", "UN refugee agency", "УВКБ"),
        ("Жалоба в ЕСПЧ", "ЕСПЧ", "European Court of Human Rights"),
        ("Салиби Сурх чи гуфт?", "Салиби Сурх", "ICRC"),
        ("КДАМ чӣ гуфт?", "КДАМ", "ГКНБ"),
        ("Бастрикин кист?", "Бастрикин", "Бастрыкин"),
    ],
)
def test_finds_names_and_terms_in_every_script(shipped: Glossary, question: str, found: str, alias: str) -> None:
    expansions = {expansion.found: expansion.aliases for expansion in shipped.expand(question)}
    assert alias in expansions[found]
    assert found not in expansions[found]


def test_no_alias_stands_in_two_entries_of_bodies(shipped: Glossary) -> None:
    """Acronyms are short: one of two bodies would bring the other along."""
    acronyms = [alias for entry in shipped.entries for alias in {*entry.aliases} if alias.isupper()]
    assert sorted(acronyms) == sorted(set(acronyms))


@pytest.mark.parametrize("text", ["", "Nothing of the kind", "Rahmonbek", "xRahmon", "?! 57", "ПАТЕНТОВЕДЕНИЕ"])
def test_finds_nothing_in_other_words(shipped: Glossary, text: str) -> None:
    assert shipped.expand(text) == []


def test_the_longest_name_wins_its_place() -> None:
    long, short = Entry(en=("State Duma", "Parliament")), Entry(en=("Duma", "Assembly"))
    found = Glossary([short, long]).expand("The State Duma and a Duma")
    assert [(expansion.found, expansion.entry) for expansion in found] == [("State Duma", long), ("Duma", short)]


def test_an_alias_of_two_entries_expands_to_both() -> None:
    entries = [Entry(en=("deportation",), tg=("ихроҷ",)), Entry(en=("expulsion",), tg=("ихроҷ",))]
    assert [expansion.aliases for expansion in Glossary(entries).expand("ихроч")] == [
        ("deportation", "ихроҷ"),
        ("expulsion", "ихроҷ"),
    ]


def test_an_entry_is_found_once_however_often_it_occurs() -> None:
    glossary = Glossary([Entry(en=("Russia",), ru=("Россия",))])
    assert [expansion.found for expansion in glossary.expand("Russia, RUSSIA and Россия")] == ["Russia"]


def test_without_a_stemmer_only_the_forms_of_the_table_are_found() -> None:
    glossary = Glossary([Entry(en=("migrant",), ru=("мигрант",))])
    assert glossary.expand("migrants") == []
    assert list(glossary.aliases("Migrant?")) == [("Migrant", ("мигрант",))]


def test_every_alias_of_the_shipped_table_finds_its_own_entry(shipped: Glossary) -> None:
    lost = [
        (alias, entry)
        for entry in shipped.entries
        for alias in entry.aliases
        if entry not in [expansion.entry for expansion in shipped.expand(alias)]
    ]
    assert len(shipped.entries) > 100
    assert lost == []


def test_a_person_s_own_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps([{"en": ["Bokhtar"], "tg": ["Бохтар"]}]), encoding="utf-8")
    assert [expansion.aliases for expansion in Glossary.load(path).expand("Bokhtar")] == [("Бохтар",)]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("{", "no glossary"),
        ("{}", "a JSON list of"),
        ('[{"en": ["a", "b"]}, {"fr": ["c"]}]', "entry 2"),
        ('[{"en": "a"}]', "entry 1: en: 'a'"),
        ('[{"en": ["a", ""]}]', "entry 1: en"),
        ('[{"en": ["a"]}]', "needs two aliases"),
        ("[[]]", "entry 1"),
    ],
)
def test_a_broken_table_is_refused_with_file_and_entry(tmp_path: Path, content: str, cause: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(content)
    with pytest.raises(InvalidMetadata, match=r"own\.json") as caught:
        Glossary.load(path)
    assert cause in str(caught.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidMetadata, match=r"gone\.json: no glossary"):
        Glossary.load(tmp_path / "gone.json")
