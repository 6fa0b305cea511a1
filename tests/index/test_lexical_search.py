"""Pruned search against scoring every passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import lexical_bm25 as bm25
from index.impacts import BLOCK
from index.lexical_build import write_lexical
from index.lexical_search import Norms, SegmentScores

PASSAGES, WORDS = 20_003, 400


@pytest.fixture(scope="module")
def segment_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Words fall off as in real texts: a few stand in most passages, most in a few. One is repeated beyond a byte."""
    folder, random = tmp_path_factory.mktemp("segment"), np.random.default_rng(1)
    shares = 1 / np.arange(1, WORDS + 1)
    drawn = random.choice(WORDS, size=(PASSAGES, 20), p=shares / shares.sum())
    lengths = random.integers(1, 21, PASSAGES)
    analyzed = [[f"w{word}" for word in row[:length]] for row, length in zip(drawn.tolist(), lengths, strict=True)]
    analyzed[7] = ["w1"] * 300
    write_lexical(folder, (analyzed[at : at + 5_000] for at in range(0, PASSAGES, 5_000)))
    return folder


@pytest.fixture(scope="module")
def segment(segment_folder: Path) -> bm25.LexicalSegment:
    return bm25.LexicalSegment(segment_folder)


def scored(segment: bm25.LexicalSegment, words: list[int], mean: float) -> tuple[SegmentScores, np.ndarray]:
    """The scores as searched, and those of every passage summed from its counts."""
    keys = bm25.term_hashes([f"w{word}" for word in words])
    held = np.array([segment.holding(key, None) for key in keys], dtype=np.float64)
    weights = bm25.inverse_document_frequency(PASSAGES, held)
    norms = Norms.of(segment, mean)
    every = bm25.accumulate(
        ((segment.postings(key), weight) for key, weight in zip(keys, weights, strict=True)), norms.values
    )
    return SegmentScores(segment, keys, weights, norms), every[:PASSAGES]


ASKED = [[0], [0, 2, 3], [0, 2, 3, 4, 5, 6], [0, 1, 200], [300, 390], [2, 350], [*range(12)], [999]]


def test_frequent_terms_are_those_of_many_passages_whose_counts_fit_a_byte(segment: bm25.LexicalSegment) -> None:
    frequent, repeated, rare = bm25.term_hashes(["w0", "w1", "w300"])
    assert frequent in segment.frequent.places
    assert repeated not in segment.frequent.places
    assert rare not in segment.frequent.places
    assert len(segment.postings(repeated).rows) > PASSAGES / 32 > len(segment.postings(rare).rows)


@pytest.mark.parametrize("words", ASKED, ids=str)
@pytest.mark.parametrize("mean", [4.0, 10.5, 60.0])
@pytest.mark.parametrize("kept", [1.0, 0.5, 0.06, 0.001])
def test_the_best_passages_are_those_of_scoring_all(
    segment: bm25.LexicalSegment, words: list[int], mean: float, kept: float
) -> None:
    search, every = scored(segment, words, mean)
    allowed = None if kept == 1 else np.random.default_rng(2).random(PASSAGES) < kept
    wanted = every if allowed is None else np.where(allowed, every, 0)
    for n in (1, 10, 50):
        found, scores = search.top(n, allowed)
        best = np.sort(wanted[wanted > 0])[::-1][:n]
        assert len(found) >= len(best)
        np.testing.assert_allclose(np.sort(search.of(found))[::-1][:n], best, rtol=1e-5)
        assert (search.of(found) == scores).all()
        np.testing.assert_allclose(scores, every[found], rtol=1e-5)


@pytest.mark.parametrize("words", [[0, 2, 3, 4], [0, *range(2, 90)]], ids=len)
def test_few_passages_are_scored_for_words_that_most_hold(segment: bm25.LexicalSegment, words: list[int]) -> None:
    frequent = [word for word in words if bm25.term_hashes([f"w{word}"])[0] in segment.frequent.places]
    search, every = scored(segment, frequent, 10.5)
    impacts = search._impacts
    assert impacts is not None
    bounds = impacts.scores(impacts.of_blocks())
    assert (every <= np.repeat(bounds, BLOCK)[:PASSAGES]).all()
    tenth = float(np.sort(every)[-10])
    rows, sums = impacts.of_passages(np.flatnonzero(bounds >= tenth), impacts.reaching(tenth))
    assert set(np.flatnonzero(every >= tenth)) <= set(rows.tolist())
    assert (every[rows] <= impacts.scores(sums)).all()
    assert len(rows) < 0.05 * PASSAGES


def test_a_segment_without_impacts_is_searched_by_its_blocks_bounds(
    segment: bm25.LexicalSegment, segment_folder: Path, tmp_path: Path
) -> None:
    for path in segment_folder.iterdir():
        if path.name != "frequent_impacts.bin":
            (tmp_path / path.name).symlink_to(path)
    older, _ = scored(bm25.LexicalSegment(tmp_path), [0, 2, 3, 4], 10.5)
    found, _ = older.top(10, None)
    assert found.tolist() == scored(segment, [0, 2, 3, 4], 10.5)[0].top(10, None)[0].tolist()


def test_terms_are_counted_among_live_passages(segment: bm25.LexicalSegment) -> None:
    live = np.arange(PASSAGES) % 3 > 0
    for key in bm25.term_hashes(["w0", "w300", "absent"]):
        rows = segment.postings(key).rows
        assert segment.holding(key, None) == len(rows)
        assert segment.holding(key, live) == int(live[rows].sum())
