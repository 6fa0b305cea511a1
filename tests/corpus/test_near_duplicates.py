from __future__ import annotations

from datetime import UTC, datetime

import hypothesis.strategies as st
from hypothesis import given

from corpus.document import Document, Record, Span
from corpus.near_duplicates import copy_groups, sources_of
from corpus.sketch import overlap, shingles_of, sketch_of

WORDS = [f"word{number}" for number in range(400)]
TEXT = " ".join(WORDS[:200])


def _document(name: str, text: str, hidden: tuple[Span, ...] = ()) -> Document:
    return Document(name, "0", name, "en", text, Record(), hidden=hidden)


def groups_of(*documents: Document) -> list[tuple[str, ...]]:
    shingles = {document.id: shingles_of(document) for document in documents}
    sketches = {document.id: sketch_of(document) for document in documents}
    return copy_groups(sketches, {}, lambda one, two: overlap(shingles[one], shingles[two]))[0]


def test_a_republished_copy_is_found_whatever_stands_around_it() -> None:
    edited = TEXT.replace("word50", "another")
    longer = TEXT + " " + " ".join(WORDS[300:340])
    other = " ".join(WORDS[200:])
    texts = {"a": TEXT, "b": edited, "c": other, "d": longer}
    assert groups_of(*(_document(name, text) for name, text in texts.items())) == [("a", "b", "d")]


def test_hidden_text_makes_no_copy() -> None:
    footer = " " + TEXT
    own, other = " ".join(WORDS[200:300]), " ".join(WORDS[300:])
    documents = [
        _document(name, text + footer, (Span(len(text), len(text + footer)),))
        for name, text in (("a", own), ("b", other))
    ]
    assert groups_of(*documents) == []


def test_notes_are_no_copies() -> None:
    assert groups_of(_document("a", "A short note."), _document("b", "A short note.")) == []


def test_of_many_copies_each_is_compared_with_one() -> None:
    sketch, asked = sketch_of(_document("a", TEXT)), []
    names = [f"d{number:02}" for number in range(30)]
    groups, overlaps = copy_groups(dict.fromkeys(names, sketch), {}, lambda *pair: asked.append(pair) or 1.0)
    assert groups == [tuple(names)]
    assert len(asked) == len(overlaps) == 29


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 120), st.booleans()), min_size=2, max_size=12))
def test_what_was_compared_before_is_not_asked_again_and_the_groups_are_the_same(
    drawn: list[tuple[int, int, bool]],
) -> None:
    """Texts of one story each, of which some words are cut from the end; the last documents are new."""
    texts = [" ".join(f"story{story}word{number}" for number in range(200 - cut)) for story, cut, _ in drawn]
    documents = [_document(f"d{place:02}", text) for place, text in enumerate(texts)]
    shingles = {document.id: shingles_of(document) for document in documents}
    sketches = {document.id: sketch_of(document) for document in documents}
    early = {name: sketches[name] for name, (_, _, old) in zip(sketches, drawn, strict=True) if old}
    asked: list[tuple[str, str]] = []

    def compare(one: str, two: str) -> float:
        asked.append((one, two))
        return overlap(shingles[one], shingles[two])

    _, known = copy_groups(early, {}, compare)
    groups, more = copy_groups(sketches, known, compare)
    assert len(asked) == len(set(asked)) == len(known) + len(more)
    assert groups == copy_groups(sketches, {}, compare)[0]


def test_copies_take_the_source_of_the_member_added_first_and_translations_keep_theirs() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    known = {"b": (early, "b"), "a": (late, "a"), "c": (late, "original")}
    assert sources_of([("a", "b", "c")], known) == {"a": "b"}
    assert sources_of([("a", "c")], {**known, "c": (early, "original")}) == {"a": "original"}
    assert sources_of([], known) == {}
