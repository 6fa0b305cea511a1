"""What tells nothing is taken out of a model, and the rest says what it said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from benchmarks import pruning
from benchmarks.pruning import chosen, importances, prune

SILENT_HEADS, SILENT_UNITS = (1, 3), range(8, 16)


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        shape = BertConfig(
            vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=16,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.bert = BertModel(shape, add_pooling_layer=False)
        self.score = nn.Linear(32, 1)

    @property
    def layers(self) -> Any:
        return self.bert.encoder.layer

    def forward(self, ids: Tensor, mask: Tensor) -> Any:
        return self.score(self.bert(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0])[:, 0]


@pytest.fixture
def model() -> Model:
    """In both layers two heads and half of the inner units have no way out."""
    torch.manual_seed(0)
    made = Model().eval()
    for layer in made.layers:
        for head in SILENT_HEADS:
            layer.attention.output.dense.weight.data[:, 8 * head : 8 * head + 8] = 0
        layer.output.dense.weight.data[:, list(SILENT_UNITS)] = 0
    return made


def batches() -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    for seed in range(4):
        torch.manual_seed(seed)
        yield torch.randint(0, 50, (3, 7)), torch.ones(3, 7), torch.tensor([1.0, 0.0, 1.0])


def test_what_has_no_way_out_goes_and_nothing_changes(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HEADS", 4), ("UNITS", 16), ("LEAST_HEADS", 1), ("LEAST_UNITS", 4), ("STEP", 4)):
        monkeypatch.setattr(pruning, name, value)
    ids, mask, _ = next(batches())
    before = model(ids, mask).detach()
    kept = chosen(*importances(model, model.layers, batches()), 8)
    for layer in kept:
        assert {output // 8 for output in layer.heads.tolist()} == {0, 2}
        assert layer.units.tolist() == list(range(8))
    prune(model.layers, kept)
    assert model.layers[0].intermediate.dense.out_features == 8
    assert torch.allclose(model(ids, mask), before, atol=1e-5)


def test_each_layer_keeps_some(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HEADS", 1), ("UNITS", 4), ("LEAST_HEADS", 1), ("LEAST_UNITS", 4), ("STEP", 4)):
        monkeypatch.setattr(pruning, name, value)
    kept = chosen(*importances(model, model.layers, batches()), 8)
    assert [(len(layer.heads), len(layer.units)) for layer in kept] == [(8, 4), (8, 4)]
