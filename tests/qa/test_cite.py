from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Span
from qa.cite import cite
from qa.extract import Sentence
from tests.qa.samples import found, passage, sentence

ONE = found(passage(["First.", "Second.", "Third."], start=100), key=1)
OTHER = found(passage(["Elsewhere.", "Again."], document="e"), key=2)


def test_neighbouring_sentences_share_one_citation() -> None:
    sentences, citations = cite([sentence(ONE, 0), sentence(ONE, 1)])
    assert [(one.text, one.citations) for one in sentences] == [("First.", (1,)), ("Second.", (1,))]
    assert [(one.number, one.quote, one.span) for one in citations] == [(1, "First. Second.", Span(100, 114))]


def test_sentences_apart_have_citations_of_their_own() -> None:
    sentences, citations = cite([sentence(ONE, 0), sentence(ONE, 2), sentence(OTHER, 0)])
    assert [one.citations for one in sentences] == [(1,), (2,), (3,)]
    assert [(one.number, one.quote, one.document_id) for one in citations] == [
        (1, "First.", "d"),
        (2, "Third.", "d"),
        (3, "Elsewhere.", "e"),
    ]


def test_sentences_in_the_wrong_order_are_not_joined() -> None:
    _, citations = cite([sentence(ONE, 1), sentence(ONE, 0)])
    assert [one.quote for one in citations] == ["Second.", "First."]


@pytest.mark.parametrize("between", ["\n- ", "\n• ", "\n\n* "])
def test_a_list_s_mark_between_two_sentences_is_quoted_with_them(between: str) -> None:
    one = found(passage(["They ask:", "Stop it."], between=between))
    (citation,) = cite([sentence(one, 0), sentence(one, 1)])[1]
    assert citation.quote == f"They ask:{between}Stop it."


def test_a_word_between_two_sentences_parts_them() -> None:
    torn = found(passage(["One.", "Two."], between=" and "))
    assert len(cite([sentence(torn, 0), sentence(torn, 1)])[1]) == 2


def test_a_quote_that_is_not_in_the_document_at_its_offsets_is_dropped() -> None:
    moved = replace(ONE.stored.passage, span=Span(100, 101))
    broken = replace(ONE, stored=replace(ONE.stored, passage=moved))
    beyond = replace(sentence(ONE, 0), span=Span(0, 500))
    empty = replace(sentence(ONE, 0), span=Span(3, 3))
    assert cite([sentence(broken, 0), beyond, empty]) == ((), ())
    assert [one.quote for one in cite([sentence(broken, 0), sentence(ONE, 2)])[1]] == ["Third."]


def test_nothing_chosen_cites_nothing() -> None:
    assert cite([]) == ((), ())


WORDS = st.text(st.sampled_from("abЖҳé\u0301🇹🇯«»"), min_size=1, max_size=12)


@st.composite
def chosen(draw: st.DrawFn) -> tuple[dict[str, str], list[Sentence]]:
    """Documents' texts by id, and sentences drawn from passages that lie somewhere in them."""
    texts, pool = {}, []
    for number in range(draw(st.integers(1, 3))):
        before = draw(st.text(max_size=10))
        between = draw(st.sampled_from([" ", "\n\n", " — "]))
        one = passage(
            draw(st.lists(WORDS, min_size=1, max_size=4)), between=between, start=len(before), document=f"d{number}"
        )
        texts[one.document_id] = before + one.text + draw(st.text(max_size=5))
        pool.extend(sentence(found(one, number), place) for place in range(len(one.sentences)))
    return texts, draw(st.lists(st.sampled_from(pool), max_size=6))


@given(chosen())
def test_every_quote_is_the_documents_slice_and_numbers_run_in_order(
    drawn: tuple[dict[str, str], list[Sentence]],
) -> None:
    texts, picked = drawn
    sentences, citations = cite(picked)
    assert [one.text for one in sentences] == [one.text for one in picked]
    for one in (*sentences, *citations):
        text = one.quote if hasattr(one, "quote") else one.text
        assert one.span.slice(texts[one.document_id]) == text
    assert [one.number for one in citations] == list(range(1, len(citations) + 1))
    first_use = list(dict.fromkeys(number for one in sentences for number in one.citations))
    assert first_use == [one.number for one in citations]
    by_number = {one.number: one for one in citations}
    for one in sentences:
        span = by_number[one.citations[0]].span
        assert span.start <= one.span.start
        assert one.span.end <= span.end
