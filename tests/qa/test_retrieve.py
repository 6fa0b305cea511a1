"""What a document repeats takes one place among the passages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.document import Document
from qa.answer import Query
from tests.index.samples import built, document
from tests.qa.samples import engine

ASKED = "How many workers were refused entry at the border?"
TRUE = document("true", "The register of the ministry says that 143,000 workers were refused entry last year.")


def _passages(home: Path, documents: Iterable[Document], k: int = 5) -> list[str]:
    answering = engine(built(home, documents)[1])
    return [one.passage.document_id for one in answering.ask(Query(ASKED, mode="passages", k=k)).passages]


def test_other_documents_that_say_the_same_are_not_hidden(tmp_path: Path) -> None:
    same = [document(f"copy-{n}", TRUE.text) for n in range(3)]
    assert sorted(_passages(tmp_path, same)) == ["copy-0", "copy-1", "copy-2"]


def test_a_text_that_repeats_itself_takes_one_place(tmp_path: Path) -> None:
    stuffed = document(
        "stuffed", "Workers were refused entry at the border, many workers refused entry border.\n\n" * 80
    )
    assert _passages(tmp_path, [stuffed, TRUE]) == ["stuffed", "true"]


def test_rows_of_other_figures_are_no_copies(tmp_path: Path) -> None:
    rows = [
        document(f"row-{year}", f"In the year {year} workers were refused entry at the border.")
        for year in (2013, 2014)
    ]
    assert sorted(_passages(tmp_path, rows)) == ["row-2013", "row-2014"]
