"""What the reader has learned, as a small difference from the encoder's own weights.

It keeps the heads and inner units of each layer that tell most (structured pruning by first-order Taylor importance:
Molchanov et al. 2019, arXiv 1906.10771). What is left of a matrix differs from the encoder's by a product of two thin
ones (low rank, as in LoRA: Hu et al. 2021, arXiv 2106.09685); biases, norms and the head are kept whole.
`benchmarks/reader.py` learns all of it.
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
HEADS, UNITS = ".heads", ".units"
READER_WEIGHTS = "reader.npz"

Places = NDArray[np.int64] | slice


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """`arrays`: of each matrix int8 `NAME.up` (outputs, rank) and `NAME.down` (rank, inputs), and `NAME.sizes` (rank,)
    of their products; of each layer `LAYER.heads` and `LAYER.units`, which outputs of the encoder's heads and which of
    its inner units are kept, in order; other tensors by their own names. A matrix is named "LAYER.PART.w", a layer "l0"
    to "l11"."""

    arrays: Mapping[str, NDArray[Any]]

    def matrix(self, name: str, base: Weights) -> Vectors:
        """float32 (outputs, inputs): what is kept of the encoder's matrix of that name and what is added to it."""
        up, sizes, down = (self.arrays[name + part].astype(np.float32) for part in (UP, SIZES, DOWN))
        return np.asarray(self.kept(name, base) + (up * sizes) @ down, np.float32)

    def kept(self, name: str, base: Weights) -> Vectors:
        """float32 (outputs, inputs): of the encoder's matrix of that name."""
        whole = base.matrix(name, len(base.vector(f"{name.removesuffix('.w')}.b")))
        return whole[self.outputs(name)][:, self.inputs(name)]

    def vector(self, name: str) -> Vectors:
        return np.asarray(self.arrays[name], np.float32)

    def outputs(self, name: str) -> Places:
        """Which outputs of the encoder's matrix are kept: of a layer's three projections and its first product."""
        return self._kept(name, ("q", "k", "v"), "fi")

    def inputs(self, name: str) -> Places:
        """Which inputs: of what the heads give, and of a layer's last product."""
        return self._kept(name, ("ao",), "fo")

    def _kept(self, name: str, of_heads: tuple[str, ...], of_units: str) -> Places:
        layer, part = name.split(".")[:2]
        if part in of_heads:
            return self.arrays[f"{layer}{HEADS}"].astype(np.int64)
        return self.arrays[f"{layer}{UNITS}"].astype(np.int64) if part == of_units else slice(None)


def shipped_reader() -> ReaderWeights:
    """The reader of the default model, beside this module."""
    return ReaderWeights(shipped_arrays(READER_WEIGHTS))
