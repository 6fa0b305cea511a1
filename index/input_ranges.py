"""How far the inputs of the encoder's matrices reach, by matrix: what lets them be rounded to 8 bits.

A few of the 384 inputs reach ten times as far as the others, and one scale for all would leave these no digits.
`benchmarks/input_ranges.py` measures them on the shipped library.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .ports import Vectors
from .shipped import shipped_arrays

RANGES_FILE = "input_ranges.npz"
LEAST = 0.2  # inputs that hardly move are not stretched without end; chosen, not tuned


def input_ranges() -> Mapping[str, Vectors]:
    """By the name of a matrix, the largest magnitude of each of its inputs, float32."""
    return {name: np.asarray(reach, np.float32) for name, reach in shipped_arrays(RANGES_FILE).items()}


def evened(matrix: Vectors, reach: Vectors) -> Vectors:
    """What to divide each input by, and multiply its column by, so that both spread as evenly as they can.

    The square root of an input's reach over its column's (SmoothQuant, Xiao et al. 2022, arXiv 2211.10438, with alpha
    .5), as a share of the median's, LEAST at least. `matrix`: (outputs, inputs); float32 (inputs,).
    """
    column = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny)
    factor = np.sqrt(reach / column)
    return np.asarray(np.maximum(factor / np.median(factor), LEAST), np.float32)
