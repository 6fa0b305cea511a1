"""Which passages take one place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.document import Record
from index.ports import StoredPassage
from qa.duplicates import Places
from tests.qa.samples import found, passage

ENGLISH = "On 27 April 2024 the airport held 954 citizens, of whom 27,000 had papers."
RUSSIAN = "27 апреля 2024 года в аэропорту держали 954 граждан, у 27 тысяч были бумаги."


def stored(
    text: str, document: str, language: str = "en", *, of: str = "", copy: str = "", start: int = 0
) -> StoredPassage:
    one = replace(passage([text], document=document, start=start), language=language)
    card = found(one).stored.document
    return StoredPassage(0, one, replace(card, record=Record(translation_of=of, copy_of=copy)))


def placed(*several: StoredPassage, language: str = "en") -> Places:
    places = Places(language)
    for number, one in enumerate(several):
        places.add(one, number)
    return places


def kept(*several: StoredPassage, language: str = "en") -> list[tuple[str, list[str]]]:
    places = placed(*several, language=language).kept
    return [(one.stored.document.id, [same.document.id for same in one.same]) for one in places]


ORIGINAL, TRANSLATION = stored(ENGLISH, "a"), stored(RUSSIAN, "a.ru", "ru", of="a")


def test_a_translation_is_put_under_what_it_translates_in_either_order() -> None:
    assert kept(ORIGINAL, TRANSLATION) == [("a", ["a.ru"])]
    assert kept(TRANSLATION, ORIGINAL) == [("a", ["a.ru"])]  # the question is English


def test_the_one_in_the_questions_language_is_shown() -> None:
    assert kept(ORIGINAL, TRANSLATION, language="ru") == [("a.ru", ["a"])]
    assert kept(ORIGINAL, TRANSLATION, language="tg") == [("a", ["a.ru"])]


@pytest.mark.parametrize(
    "other",
    [
        stored(RUSSIAN, "b.ru", "ru", of="b"),  # of another source
        stored(RUSSIAN.replace("954", "322"), "a.ru", "ru", of="a"),  # with a figure that the first lacks
        stored(RUSSIAN, "a.ru", "ru", of="a", start=500),  # from further down
    ],
)
def test_what_may_tell_something_else_keeps_its_place(other: StoredPassage) -> None:
    assert len(kept(ORIGINAL, other)) == 2


def test_a_thousand_copies_of_one_text_take_one_place() -> None:
    copies = [stored(ENGLISH, f"copy-{number}", copy="a") for number in range(1000)]
    [(first, same)] = kept(*copies)
    assert first == "copy-0"
    assert len(same) == 999


def test_a_copy_that_was_changed_is_shown() -> None:
    assert len(kept(ORIGINAL, stored(ENGLISH.replace("954", "9"), "copy", copy="a"))) == 2


def test_a_repetition_within_a_document_is_listed_nowhere() -> None:
    assert kept(ORIGINAL, stored(ENGLISH, "a", start=900)) == [("a", [])]


def test_copies_with_figures_of_their_own_do_not_crowd_out_others() -> None:
    crowd = [stored(ENGLISH.replace("954", f"{number}7"), f"copy-{number}", copy="a") for number in range(60)]
    other = stored("Nobody was held at the harbour.", "true")
    places = placed(*crowd, other)
    assert [one.stored.document.id for one in places.filled(3)] == ["copy-0", "copy-1", "true"]
    assert len(places.filled(5)) == 5
    assert len(places.filled(None)) == 61
