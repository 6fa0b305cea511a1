"""What the engine's backend computes itself: filters, rows and back, exact scores; and a writer that was killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.chunk import chunk
from corpus.document import Document
from index.lexical_bm25 import K1, B
from index.milvus.build import encoded, update
from index.milvus.filters import expression, undated
from index.milvus.rows import (
    card_of,
    counts_of,
    document_row,
    held_passage,
    lexical_weights,
    passage_key,
    passage_row,
    term_keys,
)
from index.ports import DocumentCard, Filters
from index.texts import passage_text, window_texts
from tests.conformance.ways import engine_index, engine_store
from tests.index.samples import DOCUMENTS, ENCODER, POLICY, MemoryCorpus

EXPRESSIONS = [
    (Filters(), ""),
    (Filters(language=("ru", "tg")), 'language in ["ru", "tg"]'),
    (Filters(publisher=('The "Asia"\\ Courier',)), 'publisher in ["The \\"Asia\\"\\\\ Courier"]'),
    (Filters(topic=("law",), document_id=("a",)), 'id in ["a"] and array_contains_any(topics, ["law"])'),
    (Filters(published_from="2011-08", published_to="2012"), "last_day >= 20110801 and first_day <= 20121231"),
]


@pytest.mark.parametrize(("filters", "expected"), EXPRESSIONS)
def test_filters_are_said_in_the_engines_language(filters: Filters, expected: str) -> None:
    assert expression(filters, "id") == expected


def test_undated_documents_are_told_by_a_day_that_no_range_reaches() -> None:
    assert undated(Filters(published_from="2011", language=("ru",)), "id") == (
        'language in ["ru"] and first_day == 99999999'
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.id)
def test_a_row_carries_all_of_a_passage(document: Document) -> None:
    card = DocumentCard(document.id, document.version, document.name, document.language, document.record)
    assert card_of(document_row(card, 3)) == card
    for passage in chunk(document, POLICY):
        vectors = ENCODER.encode([passage_text(document, passage), *window_texts(passage)], "passage")
        row = passage_row(card, passage, vectors, counts_of(["a", "b", "a"]))
        held = held_passage(row, ENCODER.identity.dimension)
        assert held.passage == passage
        assert held.key == passage_key(document.id, passage.ordinal)
        np.testing.assert_allclose(held.vectors, vectors, atol=0.005)
        assert (held.counts.terms.tolist(), held.counts.often.sum(), held.counts.length) == (
            sorted(term_keys(["a", "b"]).tolist()), 3, 3,
        )  # fmt: skip


def test_weights_are_those_of_bm25() -> None:
    counts = counts_of(["refus"] * 3 + ["border"])
    weights = dict(zip(counts.terms.tolist(), lexical_weights(counts, 8.0).tolist(), strict=True))
    expected = 3 * (K1 + 1) / (3 + K1 * (1 - B + B * 4 / 8))
    assert weights[int(term_keys(["refus"])[0])] == pytest.approx(expected)


@pytest.mark.milvus
def test_after_a_killed_writer_everything_is_counted_again(tmp_path: Path, milvus_lite: str) -> None:
    store = engine_store(tmp_path, milvus_lite)
    corpus = MemoryCorpus(DOCUMENTS[:3])
    engine_index(store, corpus)
    killed = store.writer(store.current())
    for entries in encoded(DOCUMENTS[3:5], ENCODER, POLICY):
        killed.put(entries)
    killed.flush()
    for one in DOCUMENTS[3:]:
        corpus.put(one)
    mended = engine_index(store, corpus)
    whole = engine_index(engine_store(tmp_path / "whole", milvus_lite), MemoryCorpus(DOCUMENTS))
    assert (mended.manifest.passages, mended.manifest.words) == (whole.manifest.passages, whole.manifest.words)
    terms = ["refus", "cattl", "airlin", "zeppelin"]
    np.testing.assert_allclose(mended.idf(terms), whole.idf(terms))
    store.verify(mended.manifest.id)


@pytest.mark.milvus
def test_nothing_to_do_writes_nothing(tmp_path: Path, milvus_lite: str) -> None:
    store, corpus = engine_store(tmp_path, milvus_lite), MemoryCorpus(DOCUMENTS)
    engine_index(store, corpus)
    assert list(update(corpus, store, ENCODER, POLICY)) == []
