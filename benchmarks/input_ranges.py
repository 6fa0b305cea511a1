"""Measure index/input_ranges.npz: how far the encoder's activations reach, on the shipped library's sentences.

Usage: .venv/bin/python -m benchmarks.input_ranges
Deterministic.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertModel

from api.settings import Settings
from benchmarks.library_texts import library
from index.bulk_folder import MAX_TOKENS, PASSAGE_PREFIX, QUERY_PREFIX
from index.input_ranges import RANGES_FILE
from index.prepared import bulk_folder, query_folder
from index.unigram import UnigramTokenizer

RANGES = Path(__file__).resolve().parent.parent / "index" / RANGES_FILE
EVERY = 3  # of the sentences: half a minute


def main() -> None:
    cache = Settings().cache
    model = BertModel.from_pretrained(bulk_folder(cache), add_pooling_layer=False).eval()
    tokenizer = UnigramTokenizer(query_folder(cache))
    reach: defaultdict[str, Any] = defaultdict(lambda: torch.zeros(model.config.hidden_size))

    def watch(module: torch.nn.Module, name: str) -> None:
        def see(_module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            reach[name] = torch.maximum(reach[name], inputs[0].abs().amax(dim=(0, 1)))

        module.register_forward_pre_hook(see)

    for number, layer in enumerate(model.encoder.layer):
        watch(layer.attention.self.query, f"l{number}.q")
        watch(layer.attention.output.dense, f"l{number}.ao")
        watch(layer.intermediate.dense, f"l{number}.fi")
    texts = [text for _, own in library() for text in own][::EVERY]
    with torch.no_grad():
        for text in texts:
            for prefix in (QUERY_PREFIX, PASSAGE_PREFIX):
                model(torch.tensor([tokenizer.encode(prefix + text, MAX_TOKENS)]))
    np.savez_compressed(RANGES, **{name: own.numpy().astype(np.float16) for name, own in sorted(reach.items())})
    print(f"wrote {RANGES.name}: {len(reach)} ranges of {len(texts)} sentences, {RANGES.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
