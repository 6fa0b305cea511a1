from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Span, parse_passage_id, passage_id
from corpus.identity import new_document_id, slug, version_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.txt", "report"),
        ("My Report (final).v2.md", "my-report-final-v2"),
        ("отчёт за 2011 год.txt", "otchyot-za-2011-god"),
        ("Ҳуҷҷати муҳоҷирон.md", "hujjati-muhojiron"),
        ("Щука, объезд, цех.txt", "shchuka-obezd-tsekh"),
        ("folder/café.txt", "folder-cafe"),
        ("https://example.org/a/b.html?x=1", "https-example-org-a-b"),
        ("移民.txt", "document"),
        ("", "document"),
        ("...", "document"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_slug_is_readable_ascii(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_new_id_joins_the_slug_with_the_hash_of_the_first_bytes() -> None:
    assert new_document_id("отчёт.txt", b"words") == f"otchyot-{hashlib.sha256(b'words').hexdigest()[:8]}"


def test_a_version_is_named_by_the_canonical_text() -> None:
    assert version_of("ҳаёт") == hashlib.sha256("ҳаёт".encode()).hexdigest()[:12]


@given(st.text(), st.binary(), st.integers(0, 99), st.integers(0, 99))
def test_any_name_gives_an_id_that_a_passage_id_can_carry(name: str, data: bytes, start: int, length: int) -> None:
    document_id = new_document_id(name, data)
    span = Span(start, start + length)
    assert parse_passage_id(passage_id(document_id, "abc", span)) == (document_id, "abc", span)
