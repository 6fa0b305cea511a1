"""Copies count once: what a hostile document repeats takes one place among the passages."""

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


def test_copies_of_a_passage_take_one_place_however_many_they_are(tmp_path: Path) -> None:
    lie = "How many workers were refused entry at the border? No workers were refused entry at the border, {} wrote."
    copies = [document(f"lie-{n}", lie.format("abcdefghijklmnopqrstuvwxyz"[n % 26] * 3)) for n in range(120)]
    shown = _passages(tmp_path, [*copies, TRUE])
    assert len(shown) == 2
    assert shown[0].startswith("lie-")
    assert shown[1] == "true"


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
