from __future__ import annotations

from datetime import UTC, datetime

from corpus.document import Document, Record, Span
from corpus.near_duplicates import CopyGroup, copy_groups, sources_of

WORDS = [f"word{number}" for number in range(400)]
TEXT = " ".join(WORDS[:200])


def _document(name: str, text: str, hidden: tuple[Span, ...] = (), digest: bool = False) -> Document:
    return Document(name, "0", name, "en", text, Record(digest=digest), hidden=hidden)


def test_a_republished_copy_is_found_whatever_stands_around_it() -> None:
    edited = TEXT.replace("word50", "another")
    longer = TEXT + " " + " ".join(WORDS[300:340])
    other = " ".join(WORDS[200:])
    groups = copy_groups([_document("a", TEXT), _document("b", edited), _document("c", other), _document("d", longer)])
    assert [group.ids for group in groups] == [("a", "b", "d")]
    assert groups[0].share >= 0.8


def test_hidden_text_makes_no_copy() -> None:
    footer = " " + TEXT
    own, other = " ".join(WORDS[200:300]), " ".join(WORDS[300:])
    documents = [
        _document(name, text + footer, (Span(len(text), len(text + footer)),))
        for name, text in (("a", own), ("b", other))
    ]
    assert copy_groups(documents) == []


def test_digests_and_notes_are_no_copies() -> None:
    assert copy_groups([_document("a", TEXT, digest=True), _document("b", TEXT, digest=True)]) == []
    assert copy_groups([_document("a", "A short note."), _document("b", "A short note.")]) == []


def test_copies_take_the_source_of_the_member_added_first_and_translations_keep_theirs() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    known = {"b": (early, "b"), "a": (late, "a"), "c": (late, "original")}
    assert sources_of([CopyGroup(("a", "b", "c"), 0.9)], known) == {"a": "b"}
    assert sources_of([CopyGroup(("a", "c"), 0.9)], {**known, "c": (early, "original")}) == {"a": "original"}
    assert sources_of([], known) == {}
