from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import NameTable, heard, write_names
from index.ports import Name, PassageIndex
from index.sound import sound, sounds
from tests.index.samples import built, document, index_all, opened

ONE_NAME = [
    ("Rahmon", "Rakhmon", "Рахмон", "Раҳмон"),
    ("Gryzlov", "Грызлов", "Гризлов"),
    ("Zhirinovsky", "Jirinovskiy", "Жириновский"),
    ("Shuvalov", "Chouvalov", "Шувалов"),
    ("Tajikistan", "Tadzhikistan", "Tadjikistan", "Таджикистан", "Тоҷикистон"),
    ("Yunusov", "Yunusow", "Iunusov", "Юнусов"),
    ("Apraksin", "Apraxin", "Апраксин"),
    ("Khujand", "Hujand", "Khudzhand", "Худжанд", "Хуҷанд"),
    ("Aleksej", "Aleksey", "Aleksei", "Алексей"),
    ("Habibullo", "Khabibulo", "Хабибулло", "Ҳабибулло"),
]
OTHER_NAMES = [("Putin", "Patin"), ("Nazarov", "Lazarov"), ("Rudenko", "Rodchenko"), ("Khatlon", "Kotlin")]


def written(index: PassageIndex, *words: str) -> list[str]:
    """The names of the index that sound like the words."""
    alike = [index.sounding(one[0], len(one)).get(one, ()) for word in words for one in sounds(word)]
    return list(dict.fromkeys(name.written for names in alike for name in names))


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_spellings_of_one_name_sound_the_same(spellings: tuple[str, ...]) -> None:
    assert len({sound(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_other_names_sound_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize("form", ["Грызлова", "Грызлову", "Грызловым", "Грызлове", "Грызловро"])
def test_a_case_ending_leaves_the_sound_of_the_name(form: str) -> None:
    assert sound("Gryzlov") in sounds(form)


def test_a_short_word_keeps_its_ending() -> None:
    assert sounds("Ойбек") == (sound("Ойбек"),)
    assert sounds("Оля") == (sound("Оля"),)


@given(st.text(max_size=40))
def test_a_sound_is_written_in_plain_letters(word: str) -> None:
    assert sound(word) == "" or sound(word).isascii()


def test_names_are_words_that_sentences_write_with_a_capital(tmp_path: Path) -> None:
    text = "Workers met Gryzlov in Khujand. Later workers told Gryzlov of the bank. Then the Bank said no to the bank."
    _, store = built(tmp_path, [document("one", text), document("two", "The bank and a bank stood near the bank.")])
    assert written(opened(store), "Gryzlov", "Khujand", "Bank", "Later", "Workers") == ["Gryzlov", "Khujand"]


def test_what_only_begins_sentences_speaks_neither_for_a_name_nor_against_it(tmp_path: Path) -> None:
    texts = ["The minister Gryzlov spoke of taxes.", "Gryzlov left the meeting.", "Taxes rose.", "The Bank paid.",
             "Bank clerks left the bank."]  # fmt: skip
    _, store = built(tmp_path, [document(f"d{number}", text) for number, text in enumerate(texts)])
    assert written(opened(store), "Gryzlov", "Taxes", "Bank") == ["Gryzlov"]


def test_a_name_may_begin_a_sentence_or_follow_an_initial(tmp_path: Path) -> None:
    text = (
        "Malokhat Kholikzoda spoke. R. N. Gulina wrote. Workers met Olga P. Sedova. Later they left. Bank clerks paid."
    )
    _, store = built(tmp_path, [document("one", text), document("two", "The workers left later than the bank.")])
    found = written(opened(store), "Malokhat", "Kholikzoda", "Gulina", "Olga", "Sedova", "Workers", "Later", "Bank")
    assert found == ["Malokhat", "Kholikzoda", "Gulina", "Olga", "Sedova"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nekrouz, 23, drives a taxi. However, 23 workers left.", ["Nekrouz"]),
        ("Laziz (a changed name) stayed. Wages (in roubles) fell.", ["Laziz"]),
        ("Tolib (26) waited. However, 27-year-old men left.", ["Tolib"]),
        ("Некруз, 23 года, водит такси. Однако, 23 рабочих уехали.", ["Некруз"]),
        ("Лазиз (имя изменено) остался. Зарплаты (в рублях) упали.", ["Лазиз"]),
    ],
)
def test_an_age_or_a_note_tells_that_a_sentence_begins_with_a_name(text: str, names: list[str], tmp_path: Path) -> None:
    _, store = built(tmp_path, [document("one", text)])
    assert written(opened(store), *names, "However", "Wages", "Однако", "Зарплаты") == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Об этом сказал министр Грызлов. Потом министр уехал в Худжанд.", ["Грызлов", "Худжанд"]),
        ("Дар ин бора вазир Раҳмонзода дар шаҳри Хуҷанд гуфт. Баъд вазир рафт.", ["Раҳмонзода", "Хуҷанд"]),
    ],
)
def test_names_are_found_in_every_language(tmp_path: Path, text: str, names: list[str]) -> None:
    _, store = built(tmp_path, [document("one", text)])
    assert written(opened(store), *names, "министр", "вазир") == names


def test_names_of_all_segments_are_found(tmp_path: Path) -> None:
    many = [document(f"d{number}", f"Story {number} tells of Gryzlov.") for number in range(5)]
    corpus, store = built(tmp_path, many)
    corpus.put(document("new", "News of Gryzlov and of Khujand."))
    index_all(corpus, store)
    assert written(opened(store), "Gryzlov", "Khujand") == ["Gryzlov", "Khujand"]


def test_a_segment_without_the_file_has_no_names(tmp_path: Path) -> None:
    assert NameTable(tmp_path).sounding("g", 7) == {}


def test_names_of_an_older_file_are_found(tmp_path: Path) -> None:
    (tmp_path / "names-1.tsv").write_text("gryzlov\tGryzlov\tgrizlav\n", encoding="utf-8")
    assert NameTable(tmp_path).sounding("g", 7) == {"grizlav": [Name("gryzlov", "Gryzlov", ("grizlav",))]}


@given(st.dictionaries(st.text("abcя", min_size=1), st.sets(st.text("abc"), min_size=1).map(tuple)))
def test_names_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, known: dict[str, tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    names = [Name(term, term.title(), sounds) for term, sounds in known.items()]
    write_names(folder, names)
    table = NameTable(folder)
    for place, own in heard(names).items():
        assert table.sounding(place[0], int(place[1:])) == own
    assert table.sounding("d", 3) == {}
