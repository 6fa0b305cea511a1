"""What a document repeats takes one place among the passages, and what a long claim is weighed by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from corpus.document import Document
from qa.answer import Query
from qa.question import understand
from qa.retrieve import Mix, RetrievalPolicy, weights_of
from tests.index.samples import built, document
from tests.qa.samples import GLOSSARY, engine

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


LONG = "workers refused entry border airlines flew passengers home cost appeal heard"


@pytest.mark.parametrize(
    ("text", "met", "share"),
    [
        (f"{LONG}?", 1.0, 0.0),
        (LONG, 1.0, 1.0),
        (LONG, 0.25, 0.5),
        (LONG, 0.0, 0.0),
        ("workers refused entry", 1.0, 0.0),
        (" ".join(LONG.split()[:8]), 1.0, 0.5),
    ],
)
def test_a_long_claim_whose_words_are_met_is_looked_for_in_whole_passages(text: str, met: float, share: float) -> None:
    policy = RetrievalPolicy()
    expected = policy.pointed.towards(policy.broad, share)
    assert weights_of(policy, understand(Query(text), GLOSSARY), met) == expected


def test_a_mixture_of_weights_lies_between_them() -> None:
    here, there = Mix(0.0, 1.0, 0.5, 0.0), Mix(1.0, 0.0, 0.5, 0.4)
    assert here.towards(there, 0.5) == Mix(0.5, 0.5, 0.5, 0.2)
