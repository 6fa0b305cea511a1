from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("a\r\nb\rc\u2028d\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("миг\xadрант", "мигрант"),
        ("5\xa0000\u202fруб.\u2009в\u3000год", "5 000 руб. в год"),
        ("a\tb", "a b"),
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        ("\ufeffa\u200bb\u200dc\u2060d", "abcd"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\U000e0041b", "ab"),
        (
            "a\u034fb\u115f\u1160c\u17b4d\u180b\u180fe\u2061f\ufe00g\ufff0h\U0001bca0i\U0001d173j\U000e01efk",
            "abcdefghijk",
        ),
        ("a\u3164b\uffa0c\u2800d", "a b c d"),
        ("e\u034f\u0301 ❤\ufe0f 1\ufe0f\u20e3", "é ❤ 1\u20e3"),
        ("и\u0306од е\u0308ж", "йод ёж"),
        ("ғ у\u0304 и\u0304", "ғ ӯ ӣ"),
        ("a  \nb \n", "a\nb"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("a\n \xa0\n\t\n \nb", "a\n\n\nb"),
        ("  \n  a  ", "a"),
        ("Mr  Sadovnichy", "Mr  Sadovnichy"),
        ("👍🏽 ok", "👍🏽 ok"),
        ("", ""),
        ("\u200b\n\xa0\x00", ""),
    ],
)
def test_gives_canonical_text(raw: str, canonical: str) -> None:
    assert clean(raw) == canonical


HOSTILE = st.text(
    st.sampled_from("ab \n\r\t\x00\xad\xa0\u034f\u1160\u200b\u2028\u202e\u3164\ud800\udfff\ufe0f\U000e0100")
    | st.sampled_from("\u0301\u0316\u0306и\u0915\u093c\u0958\u2000Å\u212b")
    | st.characters(exclude_categories=()),
    max_size=80,
)


@given(HOSTILE)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@given(HOSTILE)
def test_canonical_text_is_composed_and_can_be_stored_as_utf8(raw: str) -> None:
    text = clean(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert text.encode().decode() == text
    assert not [line for line in text.split("\n") if line != line.rstrip(" ")]


@given(st.text("ab\n е́\u0301\u0316", max_size=40).map(lambda text: text * 20))
def test_long_runs_of_marks_are_cut_the_same_way_twice(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@pytest.mark.slow  # it looks at a clock
@pytest.mark.parametrize("raw", ["\u0301\u0316" * 250_000, " " * 500_000 + "x", "\n" * 500_000, "a\r" * 250_000])
def test_hostile_text_takes_linear_time(raw: str) -> None:
    start = time.process_time()
    clean(raw)
    assert time.process_time() - start < 2
