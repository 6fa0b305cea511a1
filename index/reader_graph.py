"""The reader as an ONNX graph: the encoder's own, with matrices of its own in 8 bits and a head of one number.

It lies beside the encoder's graph and shares the tables of words and places.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_graph import EXTERNAL_FROM, GRAPH_FILE, Graph
from .reader_weights import ReaderWeights
from .weights import Weights

READER_FILE, READER_TENSORS = "reader.onnx", "reader.tensors"
SCORE = "score"
SHARED = "emb."  # what the names of the encoder's tables begin with


def write_reader_graph(weights: Weights, reader: ReaderWeights, folder: Path) -> None:
    """Writes `reader.onnx` and `reader.tensors` into a folder that holds the encoder's graph already.

    Inputs: int64 (batch, tokens) ids and mask. Output: float32 (batch, 1), log odds that the text holds the answer.
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
    def __init__(self, weights: Weights, reader: ReaderWeights, tables: dict[str, Any]) -> None:
        super().__init__(weights)
        self.reader, self.tables = reader, tables

    def build(self) -> Any:
        from onnx import TensorProto

        x = self.embeddings()
        mask = self.node("Cast", ["attention_mask"], to=TensorProto.INT32)
        for layer in range(self.weights.shape.layers):
            x = self.block(x, mask, f"l{layer}.")
        first = self.node("Gather", [x, self.tensor("int.first", np.zeros((), np.int64))], axis=1)
        head = [self.tensor(name, self.reader.vector(name)) for name in ("score.w", "score.b")]
        self.node("Gemm", [first, *head], [SCORE], transB=1)
        return self.model("reader", {SCORE: ["batch", 1]})

    def tensor(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.tables:
            return super().tensor(name, value)
        self.tensors.append(self.tables[name])
        return name

    def skip_norm(self, x: str, skip: str, name: str) -> str:
        if name.startswith(SHARED):
            return super().skip_norm(x, skip, name)
        norm = [self.tensor(f"{name}.{part}", self.reader.vector(f"{name}.{part}")) for part in "wb"]
        return self.fused("SkipLayerNormalization", [x, skip, *norm], epsilon=self.weights.shape.epsilon)

    def linear(self, x: str, names: list[str], inputs: int, outputs: int) -> str:
        """8-bit products: activations are rounded as they come, each output's weights have a scale of their own."""
        several = [self.reader.matrix(f"{name}.w", self.weights) for name in names]
        matrices = np.concatenate(several).reshape(outputs * len(names), inputs)
        scale = np.abs(matrices).max(axis=1) / 127
        codes = np.rint(matrices / scale[:, None]).astype(np.int8)
        bias = np.concatenate([self.reader.vector(f"{name}.b") for name in names])
        return self.fused(
            "DynamicQuantizeMatMul",
            [
                x,
                self.tensor(f"{names[0]}.codes", codes.T),
                self.tensor(f"{names[0]}.scale", scale.astype(np.float32)),
                "",  # zero points are 0
                self.tensor(f"{names[0]}.b", bias),
            ],
        )
