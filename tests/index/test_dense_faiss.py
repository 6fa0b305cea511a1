from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.dense_build import FLOOR, DenseFacts, check_recall, write_dense
from index.dense_faiss import LISTS_FROM, DenseSegment, kind_for, leading_rows
from index.errors import PublishFailed
from index.ports import Vectors
from index.quantized import QuantizedRows, QuantizedWriter

DIMENSION = 64
ROUNDING = 8e-3  # of a cosine, by one byte a component at 64 dimensions


def unit(vectors: NDArray[np.floating]) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def mixtures(count: int, seed: int) -> Vectors:
    """Vectors that lie as texts' do: mixes of two of a few hundred topics, all in one cone, and a little noise."""
    random = np.random.default_rng(seed)
    topics = unit(np.random.default_rng(0).normal(0, 1, (300, DIMENSION)) + 1.5)
    share = random.uniform(0.5, 1, (count, 1))
    left, right = topics[random.integers(300, size=count)], topics[random.integers(300, size=count)]
    return unit(share * left + (1 - share) * right + random.normal(0, 0.05, (count, DIMENSION)))


def segment(
    folder: Path, vectors: Vectors, languages: NDArray[np.uint8] | None = None
) -> tuple[DenseSegment, QuantizedRows]:
    writer = QuantizedWriter(folder / "vectors.bin", vectors.shape[1])
    writer.append(vectors)
    writer.close()
    rows = QuantizedRows(folder / "vectors.bin", vectors.shape[1])
    codes = np.zeros(len(rows), np.uint8) if languages is None else languages
    write_dense(folder, rows, codes, vectors[::100] if len(vectors) else vectors)
    return DenseSegment(folder, rows, codes), rows


@lru_cache(maxsize=1)
def large() -> Vectors:
    return mixtures(LISTS_FROM + 500, 1)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> tuple[DenseSegment, QuantizedRows]:
    return segment(tmp_path_factory.mktemp("lists"), large())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[DenseSegment, Vectors]:
    vectors = mixtures(400, 2)
    return segment(tmp_path_factory.mktemp("flat"), vectors)[0], vectors


def nearest(
    dense: DenseSegment, rows: QuantizedRows, query: Vectors, n: int, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """The best `n` of what the segment found, by the rows' own vectors."""
    return leading_rows(rows, dense.search(query, n, allowed).rows, query, n).rows


def recall(found: NDArray[np.int64], vectors: Vectors, query: Vectors, allowed: NDArray[np.bool_] | None) -> float:
    """Share of `found` that an exact search would give too; rows as near as its last one count as well."""
    similarity = vectors @ query
    if allowed is not None:
        similarity[~allowed] = -np.inf
    last = np.sort(similarity)[::-1][len(found) - 1]
    return float(np.mean(similarity[found] >= last - ROUNDING))


@pytest.mark.parametrize(
    ("passages", "kind"),
    [(0, "flat-fp16"), (LISTS_FROM - 1, "flat-fp16"), (LISTS_FROM, "ivf-pq4")],
)
def test_the_kind_of_index_follows_the_number_of_passages(passages: int, kind: str) -> None:
    assert kind_for(passages) == kind


def test_a_small_segment_is_searched_exactly(small: tuple[DenseSegment, Vectors]) -> None:
    dense, vectors = small
    for query in mixtures(50, 3):
        found = dense.search(query, 10, None).rows
        similarity = vectors @ query
        best = np.sort(similarity)[::-1][:10]
        np.testing.assert_allclose(similarity[found], best, atol=ROUNDING)


def test_all_rows_come_back_nearest_first_when_all_are_asked_for(small: tuple[DenseSegment, Vectors]) -> None:
    dense, vectors = small
    query = mixtures(1, 4)[0]
    found = dense.search(query, 10_000, None).rows
    assert sorted(found.tolist()) == list(range(len(vectors)))
    assert (np.diff((vectors @ query)[found]) < ROUNDING).all()


@pytest.mark.parametrize("count", [1, 3, 10, 399])
def test_a_filter_on_a_small_segment_gives_as_many_as_exist(small: tuple[DenseSegment, Vectors], count: int) -> None:
    dense, vectors = small
    allowed = np.zeros(len(vectors), dtype=np.bool_)
    allowed[np.random.default_rng(count).permutation(len(vectors))[:count]] = True
    query = mixtures(1, 5)[0]
    found = dense.search(query, 10, allowed).rows
    assert len(found) == len(set(found.tolist())) == min(10, count)
    assert allowed[found].all()
    assert recall(found, vectors, query, allowed) >= 0.9


def test_a_filter_that_keeps_nothing_gives_nothing(small: tuple[DenseSegment, Vectors]) -> None:
    dense, vectors = small
    assert dense.search(vectors[0], 10, np.zeros(len(vectors), dtype=np.bool_)).rows.tolist() == []


def test_an_empty_segment_gives_nothing(tmp_path: Path) -> None:
    dense, rows = segment(tmp_path, np.empty((0, DIMENSION), np.float32))
    assert len(rows) == 0
    assert dense.search(mixtures(1, 1)[0], 10, None).rows.tolist() == []
    assert dense.search(mixtures(1, 1)[0], 10, np.empty(0, np.bool_)).rows.tolist() == []


def test_the_lists_find_nearly_what_an_exact_search_finds(lists: tuple[DenseSegment, QuantizedRows]) -> None:
    shares = [recall(nearest(*lists, query, 10), large(), query, None) for query in mixtures(60, 6)]
    assert np.mean(shares) >= 0.95


@pytest.mark.parametrize("kept", [5, 200, 5_000, LISTS_FROM])
def test_a_filter_on_the_lists_gives_as_many_as_exist_and_the_right_ones(
    lists: tuple[DenseSegment, QuantizedRows], kept: int
) -> None:
    allowed = np.zeros(len(large()), dtype=np.bool_)
    allowed[np.random.default_rng(kept).permutation(len(large()))[:kept]] = True
    shares = []
    for query in mixtures(20, 7):
        found = nearest(*lists, query, 10, allowed)
        assert len(found) == min(10, kept)
        assert allowed[found].all()
        shares.append(recall(found, large(), query, allowed))
    assert np.mean(shares) >= 0.95


def test_cosines_are_exact_without_codes_and_near_with_them(
    small: tuple[DenseSegment, Vectors], lists: tuple[DenseSegment, QuantizedRows]
) -> None:
    for query in mixtures(5, 15):
        for dense, vectors, apart in ((small[0], small[1], ROUNDING), (lists[0], large(), 0.1)):
            near = dense.search(query, 10, None)
            np.testing.assert_allclose(near.cosines, vectors[near.rows] @ query, atol=apart)


def test_equal_vectors_make_an_equal_file(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        segment(tmp_path / name, mixtures(300, 8))
        files.append((tmp_path / name / "dense.faiss").read_bytes())
    assert files[0] == files[1]


SHARES = {0: 0.01, 1: 0.94, 2: 0.05}  # of the passages, by language


@pytest.mark.parametrize("count", [400, LISTS_FROM + 3_000])
@pytest.mark.parametrize("kept", [None, 0.5])
def test_each_language_gives_its_own_nearest(tmp_path: Path, count: int, kept: float | None) -> None:
    random = np.random.default_rng(9)
    vectors = mixtures(count, 10)
    languages = random.choice(list(SHARES), size=count, p=list(SHARES.values())).astype(np.uint8)
    dense, rows = segment(tmp_path, vectors, languages)
    allowed = None if kept is None else random.random(count) < kept
    shares = []
    for query in mixtures(10, 11):
        found = dense.search(query, 10, allowed).rows
        for code in SHARES:
            mask = languages == code if allowed is None else (languages == code) & allowed
            own = leading_rows(rows, found[languages[found] == code], query, 10).rows
            assert len(own) == min(10, mask.sum())
            assert mask[own].all()
            shares.append(recall(own, vectors, query, mask))
    assert np.mean(shares) >= 0.95


@pytest.mark.parametrize("count", [LISTS_FROM - 1, LISTS_FROM])
def test_quality_is_the_same_on_both_sides_of_the_switch(tmp_path: Path, count: int) -> None:
    vectors = mixtures(count, 12)
    dense, rows = segment(tmp_path, vectors)
    shares = [recall(nearest(dense, rows, query, 10), vectors, query, None) for query in mixtures(40, 13)]
    assert np.mean(shares) >= 0.98


def test_the_recall_that_was_measured_is_told(tmp_path: Path) -> None:
    _, rows = segment(tmp_path, large())
    facts = write_dense(tmp_path, rows, np.zeros(len(rows), np.uint8), mixtures(50, 14))
    assert facts.kind == "ivf-pq4"
    assert facts.recall is not None
    assert facts.recall >= 0.98


@pytest.mark.parametrize("recall", [None, 1.0, FLOOR])
def test_an_index_that_finds_enough_is_published(recall: float | None) -> None:
    check_recall(DenseFacts("ivf-pq4", recall))


def test_an_index_that_finds_too_little_is_not_published() -> None:
    with pytest.raises(PublishFailed, match=r"finds 0\.949 .* muhojir init"):
        check_recall(DenseFacts("ivf-pq4", 0.949))
