"""Teach the reader of index/reader.npz: does this text hold the answer to that question?

Usage: .venv/bin/python -m benchmarks.reader PUBLIC [--steps 1200] [--rank 16] [--write]
PUBLIC holds xquad-en, xquad-ru, flores-tg2en and flores-tg2ru (BEIR's layout). The encoder's own layers are taught
further, its table of words stays. First with XQuAD (a question and one or two sentences in any of both languages: those
that hold the answer against those beside them, those that look most like it elsewhere, and the same ones for a question
with another name or figure) and FLORES (a Tajik sentence and its translation), then twice over two thirds of the golden
questions' training part: evidence against the best other sentence, and whatever is found for questions without an
answer. What was learned is kept as products of thin matrices. About 50 minutes on two cores; after --write: add one to
PREPARERS in index/prepared.py, then benchmarks/tune.py --write. The shipped one: docs/decisions/0011.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from api.settings import Settings
from api.wiring import ensure_index, open_backend, open_cached_encoder
from corpus.chunk import ChunkPolicy
from corpus.clean import clean
from corpus.document import Language
from corpus.sentences import split_sentences
from index.build import recipe_for
from index.ports import Role, Vectors
from index.prepared import bulk_folder, query_folder
from index.reader import PAIR_TOKENS, QUESTION_TOKENS
from index.reader_weights import DOWN, UP
from index.unigram import END, PAD, UnigramTokenizer
from index.weights import Weights, find_wheel_weights, read_weights
from qa.evaluation.dataset import read_gold
from qa.evaluation.tuning import Case, cases, unread
from qa.question import open_glossary
from qa.retrieve import RetrievalPolicy
from qa.tuned import load

ROOT = Path(__file__).resolve().parent.parent
READER_FILE = ROOT / "index" / "reader.npz"
LANGUAGES: tuple[Language, ...] = ("en", "ru")
BATCH, RATE, GOLDEN_RATE, GOLDEN_ROUNDS, WARM, SEED = 16, 1.5e-4, 1e-4, 2, 60, 0
HARD = 6  # sentences of other paragraphs, nearest to the question, of which one is drawn
_NAME_OR_FIGURE = re.compile(
    r"(?<=[\s(«\"'])(?:[A-ZА-ЯЁ][\w’'-]+(?:\s+[A-ZА-ЯЁ][\w’'-]+)*|\d[\d.,]*)"
)  # inside a question, not at its head
# BERT's names in transformers, and the weight file's, of the parts of one layer.
PARTS = {
    "attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v",
    "attention.output.dense": "ao", "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi", "output.dense": "fo", "output.LayerNorm": "oln",
}  # fmt: skip

Encode = Callable[[list[str], Role], Vectors]


@dataclass(frozen=True, slots=True)
class Pair:
    question: str
    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    paragraph: str
    answers: tuple[str, ...]


class Teaching(nn.Module):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.bert.embeddings.requires_grad_(False)
        self.score = nn.Linear(self.bert.config.hidden_size, 1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return cast(Tensor, self.score(states[:, 0])[:, 0])


def altered(question: str, names: list[str], rng: random.Random) -> str | None:
    """The question with another name or figure; None when it has none."""
    found = list(_NAME_OR_FIGURE.finditer(question))
    if not found:
        return None
    one = rng.choice(found)
    old = one.group()
    if re.fullmatch(r"\d{4}", old):
        new = str(int(old) + rng.choice([-9, -4, -2, -1, 1, 2, 3, 7]))
    else:
        new = str(rng.randint(2, 999)) if old[0].isdigit() else rng.choice(names)
    same_kind = new[0].isdigit() == old[0].isdigit()
    return question[: one.start()] + new + question[one.end() :] if new != old and same_kind else None


def rows(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.open(encoding="utf-8"))


def homes(folder: Path) -> dict[str, str]:
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        return {row["query-id"]: row["corpus-id"] for row in csv.DictReader(file, delimiter="\t")}


class Questions:
    """XQuAD: the same questions and paragraphs in two languages."""

    def __init__(self, public: Path, vectors: Encode) -> None:
        self.paragraphs: dict[str, dict[str, list[str]]] = {}
        self.asked: dict[str, dict[str, Asked]] = {}
        for language in LANGUAGES:
            folder = public / f"xquad-{language}"
            texts = {row["_id"]: clean(row["text"]) for row in rows(folder / "corpus.jsonl")}
            self.paragraphs[language] = {
                name: [span.slice(text) for span in split_sentences(text, language)] for name, text in texts.items()
            }
            home = homes(folder)
            self.asked[language] = {
                row["_id"]: Asked(row["text"], home[row["_id"]], tuple(map(clean, row["answers"])))
                for row in rows(folder / "queries.jsonl")
            }
        self.names = {
            language: [name for one in own.values() for name in _NAME_OR_FIGURE.findall(one.text)]
            for language, own in self.asked.items()
        }
        self.near = self._near(vectors)

    def _near(self, vectors: Encode) -> dict[tuple[str, str, str], list[str]]:
        """Of each question, in each language, sentences of other paragraphs that look most like its answer."""
        found = {}
        for language in LANGUAGES:
            places = [(name, text) for name, own in self.paragraphs[language].items() for text in own]
            held = vectors([text for _, text in places], "passage")
            for asking, own in self.asked.items():
                nearness = vectors([one.text for one in own.values()], "query") @ held.T
                for (name, one), row in zip(own.items(), nearness, strict=True):
                    others = (places[place] for place in np.argsort(-row)[:40])
                    found[asking, language, name] = [text for home, text in others if home != one.paragraph][:HARD]
        return found

    def pairs(self, rng: random.Random) -> Iterator[Pair]:
        for name, (asking, language) in product(self.asked["en"], product(LANGUAGES, LANGUAGES)):
            question, there = self.asked[asking][name], self.asked[language][name]
            texts = self.paragraphs[language][there.paragraph]
            holding = [place for place, text in enumerate(texts) if any(one in text for one in there.answers)]
            if not holding:
                continue
            place = rng.choice(holding)
            before, after = rng.choice([(0, 0), (0, 0), (1, 0), (1, 0), (0, 1)])
            right = " ".join(texts[max(0, place - before) : place + 1 + after])
            yield Pair(question.text, right, True)
            beside = [texts[at : at + size] for size in (1, 2) for at in range(len(texts) - size + 1)
                      if not any(at <= place < at + size for place in holding)]  # fmt: skip
            if beside:
                yield Pair(question.text, " ".join(rng.choice(beside)), False)
            other = altered(question.text, self.names[asking], rng)
            if other and rng.random() < 0.7:
                yield Pair(other, right, False)
            yield Pair(question.text, rng.choice(self.near[asking, language, name]), False)


def translations(public: Path, rng: random.Random) -> Iterator[Pair]:
    """FLORES: a sentence and its translation, that of a neighbour in its article, and one with another name."""
    texts: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        folder = public / f"flores-tg2{language}"
        held, home = {row["_id"]: row["text"] for row in rows(folder / "corpus.jsonl")}, homes(folder)
        for row in rows(folder / "queries.jsonl"):
            texts.setdefault(row["_id"], {}).update({"tg": clean(row["text"]), language: clean(held[home[row["_id"]]])})
    names = sorted(texts, key=int)
    for place, name in enumerate(names):
        one, two = rng.choice([("tg", "en"), ("tg", "ru"), ("tg", "en"), ("tg", "ru"), ("en", "tg"), ("ru", "tg")])
        yield Pair(texts[name][one], texts[name][two], True)
        beside = names[min(len(names) - 1, max(0, place + rng.choice([-2, -1, 1, 2])))]
        if beside != name:
            yield Pair(texts[name][one], texts[beside][two], False)
        words = _NAME_OR_FIGURE.findall(texts[beside][one])
        other = altered(texts[name][one], words, rng) if words else None
        if other:
            yield Pair(other, texts[name][two], False)


def golden(made: Iterable[Case], rng: random.Random) -> Iterator[Pair]:
    weights = load().tokens.sentence
    for case in made:
        ranked, question = case.ranked(weights), case.asked.question.standalone
        if case.gold.answerable:
            right = [one for one in ranked if case.is_evidence(one)][:1]
            wrong = [one for one in ranked[:6] if not case.is_evidence(one)][:1]
        else:
            right, wrong = [], ranked[:2]
        for one, holds in (*((one, True) for one in right), *((one, False) for one in wrong)):
            own = one.found.stored.passage
            before, after = rng.choice([0, 1]), rng.choice([0, 0, 1])
            near = own.sentences[max(0, one.place - before) : one.place + 1 + after]
            yield Pair(question, " ".join(" ".join(span.slice(own.text).split()) for span in near), holds)


def teach(model: Teaching, tokenizer: UnigramTokenizer, drawn: Iterator[Pair], steps: int, rate: float) -> None:
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=rate, weight_decay=0.01)
    model.train()
    lost = 0.0
    for step in range(steps):
        pairs = list(islice(drawn, BATCH))
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
        ids, mask = padded([ids_of(pair, tokenizer) for pair in pairs])
        labels = torch.tensor([float(pair.holds) for pair in pairs])
        loss = nn.functional.binary_cross_entropy_with_logits(model(ids, mask), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        lost += loss.item()
        if step % 100 == 99:
            print(f"step {step + 1} of {steps}: loss {lost / 100:.3f}", flush=True)
            lost = 0.0


def ids_of(pair: Pair, tokenizer: UnigramTokenizer) -> list[int]:
    """As `OnnxReader` puts them together."""
    asked = [*tokenizer.encode(pair.question, QUESTION_TOKENS), END]
    return asked + tokenizer.encode(pair.text, PAIR_TOKENS - len(asked) + 1)[1:]


def padded(tokens: list[list[int]]) -> tuple[Tensor, Tensor]:
    ids = torch.full((len(tokens), max(map(len, tokens))), PAD)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = torch.tensor(own)
    return ids, (ids != PAD).long()


def thin(state: Mapping[str, Tensor], base: Weights, rank: int) -> dict[str, NDArray[Any]]:
    """The arrays of ReaderWeights: the best approximation of each matrix's difference by `rank` products."""
    arrays: dict[str, NDArray[Any]] = {"score.w": state["score.weight"].numpy(), "score.b": state["score.bias"].numpy()}
    for key, tensor in state.items():
        if not (match := re.fullmatch(r"bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)", key)):
            continue
        name, value = f"l{match[1]}.{PARTS[match[2]]}.{match[3][0]}", tensor.numpy()
        if value.ndim == 1:
            arrays[name] = value.astype(np.float16)
            continue
        left, sizes, right = np.linalg.svd(value - base.matrix(name, len(value)), full_matrices=False)
        root = np.sqrt(sizes[:rank])
        arrays[name + UP] = (left[:, :rank] * root).astype(np.float16)
        arrays[name + DOWN] = (root[:, None] * right[:rank]).astype(np.float16)
    return arrays


def training_cases() -> list[Case]:
    """Golden questions that the reader may see."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        for _ in ensure_index(settings):
            pass
        encoder = open_cached_encoder(settings)
        index = open_backend(settings).opened(recipe_for(encoder, ChunkPolicy())).index
        questions = [one for one in read_gold(ROOT / "tests" / "golden" / "library.jsonl") if one.split == "train"]
        made = cases(questions, index, encoder, open_glossary(), RetrievalPolicy())
    return [case for case in made if not unread(case) and case.gold.type != "false_premise"]


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
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--write", action="store_true", help="replace index/reader.npz")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    rng, settings = random.Random(SEED), Settings()
    encoder, tokenizer = open_cached_encoder(settings), UnigramTokenizer(query_folder(settings.cache))
    questions = Questions(arguments.public, encoder.encode)
    model = Teaching(bulk_folder(settings.cache))
    public = endless(lambda: [*questions.pairs(rng), *translations(arguments.public, rng)], rng)
    teach(model, tokenizer, public, arguments.steps, RATE)
    own = training_cases()
    shown = [pair for _ in range(GOLDEN_ROUNDS) for pair in shuffled(golden(own, rng), rng)]
    teach(model, tokenizer, iter(shown), len(shown) // BATCH, GOLDEN_RATE)
    if arguments.write:
        arrays = thin(model.state_dict(), read_weights(find_wheel_weights()), arguments.rank)
        np.savez_compressed(READER_FILE, **cast(Any, arrays))
        print(f"wrote {READER_FILE.name}, {READER_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
