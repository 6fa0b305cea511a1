"""Phone numbers and addresses of contact lines are kept in the text and never stand in a passage."""

from __future__ import annotations

import re

import pytest

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document
from corpus.reading import read_bytes
from tests.hostile.samples import ENGLISH, RUSSIAN, TAJIK

NUMBER = re.compile(r"@example|\d{2,3}-\d\d-\d\d|\+\d")


def passages_of(text: str) -> str:
    draft = read_bytes(text.encode(), "a.txt")
    document = Document("a", "0", "a", draft.language, draft.text, headings=draft.headings, hidden=draft.hidden)
    return "\n".join(passage.text for passage in chunk(document, ChunkPolicy()))


@pytest.mark.parametrize("prose", [ENGLISH, RUSSIAN, TAJIK])
@pytest.mark.parametrize(
    "contact",
    [
        "Press contacts:\nJane Austen, +992 37 221-00-00, press@example.org",
        "For more information, please contact jane@example.org or call +7 495 123-45-67.",
        "Tel.: +992 (37) 221-00-00, e-mail: office@example.org",
        "Контакты для прессы:\nТел.: 8 (495) 123-45-67\nЭл. почта: press@example.org",
        "За дополнительной информацией обращайтесь по тел. +7 495 123-45-67",
        "Тамос:\nТелефон: +992 37 221-00-00\npress@example.org",
    ],
)
def test_contact_lines_are_in_no_passage(contact: str, prose: str) -> None:
    found = passages_of(f"Buses turned back\n\n{prose} {prose}\n\n{prose}\n\n{contact}\n")
    assert prose in found
    assert not NUMBER.search(found)
