"""The reader as an ONNX graph: the encoder's own, with matrices of its own, all but two in 8 bits, and a head of one
number.

It lies beside the encoder's graph and shares the tables of words and places.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_graph import EXTERNAL_FROM, GRAPH_FILE, Graph
from .onnx_session import NO_OVERFLOW
from .ports import Vectors
from .reader_weights import ReaderWeights
from .weights import Weights

READER_FILE, READER_TENSORS = "reader.onnx", "reader.tensors"
SCORE = "score"
SHARED = "emb."  # what the names of the encoder's tables begin with
# Products whose inputs reach too far for 8 bits, which moved log odds by up to 2.4: kept in float32 (0011).
EXACT = ("l0.fo", "l4.fo")


def write_reader_graph(weights: Weights, reader: ReaderWeights, folder: Path) -> None:
    """Writes `reader.onnx` and `reader.tensors` into a folder that holds the encoder's graph already.

    Input: int64 (1, tokens). Output: float32 (1, 1), log odds that the text holds the answer.
    """
    import onnx

    model = ReaderGraph(weights, reader, _tables(folder)).build()
    onnx.save(
        model, folder / READER_FILE, save_as_external_data=True, location=READER_TENSORS, size_threshold=EXTERNAL_FROM
    )


def _tables(folder: Path) -> dict[str, Any]:
    """By name, references to the encoder's tables in its side file."""
    import onnx

    graph = onnx.load(str(folder / GRAPH_FILE), load_external_data=False).graph
    outside = (one for one in graph.initializer if one.data_location == onnx.TensorProto.EXTERNAL)
    return {one.name: one for one in outside if one.name.startswith(SHARED)}


class ReaderGraph(Graph):
    codes = NO_OVERFLOW  # a bit less, for the fast product on any processor

    def __init__(self, weights: Weights, reader: ReaderWeights, tables: dict[str, Any]) -> None:
        super().__init__(weights)
        self.reader, self.tables = reader, tables

    def build(self) -> Any:
        first = self.node("Gather", [self.states(), self.tensor("int.first", np.zeros((), np.int64))], axis=1)
        head = [self.tensor(name, self.vector(name)) for name in ("score.w", "score.b")]
        self.node("Gemm", [first, *head], [SCORE], transB=1)
        return self.model("reader", {SCORE: [1, 1]})

    def vector(self, name: str) -> Vectors:
        return super().vector(name) if name.startswith(SHARED) else self.reader.vector(name)

    def matrix(self, name: str) -> Vectors:
        return self.reader.matrix(f"{name}.w", self.weights)

    def reach(self, name: str) -> Vectors:
        return super().reach(name)[self.reader.inputs(f"{name}.w")]

    def last(self, x: str, name: str) -> str:
        if name not in EXACT:
            return self.eight_bits(x, [name], self.matrix(name))
        product = self.node("MatMul", [x, self.tensor(f"{name}.w", self.matrix(name).T)])
        return self.node("Add", [product, self.tensor(f"{name}.b", self.vector(f"{name}.b"))])

    def tensor(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.tables:
            return super().tensor(name, value)
        self.tensors.append(self.tables[name])
        return name
