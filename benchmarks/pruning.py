"""Which attention heads and inner units of the reader tell least, and the reader without them.

First-order Taylor importance (Molchanov et al. 2019, arXiv 1906.10771): by how much the loss would change if an output
were 0, about |output x gradient|, summed over a text's tokens and then, in magnitude, over texts. What is kept is
chosen over all layers together: the last ones, of which one token's state is used, need least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

HEADS, UNITS = 84, 8192  # of 144 and 18,432: half of the multiplications
LEAST_HEADS, LEAST_UNITS, STEP = 2, 64, 32  # of a layer; units in steps, as products are computed in blocks


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one layer: outputs of its heads, and its inner units, by their numbers in the encoder, in order."""

    heads: NDArray[np.int64]
    units: NDArray[np.int64]


def importances(
    model: nn.Module, layers: Sequence[Any], batches: Iterable[tuple[Tensor, Tensor, Tensor]]
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Of each layer's heads and of its inner units. `batches`: ids, mask and labels, as the model is taught with."""
    inner = [one.output.dense for one in layers]
    attended = [one.attention.output.dense for one in layers]
    seen: dict[nn.Module, Tensor] = {}

    def note(product: nn.Module, given: tuple[Tensor]) -> None:
        given[0].retain_grad()
        seen[product] = given[0]

    hooks = [one.register_forward_pre_hook(note) for one in (*attended, *inner)]
    units = [torch.zeros(one.in_features) for one in inner]
    heads = [torch.zeros(one.attention.self.num_attention_heads) for one in layers]
    for ids, mask, labels in batches:
        nn.functional.binary_cross_entropy_with_logits(model(ids, mask), labels, reduction="sum").backward()
        for product, total in zip((*attended, *inner), (*heads, *units), strict=True):
            given = seen[product]
            change = (given * given.grad).detach().sum(1)  # (texts, outputs); a head's outputs go together
            total += change.unflatten(1, (len(total), -1)).sum(2).abs().sum(0)
        model.zero_grad()
    for hook in hooks:
        hook.remove()
    return [one.numpy() for one in heads], [one.numpy() for one in units]


def chosen(heads: Sequence[NDArray[np.float32]], units: Sequence[NDArray[np.float32]], size: int) -> list[Kept]:
    """The most important ones over all layers, of each layer some. `size`: outputs of a head."""
    kept_heads = [_best(one, max(LEAST_HEADS, count)) for one, count in zip(heads, _share(heads, HEADS), strict=True)]
    counts = [max(LEAST_UNITS, STEP * round(count / STEP)) for count in _share(units, UNITS)]
    kept_units = [_best(one, count) for one, count in zip(units, counts, strict=True)]
    outputs = [(one[:, None] * size + np.arange(size)).ravel() for one in kept_heads]
    return [Kept(*both) for both in zip(outputs, kept_units, strict=True)]


def _share(values: Sequence[NDArray[np.float32]], count: int) -> list[int]:
    """How many of each are among the `count` largest of all."""
    least = np.sort(np.concatenate(values))[-count]
    return [int((one >= least).sum()) for one in values]


def _best(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    return np.sort(np.argsort(-values)[:count])


def prune(layers: Sequence[Any], kept: Sequence[Kept]) -> None:
    """Takes the rest out of a BertModel's layers."""
    for layer, one in zip(layers, kept, strict=True):
        own = layer.attention.self
        for name in ("query", "key", "value"):
            setattr(own, name, _cut(getattr(own, name), outputs=one.heads))
        own.num_attention_heads, own.all_head_size = len(one.heads) // own.attention_head_size, len(one.heads)
        layer.attention.output.dense = _cut(layer.attention.output.dense, inputs=one.heads)
        layer.intermediate.dense = _cut(layer.intermediate.dense, outputs=one.units)
        layer.output.dense = _cut(layer.output.dense, inputs=one.units)


def _cut(linear: nn.Linear, *, outputs: Any = slice(None), inputs: Any = slice(None)) -> nn.Linear:
    weight, bias = linear.weight.data[outputs][:, inputs], linear.bias.data[outputs]
    smaller = nn.Linear(weight.shape[1], weight.shape[0])
    smaller.weight.data, smaller.bias.data = weight.clone(), bias.clone()
    return smaller
