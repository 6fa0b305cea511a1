"""The default model as an ONNX graph, written from its 4-bit weights without torch.

A layer's last matrix stays in the file's 4 bits; the others are rounded to 8, each output with a scale of its own,
their inputs evened out first (index/input_ranges.py): three fifths of the time of 4 bits throughout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.input_ranges import evened, input_ranges
from index.ports import Vectors
from index.weights import BLOCK, Weights

INPUT = "input_ids"
OUTPUT, TOKENS = "sentence_embedding", "token_states"
GRAPH_FILE, TENSOR_FILE = "graph.onnx", "graph.tensors"
OPSET, IR_VERSION = 20, 9  # opset 20 needs onnxruntime 1.17; the fused operators below need 1.22
INT8_ACTIVATIONS = 4  # onnxruntime's name for this: accuracy_level of MatMulNBits
EXTERNAL_FROM = 1024  # bytes; larger tensors go to the side file, which onnxruntime maps instead of parsing


def write_graph(weights: Weights, folder: Path) -> None:
    """Writes `graph.onnx` and `graph.tensors`.

    Input: int64 (1, tokens); a second text would change the rounding of the first. Outputs: float32 (1, hidden),
    mean-pooled, unit length; and float32 (1, tokens, hidden), the last layer's states, computed anyway and copied only
    when asked for.
    """
    import onnx

    model = Graph(weights).build()
    onnx.save(
        model, folder / GRAPH_FILE, save_as_external_data=True, location=TENSOR_FILE, size_threshold=EXTERNAL_FROM
    )


class Graph:
    """Collects nodes and initializers; every method adds some and returns the name of the result."""

    codes = 127  # the largest of an 8-bit matrix

    def __init__(self, weights: Weights) -> None:
        self.weights, self.ranges = weights, input_ranges()
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def build(self) -> Any:
        x = self.states()
        self.pool(x)
        self.node("Identity", [x], [TOKENS])
        hidden = self.weights.shape.hidden
        return self.model("multilingual-e5-small", {OUTPUT: [1, hidden], TOKENS: [1, "tokens", hidden]})

    def states(self) -> str:
        """The last layer's."""
        x = self.embeddings()
        for layer in range(self.weights.shape.layers):
            x = self.block(x, f"l{layer}.")
        return x

    def model(self, name: str, outputs: dict[str, list[str | int]]) -> Any:
        """What was collected, with the ids of one text as input and float32 outputs of these shapes."""
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
            self.tensors,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def vector(self, name: str) -> Vectors:
        return self.weights.vector(name)

    def matrix(self, name: str) -> Vectors:
        """(outputs, inputs)."""
        return self.weights.matrix(f"{name}.w", len(self.vector(f"{name}.b")))

    def reach(self, name: str) -> Vectors:
        """How far each of the matrix's inputs reaches."""
        return self.ranges[name]

    def tensor(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.tensors.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str] | None = None, **attributes: Any) -> str:
        from onnx import helper

        outputs = outputs or [f"{kind}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))
        return outputs[0]

    def fused(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        return self.node(kind, inputs, domain="com.microsoft", **attributes)

    def packed(self, name: str, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Codes two to a byte, the earlier one low: uint8 (rows, blocks, 16), and float32 scales."""
        codes, scales = self.weights.blocks(name, rows)
        return np.bitwise_or(codes[:, :, 0::2], codes[:, :, 1::2] << 4, dtype=np.uint8), scales.astype(np.float32)

    def embeddings(self) -> str:
        shape, vector = self.weights.shape, self.weights.vector
        codes, scales = self.packed("emb.word", shape.vocabulary)
        table = self.tensor("emb.word", codes.reshape(shape.vocabulary, -1))
        inputs = [table, INPUT, self.tensor("emb.word.scales", scales)]
        words = self.fused("GatherBlockQuantized", inputs, bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1)
        # Every token has type 0, so its vector is added to the positions once and for all.
        places = vector("emb.pos").reshape(-1, shape.hidden) + vector("emb.type")[: shape.hidden]
        zero, one, two, _ = (self.tensor(f"int.{n}", np.array([n], np.int64)) for n in (0, 1, 2, -1))
        tokens = self.node("Slice", [self.node("Shape", [INPUT]), one, two])
        sliced = self.node("Slice", [self.tensor("emb.pos", places), zero, tokens, zero])
        return self.skip_norm(words, self.node("Expand", [sliced, self.node("Shape", [words])]), "emb.ln")

    def skip_norm(self, x: str, skip: str, name: str) -> str:
        """The norm of the sum. onnxruntime's own operator for it takes three times as long: it adds one by one."""
        total = self.node("Add", [x, skip])
        mean = self.node("ReduceMean", [total, "int.-1"])
        factor, shift = (self.tensor(f"{name}.{part}", self.vector(f"{name}.{part}")) for part in "wb")
        scaled = self.node(
            "SimplifiedLayerNormalization",  # divides by the root of the mean square
            [self.node("Sub", [total, mean]), factor],
            axis=-1,
            epsilon=self.weights.shape.epsilon,
        )
        return self.node("Add", [scaled, shift])

    def linear(self, x: str, names: list[str]) -> str:
        """The products of `x` with the named matrices, side by side, in 8 bits, biases added."""
        matrix = np.concatenate([self.matrix(name) for name in names])
        factor = evened(matrix, self.reach(names[0]))
        even = self.node("Mul", [x, self.tensor(f"{names[0]}.evened", 1 / factor)])
        return self.eight_bits(even, names, matrix * factor)

    def last(self, x: str, name: str) -> str:
        """A layer's last product, in the file's 4 bits; activations are rounded in blocks of 8 bits."""
        bias = self.vector(f"{name}.b")
        codes, scales = self.packed(f"{name}.w", len(bias))
        return self.fused(
            "MatMulNBits",
            [
                x,
                self.tensor(f"{name}.w", codes),
                self.tensor(f"{name}.scales", scales.ravel()),
                *("", ""),  # no zero points (8 is the default), no group order
                self.tensor(f"{name}.b", bias),
            ],
            **{"K": codes.shape[1] * BLOCK, "N": len(bias), "bits": 4, "block_size": BLOCK},
            accuracy_level=INT8_ACTIVATIONS,
        )

    def eight_bits(self, x: str, names: list[str], matrix: Vectors) -> str:
        """Activations are rounded as they come, all of a text on one scale; so are each output's weights."""
        scale = np.abs(matrix).max(axis=1) / self.codes
        codes = np.rint(matrix / scale[:, None]).astype(np.int8)
        return self.fused(
            "DynamicQuantizeMatMul",
            [
                x,
                self.tensor(f"{names[0]}.codes", codes.T),
                self.tensor(f"{names[0]}.scale", scale.astype(np.float32)),
                "",  # zero points are 0
                self.tensor(f"{names[0]}.b", np.concatenate([self.vector(f"{name}.b") for name in names])),
            ],
        )

    def block(self, x: str, at: str) -> str:
        """One transformer layer, post-norm."""
        heads = [f"{at}{name}" for name in "qkv"]
        count = len(self.vector(f"{at}q.b")) // self.weights.shape.head
        projected = self.linear(x, heads)
        self.node("Split", [projected], heads, axis=-1, num_outputs=3)
        attended = self.fused("MultiHeadAttention", heads, num_heads=count)
        x = self.skip_norm(self.linear(attended, [f"{at}ao"]), x, f"{at}aln")
        inner = self.fused("Gelu", [self.linear(x, [f"{at}fi"])])
        return self.skip_norm(self.last(inner, f"{at}fo"), x, f"{at}oln")

    def pool(self, x: str) -> None:
        """Unit length makes the sum over a text's tokens equal to their mean."""
        self.node("LpNormalization", [self.node("ReduceSum", [x, "int.1"], keepdims=0)], [OUTPUT], axis=-1, p=2)
