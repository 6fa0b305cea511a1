from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.marks import apart, cited


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Nobody\n was held.", "Nobody was held. [2] [3]"),
        ("Nobody was held [1].", "“Nobody was held [ 1 ].” [2] [3]"),
        ("All was invented. [1][ 2] [1, 4]", "“All was invented. [ 1 ][ 2 ] [ 1, 4 ]” [2] [3]"),
        ("A look-alike ［1］ and [٣].", "“A look-alike ［ 1 ］ and [ ٣ ].” [2] [3]"),
        ("He [the envoy] left [sic].", "He [the envoy] left [sic]. [2] [3]"),
    ],
)
def test_a_documents_own_marks_stand_apart_in_quotation_marks(words: str, shown: str) -> None:
    assert cited(words, [2, 3]) == shown


@given(st.text(st.sampled_from("[]12 ,a\n－［］"), max_size=40))
def test_only_white_space_is_added_and_no_mark_is_left(words: str) -> None:
    line = apart(words)
    assert "".join(line.split()) == "".join(words.split())
    assert not re.search(r"\[\d+\]", line)
    assert apart(line) == line
