"""The default model as an ONNX graph, written from its 4-bit weights without torch.

Weights stay in 4 bits, as they are in the file: nothing is quantised again. Matrix products take the activations in
blocks of 8 bits (accuracy level 4): 18 ms a query against 27 ms in float32, cosine to float32 above .9999.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.weights import BLOCK, Weights

INPUTS = ("input_ids", "attention_mask")
OUTPUT, TOKENS = "sentence_embedding", "token_states"
GRAPH_FILE, TENSOR_FILE = "graph.onnx", "graph.tensors"
OPSET, IR_VERSION = 20, 9  # opset 20 needs onnxruntime 1.17; the fused operators below need 1.22
INT8_ACTIVATIONS = 4  # onnxruntime's name for this: accuracy_level of MatMulNBits
EXTERNAL_FROM = 1024  # bytes; larger tensors go to the side file, which onnxruntime maps instead of parsing


def write_graph(weights: Weights, folder: Path) -> None:
    """Writes `graph.onnx` and `graph.tensors`.

    Inputs: int64 (batch, tokens) ids and mask. Outputs: float32 (batch, hidden), mean-pooled, unit rows; and float32
    (batch, tokens, hidden), the last layer's states, computed anyway and copied only when asked for.
    """
    import onnx

    model = Graph(weights).build()
    onnx.save(
        model, folder / GRAPH_FILE, save_as_external_data=True, location=TENSOR_FILE, size_threshold=EXTERNAL_FROM
    )


class Graph:
    """Collects nodes and initializers; every method adds some and returns the name of the result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def build(self) -> Any:
        from onnx import TensorProto

        x = self.embeddings()
        mask = self.node("Cast", ["attention_mask"], to=TensorProto.INT32)
        for layer in range(self.weights.shape.layers):
            x = self.block(x, mask, f"l{layer}.")
        self.pool(x)
        self.node("Identity", [x], [TOKENS])
        hidden = self.weights.shape.hidden
        return self.model("multilingual-e5-small", {OUTPUT: ["batch", hidden], TOKENS: ["batch", "tokens", hidden]})

    def model(self, name: str, outputs: dict[str, list[str | int]]) -> Any:
        """What was collected, with the two inputs and float32 outputs of these shapes."""
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in INPUTS],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
            self.tensors,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

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
        inputs = [table, "input_ids", self.tensor("emb.word.scales", scales)]
        words = self.fused("GatherBlockQuantized", inputs, bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1)
        # Every token has type 0, so its vector is added to the positions once and for all.
        places = vector("emb.pos").reshape(-1, shape.hidden) + vector("emb.type")[: shape.hidden]
        zero, one, two = (self.tensor(f"int.{n}", np.array([n], np.int64)) for n in range(3))
        tokens = self.node("Slice", [self.node("Shape", ["input_ids"]), one, two])
        sliced = self.node("Slice", [self.tensor("emb.pos", places), zero, tokens, zero])
        return self.skip_norm(words, self.node("Expand", [sliced, self.node("Shape", [words])]), "emb.ln")

    def skip_norm(self, x: str, skip: str, name: str) -> str:
        inputs = [x, skip, *(self.tensor(f"{name}.{part}", self.weights.vector(f"{name}.{part}")) for part in "wb")]
        return self.fused("SkipLayerNormalization", inputs, epsilon=self.weights.shape.epsilon)

    def linear(self, x: str, names: list[str], inputs: int, outputs: int) -> str:
        """The products of `x` with the named matrices (each outputs x inputs), side by side, biases added."""
        parts = [self.packed(f"{name}.w", outputs) for name in names]
        bias = np.concatenate([self.weights.vector(f"{name}.b") for name in names])
        return self.fused(
            "MatMulNBits",
            [
                x,
                self.tensor(f"{names[0]}.w", np.concatenate([codes for codes, _ in parts])),
                self.tensor(f"{names[0]}.scales", np.concatenate([scales for _, scales in parts]).ravel()),
                *("", ""),  # no zero points (8 is the default), no group order
                self.tensor(f"{names[0]}.b", bias),
            ],
            **{"K": inputs, "N": outputs * len(names), "bits": 4, "block_size": BLOCK},
            accuracy_level=INT8_ACTIVATIONS,
        )

    def block(self, x: str, mask: str, at: str) -> str:
        """One transformer layer, post-norm."""
        shape = self.weights.shape
        heads = [f"{at}{name}" for name in "qkv"]
        projected = self.linear(x, heads, shape.hidden, shape.hidden)
        self.node("Split", [projected], heads, axis=-1, num_outputs=3)
        attended = self.fused("MultiHeadAttention", [*heads, "", mask], num_heads=shape.heads)
        x = self.skip_norm(self.linear(attended, [f"{at}ao"], shape.hidden, shape.hidden), x, f"{at}aln")
        inner = self.fused("Gelu", [self.linear(x, [f"{at}fi"], shape.hidden, shape.feed_forward)])
        return self.skip_norm(self.linear(inner, [f"{at}fo"], shape.feed_forward, shape.hidden), x, f"{at}oln")

    def pool(self, x: str) -> None:
        """Unit length makes the sum over a text's tokens equal to their mean."""
        from onnx import TensorProto

        mask = self.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        kept = self.node("Mul", [x, self.node("Unsqueeze", [mask, self.tensor("int.last", np.array([-1], np.int64))])])
        self.node("LpNormalization", [self.node("ReduceSum", [kept, "int.1"], keepdims=0)], [OUTPUT], axis=-1, p=2)
