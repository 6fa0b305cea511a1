"""Our matrix against rank-bm25 itself, with the idf that is right from one passage up."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index import lexical_bm25 as bm25
from index.lexical_build import write_lexical
from index.ports import Filters
from index.segment import passage_terms
from index.store import SnapshotStore
from tests.index.samples import MemoryCorpus, built, document, index_all, opened

VOCABULARY = [f"w{number}" for number in range(40)]


def oracle(passages: Sequence[list[str]]) -> BM25Okapi:
    """rank-bm25 with only its idf replaced."""
    model = BM25Okapi(list(passages), k1=bm25.K1, b=bm25.B)
    for word in model.idf:
        holding = sum(word in passage for passage in passages)
        model.idf[word] = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
    return model


def made_up(count: int) -> list[list[str]]:
    """Passages whose word counts fall off as in real texts, seeded."""
    draw = random.Random(count)
    weights = [1 / (place + 1) for place in range(len(VOCABULARY))]
    return [draw.choices(VOCABULARY, weights, k=draw.randint(1, 60)) for _ in range(count)]


def our_scores(folder: Path, passages: list[list[str]], asked: list[str], batch: int = 7) -> np.ndarray:
    assert write_lexical(folder, (passages[at : at + batch] for at in range(0, len(passages), batch))) == len(passages)
    segment = bm25.LexicalSegment(folder)
    rows = [segment.postings(key) for key in bm25.term_hashes(asked)]
    idf = bm25.inverse_document_frequency(len(passages), np.array([float(len(row.rows)) for row in rows]))
    return bm25.accumulate(zip(rows, idf, strict=True), bm25.norms(segment.lengths, float(segment.lengths.mean())))


@pytest.mark.parametrize("count", [1, 2, 5, 50])
@pytest.mark.parametrize("asked", [["w0"], ["w1", "w5", "w39"], VOCABULARY, ["absent", "w2"], ["absent"]])
def test_scores_are_those_of_rank_bm25(tmp_path: Path, count: int, asked: list[str]) -> None:
    passages = made_up(count)
    np.testing.assert_allclose(
        our_scores(tmp_path, passages, asked), oracle(passages).get_scores(asked), rtol=1e-6, atol=1e-6
    )


def test_the_only_passage_scores_above_zero_for_its_own_word(tmp_path: Path) -> None:
    assert our_scores(tmp_path, [["word"]], ["word"])[0] > 0


def test_passages_without_words_score_nothing(tmp_path: Path) -> None:
    np.testing.assert_array_equal(our_scores(tmp_path, [[], []], ["word"]), [0, 0])


def test_no_passages_and_no_terms_give_no_scores(tmp_path: Path) -> None:
    assert write_lexical(tmp_path, []) == 0
    segment = bm25.LexicalSegment(tmp_path)
    assert segment.term_count == 0
    assert len(segment.postings(bm25.term_hashes(["word"])[0]).rows) == 0
    assert bm25.accumulate([], np.ones(3, np.float32)).tolist() == [0, 0, 0]


@given(st.integers(1, 10**6), st.data())
def test_idf_is_positive_and_falls_as_more_passages_hold_the_term(total: int, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(0, total - 1))
    more = data.draw(st.integers(fewer + 1, total))
    rare, common = bm25.inverse_document_frequency(total, np.array([fewer, more], dtype=np.float64))
    assert rare > common > 0


TEXTS = {f"d{place}": " ".join(words) for place, words in enumerate(made_up(30))}
ASKED = {"w0": 1.0, "w3": 1.0, "w11": 0.5, "absent": 1.0}


def live_scores(store: SnapshotStore) -> dict[str, float]:
    """BM25 of every passage that can be found, by document."""
    index = opened(store)
    found = index.search(ASKED, np.zeros(64, np.float32), Filters(), 1_000)
    stored = index.fetch(found.keys.tolist())
    return {one.passage.document_id: float(score) for one, score in zip(stored, found.lexical, strict=True)}


def expected_scores(texts: dict[str, str]) -> dict[str, float]:
    """The same by rank-bm25 fitted on the live passages alone."""
    passages = [text.split() for text in texts.values()]
    model = oracle(passages)
    scores = sum(weight * model.get_scores([word]) for word, weight in ASKED.items())
    return {identity: score for identity, score in zip(texts, scores, strict=True) if score > 0}


def grown(home: Path) -> tuple[MemoryCorpus, SnapshotStore]:
    """TEXTS in three segments of 22, 7 and 1 documents."""
    documents = [document(identity, text) for identity, text in TEXTS.items()]
    corpus, store = built(home, documents[:22])
    for part in (documents[22:29], documents[29:]):
        for one in part:
            corpus.put(one)
        index_all(corpus, store)
    return corpus, store


def test_one_segment_scores_like_rank_bm25(tmp_path: Path) -> None:
    _, store = built(tmp_path, [document(identity, text) for identity, text in TEXTS.items()])
    assert live_scores(store) == pytest.approx(expected_scores(TEXTS), rel=1e-6, abs=1e-6)


def test_three_segments_score_like_one(tmp_path: Path) -> None:
    _, store = grown(tmp_path)
    assert len(store.manifest(store.current_id()).segments) == 3
    assert live_scores(store) == pytest.approx(expected_scores(TEXTS), rel=1e-6, abs=1e-6)


def test_masked_documents_leave_no_trace_in_the_scores(tmp_path: Path) -> None:
    corpus, store = grown(tmp_path)
    for gone in ("d2", "d3", "d25"):
        corpus.remove(gone)
    index_all(corpus, store)
    assert sum(len(segment.masked) for segment in store.manifest(store.current_id()).segments) == 3
    rest = {identity: text for identity, text in TEXTS.items() if identity not in ("d2", "d3", "d25")}
    assert live_scores(store) == pytest.approx(expected_scores(rest), rel=1e-6, abs=1e-6)


def test_the_idf_of_terms_counts_live_passages_and_is_highest_for_the_unknown(tmp_path: Path) -> None:
    corpus, store = grown(tmp_path)
    corpus.remove("d0")
    index_all(corpus, store)
    passages = [text.split() for identity, text in TEXTS.items() if identity != "d0"]
    model = oracle(passages)
    idf = opened(store).idf(["w0", "w7", "absent"])
    assert idf[:2] == pytest.approx([model.idf["w0"], model.idf["w7"]], rel=1e-6)
    assert idf[2] == pytest.approx(math.log(1 + (29 + 0.5) / 0.5), rel=1e-6)


def test_headings_are_searched_with_the_words_below_them(tmp_path: Path) -> None:
    _, store = built(tmp_path, [document("d", "Rivers flood the valley in spring.")])
    passage = opened(store).fetch([0])[0].passage
    assert "raid" in passage_terms(replace(passage, heading=("Raids",)))
    assert "raid" not in passage_terms(passage)
