from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import FILE, read_names
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
    assert [name.written for name in opened(store).names()] == ["Gryzlov", "Khujand"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Об этом сказал министр Грызлов. Потом министр уехал в Худжанд.", ["Грызлов", "Худжанд"]),
        ("Дар ин бора вазир Раҳмонзода дар шаҳри Хуҷанд гуфт. Баъд вазир рафт.", ["Раҳмонзода", "Хуҷанд"]),
    ],
)
def test_names_are_found_in_every_language(tmp_path: Path, text: str, written: list[str]) -> None:
    _, store = built(tmp_path, [document("one", text)])
    assert sorted(name.written for name in opened(store).names()) == sorted(written)


def test_each_term_has_one_name_over_all_segments(tmp_path: Path) -> None:
    many = [document(f"d{number}", f"Story {number} tells of Gryzlov.") for number in range(5)]
    corpus, store = built(tmp_path, many)
    corpus.put(document("new", "News of Gryzlov and of Khujand."))
    index_all(corpus, store)
    assert sorted(name.written for name in opened(store).names()) == ["Gryzlov", "Khujand"]


def test_a_segment_without_the_file_has_no_names(tmp_path: Path) -> None:
    assert read_names(tmp_path) == []
    (tmp_path / FILE).write_text("gryzlov\tGryzlov\tgrizlav\n", encoding="utf-8")
    assert [(name.term, name.sounds) for name in read_names(tmp_path)] == [("gryzlov", ("grizlav",))]
