"""What the reader has learned, as a small difference from the encoder's own weights.

Each matrix differs by a product of two thin ones (low rank, as in LoRA: Hu et al. 2021, arXiv 2106.09685); biases,
norms and the head are kept whole. `benchmarks/reader.py` learns them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ports import Vectors
from .shipped import shipped_arrays
from .weights import Weights

UP, SIZES, DOWN = ".up", ".sizes", ".down"
READER_WEIGHTS = "reader.npz"


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """`arrays`: of each matrix int8 `NAME.up` (outputs, rank) and `NAME.down` (rank, inputs), and `NAME.sizes` (rank,)
    of their products; other tensors by their own names."""

    arrays: Mapping[str, NDArray[Any]]

    def matrix(self, name: str, base: Weights) -> Vectors:
        """float32 (outputs, inputs): the encoder's matrix of that name and what is added to it."""
        up, sizes, down = (self.arrays[name + part].astype(np.float32) for part in (UP, SIZES, DOWN))
        return np.asarray(base.matrix(name, len(up)) + (up * sizes) @ down, np.float32)

    def vector(self, name: str) -> Vectors:
        return np.asarray(self.arrays[name], np.float32)


def shipped_reader() -> ReaderWeights:
    """The reader of the default model, beside this module."""
    return ReaderWeights(shipped_arrays(READER_WEIGHTS))
