from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Span
from corpus.record_lines import segment_spans, stated_in


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("15 майи соли 2025. Муаллиф: Садриддин Айнӣ", {"published": "2025-05-15", "author": "Садриддин Айнӣ"}),
        ("15 May 2025, by Jane Austen", {"published": "2025-05-15", "author": "Jane Austen"}),
        ("15 мая 2025, 12:30 | Автор: Антон Чехов", {"published": "2025-05-15", "author": "Антон Чехов"}),
        ("Автор: Антон Чехов, 15 мая 2025", {"published": "2025-05-15", "author": "Антон Чехов"}),
        ("Автор: Антон Чехов Просмотров: 1874", {"author": "Антон Чехов"}),
        ("They came on 15 May 2025, by Jane Austen", {}),
        ("15 May 2025, by train", {}),
    ],
)
def test_a_credit_may_stand_beside_a_date(line: str, stated: dict[str, str]) -> None:
    assert {one.field: one.value for one in stated_in(line)} == stated


@given(st.text(alphabet="3 May 2025.,;|·\t by Jane Austen Автор:", max_size=80))
def test_the_parts_of_a_line_stand_in_order_and_hold_all_its_words(line: str) -> None:
    spans = segment_spans(line)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    left = "".join(line[one.end : two.start] for one, two in pairwise([Span(0, 0), *spans, Span(len(line), len(line))]))
    assert not any(character.isalnum() for character in left)
