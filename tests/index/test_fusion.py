from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from index.fusion import min_max, mix, over_max

SCORES = hnp.arrays(np.float32, st.integers(0, 12), elements=st.floats(0, 50, width=32))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([], []), ([3.0], [1.0]), ([2.0, 2.0], [1.0, 1.0]), ([1.0, 3.0, 2.0], [0.0, 1.0, 0.5]), ([-2.0, 2.0], [0.0, 1.0])],
)
def test_min_max_moves_scores_to_zero_and_one(scores: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(min_max(np.array(scores, np.float32)), expected)


@pytest.mark.parametrize(
    ("scores", "expected"), [([], []), ([0.0, 0.0], [0.0, 0.0]), ([0.0, 4.0, 1.0], [0.0, 1.0, 0.25])]
)
def test_a_passage_without_the_words_keeps_no_lexical_evidence(scores: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(over_max(np.array(scores, np.float32)), expected)


@pytest.mark.parametrize(
    ("lexical", "dense", "weight", "expected"),
    [
        ([4.0, 0.0, 2.0], [0.8, 0.9, 0.7], 0.7, [0.7 * 0.5 + 0.3, 0.7, 0.15]),
        ([4.0, 1.0], [0.1, 0.9], 0.0, [1.0, 0.25]),
        ([4.0, 1.0], [0.1, 0.9], 1.0, [0.0, 1.0]),
        ([0.0, 0.0], [0.1, 0.9], 0.5, [0.0, 0.5]),
    ],
)
def test_a_mix_worked_out_by_hand(
    lexical: list[float], dense: list[float], weight: float, expected: list[float]
) -> None:
    found = mix(np.array(lexical, np.float32), np.array(dense, np.float32), weight)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@given(SCORES, st.floats(0, 1))
def test_a_mix_stays_within_zero_and_one_and_follows_its_candidates(lexical: np.ndarray, weight: float) -> None:
    dense = np.linspace(0.7, 0.9, len(lexical), dtype=np.float32)
    found = mix(lexical, dense, weight)
    assert ((found >= -1e-6) & (found <= 1 + 1e-6)).all()
    np.testing.assert_allclose(mix(lexical[::-1], dense[::-1], weight), found[::-1], atol=1e-6)
