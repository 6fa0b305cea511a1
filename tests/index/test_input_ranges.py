"""Inputs evened out before they are rounded to 8 bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.input_ranges import LEAST, evened, input_ranges

Array = NDArray[np.float32]


def rounded(x: Array, matrix: Array) -> Array:
    """As DynamicQuantizeMatMul does it: one scale for the inputs, one for each output's weights."""
    reach, own = np.abs(x).max() / 127, np.abs(matrix).max(axis=1) / 127
    return np.asarray((np.rint(x / reach) @ np.rint(matrix / own[:, None]).T) * reach * own)


def some(seed: int = 0) -> tuple[Array, Array]:
    """Twenty inputs of 64, of which one reaches fifty times as far as the others, and a matrix."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((20, 64)).astype(np.float32)
    x[:, 7] *= 50
    return x, random.standard_normal((32, 64)).astype(np.float32)


def test_evening_out_changes_no_product() -> None:
    x, matrix = some()
    factor = evened(matrix, np.abs(x).max(axis=0))
    np.testing.assert_allclose((x / factor) @ (matrix * factor).T, x @ matrix.T, rtol=1e-3, atol=1e-3)


def test_evened_inputs_keep_more_digits_when_rounded() -> None:
    x, matrix = some()
    factor = evened(matrix, np.abs(x).max(axis=0))
    exact = x @ matrix.T
    plain = np.abs(rounded(x, matrix) - exact).mean()
    assert np.abs(rounded(x / factor, matrix * factor) - exact).mean() < plain / 2


def test_what_hardly_moves_is_not_stretched_without_end() -> None:
    _, matrix = some()
    reach = np.ones(64, np.float32)
    reach[3], matrix[:, 5] = 0, 0
    factor = evened(matrix, reach)
    assert np.isfinite(factor).all()
    assert factor.min() == np.float32(LEAST)


def test_ranges_ship_for_each_matrix_that_is_rounded() -> None:
    ranges = input_ranges()
    assert set(ranges) == {f"l{layer}.{name}" for layer in range(12) for name in ("q", "ao", "fi")}
    for reach in ranges.values():
        assert reach.shape == (384,)
        assert np.isfinite(reach).all()
        assert (reach > 0).all()
