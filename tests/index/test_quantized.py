from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ports import Vectors
from index.quantized import QuantizedRanges, QuantizedRows, QuantizedWriter


def written(path: Path, *parts: Vectors, dimension: int) -> QuantizedRows:
    writer = QuantizedWriter(path, dimension)
    for part in parts:
        writer.append(part)
    writer.close()
    return QuantizedRows(path, dimension)


def unit(count: int, dimension: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_cosines_of_384_dimensions_are_kept_to_two_thousandths(tmp_path: Path) -> None:
    vectors, query = unit(500, 384), unit(1, 384, 1)[0]
    rows = written(tmp_path / "rows", vectors[:123], vectors[123:], dimension=384)
    assert len(rows) == 500
    np.testing.assert_allclose(rows.dot(np.arange(500), query), vectors @ query, atol=2e-3)
    np.testing.assert_allclose(rows.dot(np.array([7, 3, 7]), query), (vectors @ query)[[7, 3, 7]], atol=2e-3)


def test_each_component_is_kept_to_half_a_step(tmp_path: Path) -> None:
    vectors = unit(50, 16)
    rows = written(tmp_path / "rows", vectors, dimension=16)
    step = np.abs(vectors).max(axis=1, keepdims=True) / 127
    assert (np.abs(rows.take(slice(None)) - vectors) <= step * 0.501).all()


@pytest.mark.parametrize("vector", [[0.0, 0.0], [1.0, 0.0], [-1.0, 1e-9]])
def test_extreme_rows_survive(tmp_path: Path, vector: list[float]) -> None:
    rows = written(tmp_path / "rows", np.array([vector], np.float32), dimension=2)
    np.testing.assert_allclose(rows.take(np.array([0])), [vector], atol=1e-6)


def test_no_rows_give_an_empty_matrix(tmp_path: Path) -> None:
    rows = written(tmp_path / "rows", np.empty((0, 8), np.float32), dimension=8)
    assert len(rows) == 0
    assert rows.take(slice(0, 5)).shape == (0, 8)
    none = np.empty(0, np.int64)
    assert QuantizedRanges(tmp_path / "rows", 8).take(none, none) == []
    assert QuantizedRanges(tmp_path / "rows", 8).dot(none, none, np.ones(8, np.float32)) == []


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> tuple[QuantizedRows, QuantizedRanges]:
    path = tmp_path_factory.mktemp("rows") / "rows"
    return written(path, unit(20, 8), dimension=8), QuantizedRanges(path, 8)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted), max_size=8))
def test_ranges_read_are_the_rows_mapped(
    twenty: tuple[QuantizedRows, QuantizedRanges], ranges: list[list[int]]
) -> None:
    starts, ends = np.array(ranges, dtype=np.int64).reshape(-1, 2).T
    mapped, read = twenty
    query = unit(1, 8, 1)[0]
    for part, near, (start, end) in zip(read.take(starts, ends), read.dot(starts, ends, query), ranges, strict=True):
        np.testing.assert_array_equal(part, mapped.take(slice(start, end)))
        np.testing.assert_allclose(near, mapped.dot(np.arange(start, end), query), atol=1e-6)
