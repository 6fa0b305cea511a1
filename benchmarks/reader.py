"""Teach the reader of index/reader.npz: does this text hold the answer to that question?

Usage: .venv/bin/python -m benchmarks.reader PUBLIC [--steps 1200 | --further] [--rank 192] [--write]
PUBLIC holds xquad-en, xquad-ru, flores-tg2en and flores-tg2ru (BEIR's layout). The encoder's own layers are taught
further, its table of words stays. First with XQuAD (a question and one or two sentences in any of both languages: those
that hold the answer against those beside them, those that look most like it elsewhere, and the same ones for a question
with another name or figure) and FLORES (a Tajik sentence and its translation); then with reader_questions.jsonl
(questions written for one sentence: it answers some, and looks as if it answered the others), questions of other things
beside the library's sentences, and two thirds of the golden questions' training part. Then what tells least is taken
out (benchmarks/pruning.py) and the second lesson goes on. With --further the reader that ships is taught on, by the
second lesson alone. What was learned is kept as products of thin matrices. Three hours on two cores; after --write:
-m benchmarks.tune --write. The shipped one: docs/decisions/0011.
"""

from __future__ import annotations

import argparse
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from api.settings import Settings
from api.wiring import open_cached_encoder
from benchmarks import reader_pairs
from benchmarks.golden_cases import UNREAD, golden_cases
from benchmarks.pruning import Kept, chosen, importances, prune
from benchmarks.reader_pairs import Pair
from benchmarks.written import written
from index.bulk_folder import LAYER_PARTS
from index.prepared import bulk_folder, query_folder
from index.reader import PAIR_TOKENS, QUESTION_TOKENS
from index.reader_weights import DOWN, HEADS, SIZES, UNITS, UP, ReaderWeights, shipped_reader
from index.unigram import END, PAD, UnigramTokenizer
from index.weights import Weights, find_wheel_weights, read_weights
from qa.evaluation.tuning import Case

READER_FILE = Path(__file__).resolve().parent.parent / "index" / "reader.npz"
BATCH, ALIKE, WARM, SEED = 16, 12, 60, 0
RATE, WHOLE_RATE, WHOLE_ROUNDS = 1.5e-4, 1e-4, 2
PRUNED_RATE, PRUNED_ROUNDS = 6e-5, 2  # at 8e-5 a reader that had been taught lost what it knew
WEIGHED = 100  # batches that importance is measured on
_LAYER = re.compile(r"bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)")


class Teaching(nn.Module):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}  # a third of the time
        self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False, **no_dropout)
        self.bert.embeddings.requires_grad_(False)
        self.score = nn.Linear(self.bert.config.hidden_size, 1)

    @property
    def layers(self) -> Sequence[Any]:
        return cast(Sequence[Any], self.bert.encoder.layer)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return cast(Tensor, self.score(states[:, 0])[:, 0])


def teach(model: Teaching, tokenizer: UnigramTokenizer, drawn: Iterator[Pair], steps: int, rate: float) -> None:
    learned = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=0.01, fused=True)
    model.train()
    torch.set_num_threads(os.cpu_count() or 1)  # an encoder may have set it to one
    lost = 0.0
    for step, pairs in enumerate(islice(batches(drawn, tokenizer), steps)):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
        ids, mask = padded([ids for ids, _ in pairs])
        labels = torch.tensor([float(holds) for _, holds in pairs])
        loss = nn.functional.binary_cross_entropy_with_logits(model(ids, mask), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        lost += loss.item()
        if step % 100 == 99:
            print(f"step {step + 1} of {steps}: loss {lost / 100:.3f}", flush=True)
            lost = 0.0


def batches(drawn: Iterator[Pair], tokenizer: UnigramTokenizer) -> Iterator[list[tuple[list[int], bool]]]:
    """Pairs of like lengths together: little is padded."""
    rng = random.Random(SEED)
    while pairs := [(ids_of(pair, tokenizer), pair.holds) for pair in islice(drawn, BATCH * ALIKE)]:
        pairs.sort(key=lambda pair: len(pair[0]))
        groups = [pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH)]
        rng.shuffle(groups)
        yield from groups


def ids_of(pair: Pair, tokenizer: UnigramTokenizer) -> list[int]:
    """As `OnnxReader` puts them together."""
    asked = [*tokenizer.encode(pair.question, QUESTION_TOKENS), END]
    return asked + tokenizer.encode(pair.text, PAIR_TOKENS - len(asked) + 1)[1:]


def padded(tokens: list[list[int]]) -> tuple[Tensor, Tensor]:
    ids = torch.full((len(tokens), max(map(len, tokens))), PAD)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = torch.tensor(own)
    return ids, (ids != PAD).long()


def pruned(model: Teaching, drawn: Iterator[Pair], tokenizer: UnigramTokenizer) -> list[Kept]:
    """Takes what tells least out of the model. Returns what each layer keeps."""

    def judged() -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        for pairs in islice(batches(drawn, tokenizer), WEIGHED):
            yield *padded([ids for ids, _ in pairs]), torch.tensor([float(holds) for _, holds in pairs])

    kept = chosen(*importances(model, model.layers, judged()), model.layers[0].attention.self.attention_head_size)
    prune(model.layers, kept)
    return kept


def thin(state: Mapping[str, Tensor], kept: Sequence[Kept], base: Weights, rank: int) -> dict[str, NDArray[Any]]:
    """The arrays of ReaderWeights: the best approximation of each matrix's difference by `rank` products."""
    arrays: dict[str, NDArray[Any]] = {"score.w": state["score.weight"].numpy(), "score.b": state["score.bias"].numpy()}
    for at, layer in enumerate(kept):
        arrays |= {f"l{at}{HEADS}": layer.heads.astype(np.uint16), f"l{at}{UNITS}": layer.units.astype(np.uint16)}
    own = ReaderWeights(arrays)
    for key, tensor in state.items():
        if not (name := _name(key)):
            continue
        value = tensor.numpy()
        if value.ndim == 1:
            arrays[name] = value.astype(np.float16)
            continue
        left, sizes, right = np.linalg.svd(value - own.kept(name, base), full_matrices=False)
        up, grown = rounded(left[:, :rank])
        down, shrunk = rounded(right[:rank].T)
        arrays |= {name + UP: up, name + DOWN: down.T, name + SIZES: (sizes[:rank] * grown * shrunk).astype(np.float32)}
    return arrays


def as_shipped(model: Teaching) -> list[Kept]:
    """Sets it to what was learned before. Returns what each layer keeps."""
    reader, base = shipped_reader(), read_weights(find_wheel_weights())
    kept = [Kept(reader.outputs(f"l{at}.q.w"), reader.outputs(f"l{at}.fi.w")) for at in range(len(model.layers))]
    prune(model.layers, kept)
    state = model.state_dict()
    for key, tensor in state.items():
        if name := _name(key):
            state[key] = torch.tensor(reader.vector(name) if tensor.ndim == 1 else reader.matrix(name, base))
    state["score.weight"] = torch.tensor(reader.vector("score.w")).reshape(1, -1)
    state["score.bias"] = torch.tensor(reader.vector("score.b")).reshape(1)
    model.load_state_dict(state)
    return kept


def _name(key: str) -> str | None:
    """Of a layer's tensor, as the weights are named."""
    match = _LAYER.fullmatch(key)
    return f"l{match[1]}.{LAYER_PARTS[match[2]]}.{match[3][0]}" if match else None


def rounded(columns: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """8 bits of each column, and what to multiply it by."""
    scale = np.abs(columns).max(axis=0) / 127
    return np.rint(columns / scale).astype(np.int8), scale


def training_cases() -> list[Case]:
    """Golden questions that the reader may see."""
    _, made = golden_cases()
    seen = [case for case in made if case.gold.split == "train" and case.gold.id not in UNREAD]
    return [case for case in seen if case.gold.type != "false_premise"]


def endless(draw: Callable[[], Iterable[Pair]], rng: random.Random) -> Iterator[Pair]:
    while True:
        yield from shuffled(draw(), rng)


def shuffled(pairs: Iterable[Pair], rng: random.Random) -> list[Pair]:
    drawn = list(pairs)
    rng.shuffle(drawn)
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("public", type=Path)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--further", action="store_true", help="teach on the reader that ships")
    parser.add_argument("--rank", type=int, default=192)
    parser.add_argument("--write", action="store_true", help="replace index/reader.npz")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    rng, settings = random.Random(SEED), Settings()
    encoder, tokenizer = open_cached_encoder(settings), UnigramTokenizer(query_folder(settings.cache))
    model = Teaching(bulk_folder(settings.cache))
    rows, golden = written(arguments.public), training_cases()
    strangers = reader_pairs.Strangers(rows, encoder.encode)

    def written_ones() -> list[Pair]:
        return [*reader_pairs.of_written(rows, rng), *strangers.pairs(rng), *reader_pairs.golden(golden, rng)]

    def lesson(rounds: int, rate: float) -> None:
        own = [pair for _ in range(rounds) for pair in shuffled(written_ones(), rng)]
        teach(model, tokenizer, iter(own), len(own) // BATCH, rate)

    if arguments.further:
        kept = as_shipped(model)
    else:
        questions = reader_pairs.Questions(arguments.public, encoder.encode)
        public = endless(lambda: [*questions.pairs(rng), *reader_pairs.translations(arguments.public, rng)], rng)
        teach(model, tokenizer, public, arguments.steps, RATE)
        lesson(WHOLE_ROUNDS, WHOLE_RATE)
        kept = pruned(model, endless(written_ones, rng), tokenizer)
    lesson(PRUNED_ROUNDS, PRUNED_RATE)
    if arguments.write:
        arrays = thin(model.state_dict(), kept, read_weights(find_wheel_weights()), arguments.rank)
        np.savez_compressed(READER_FILE, **cast(Any, arrays))
        print(f"wrote {READER_FILE.name}, {READER_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
