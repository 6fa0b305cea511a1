"""Learn the projection of index/token_head.npz: which direction of a token's state says what it means for a question.

Usage: .venv/bin/python -m benchmarks.token_head PUBLIC [--epochs 8] [--write]
PUBLIC holds xquad-en and xquad-ru (BEIR's layout, with `answers`): the same questions and paragraphs in two languages;
and flores-tg2en and flores-tg2ru, whose sentences some written questions are of.
The encoder stays as it is. Every question, in either language, meets the sentences of its paragraph in either
language, of neighbouring paragraphs and of others; the sentence that holds the answer must win. A second head that
looks for the answer's tokens is trained beside it and thrown away: it keeps the first from matching words only.
Then the same with the questions of `written`, whose texts are set together in fours, those of an article in its order.
The one that ships was made by earlier forms of this script: docs/decisions/0007. After --write: make library-vectors,
then -m benchmarks.tune --write.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from api.settings import Settings
from benchmarks import public_texts
from benchmarks.written import Written, written
from corpus.document import Language, Span
from corpus.sentences import split_sentences
from index.encoder_onnx import DEFAULT_IDENTITY, OnnxEncoder
from index.encoder_torch import SentenceTransformerEncoder
from index.prepared import bulk_folder
from index.token_head import default_head
from index.token_table import sentence_places

WIDTH, ANSWER_WIDTH = 64, 24  # 64 bytes a token on disk; 24 is enough for "a name", "a figure", "a time"
NEIGHBOURS, OTHERS, EPOCH, BATCH, RATE = 3, 2, 1200, 8, 1e-3
TOGETHER, NEAR, AMONG, AFAR, OWN_EPOCHS = 4, 4, 6, 4, 2  # NEAR paragraphs of the AMONG before and behind, AFAR others
SEED = 0
HEAD_FILE = Path(__file__).resolve().parent.parent / "index" / "token_head.npz"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`states`: (tokens, hidden); `sentences`: the rows of each sentence's tokens."""

    states: Tensor
    sentences: tuple[Tensor, ...]
    spans: tuple[Span, ...]
    text: str


Example = tuple[Tensor, list[Paragraph], Tensor]  # a question's states, what it meets, which sentences answer


@dataclass(frozen=True, slots=True)
class AskedStates:
    states: Tensor
    home: str
    answers: tuple[str, ...]


class Heads(nn.Module):
    """`scales` weighs three kinds of evidence of each sentence: its match, its paragraph's, its best answer token."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.projection = nn.Linear(hidden, WIDTH, bias=False)
        self.importance = nn.Linear(hidden, 1)
        self.sought, self.offered = nn.Linear(hidden, ANSWER_WIDTH), nn.Linear(hidden, ANSWER_WIDTH)
        self.scales = nn.Parameter(torch.tensor([20.0, 5.0, 1.0]))

    def forward(self, question: Tensor, paragraphs: list[Paragraph]) -> Tensor:
        """The scores of all sentences, paragraph by paragraph."""
        rows, weights = normalize(self.projection(question), dim=-1), torch.softmax(self.importance(question)[:, 0], 0)
        sought = self.sought(question.mean(0))
        scores = []
        for one in paragraphs:
            near = rows @ normalize(self.projection(one.states), dim=-1).T
            answers = self.offered(one.states) @ sought
            whole = weights @ near.max(1).values
            for own in one.sentences:
                parts = torch.stack([weights @ near[:, own].max(1).values, whole, answers[own].max()])
                scores.append(self.scales @ parts)
        return torch.stack(scores)


def paragraph(text: str, spans: Sequence[Span], bulk: SentenceTransformerEncoder, small: OnnxEncoder) -> Paragraph:
    """The sentences at `spans` that have tokens of their own."""
    states = torch.tensor(bulk.states([text], "passage")[1][0])
    places = sentence_places(0, small.count_tokens([span.slice(text) for span in spans]), len(states))
    rows = [torch.tensor(np.flatnonzero(places == place)) for place in range(len(spans))]
    held = [(own, span) for own, span in zip(rows, spans, strict=True) if len(own)]
    return Paragraph(states, tuple(own for own, _ in held), tuple(span for _, span in held), text)


def paragraphs(folder: Path, language: Language, bulk: SentenceTransformerEncoder, small: OnnxEncoder,
               ) -> dict[str, Paragraph]:  # fmt: skip
    texts = public_texts.texts(folder)
    return {name: paragraph(text, split_sentences(text, language), bulk, small) for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class Together:
    """A paragraph made of written texts, with the states of the questions that each of them answers."""

    paragraph: Paragraph
    asked: tuple[tuple[Tensor, ...], ...]


def together(rows: Sequence[Written], bulk: SentenceTransformerEncoder, small: OnnxEncoder) -> list[list[Together]]:
    """Texts of one source and language in the file's order, so that neighbours are about like things."""
    alike = defaultdict(list)
    for row in rows:
        if row.yes:
            alike[row.source, row.language].append(row)
    return [
        [_together(own[place : place + TOGETHER], bulk, small) for place in range(0, len(own), TOGETHER)]
        for own in alike.values()
    ]


def _together(own: Sequence[Written], bulk: SentenceTransformerEncoder, small: OnnxEncoder) -> Together:
    ends = list(accumulate(len(row.text) + 1 for row in own))
    spans = [Span(end - 1 - len(row.text), end - 1) for row, end in zip(own, ends, strict=True)]
    made = paragraph(" ".join(row.text for row in own), spans, bulk, small)
    asked = {span: bulk.states(list(row.yes), "query")[1] for row, span in zip(own, spans, strict=True)}
    return Together(made, tuple(tuple(map(torch.tensor, asked[span])) for span in made.spans))


def of_written(alike: list[Together], rng: random.Random) -> Iterator[Example]:
    """Each question meets its own paragraph, some of the next ones and some others."""
    for at, one in enumerate(alike):
        for place, several in enumerate(one.asked):
            for states in several:
                near = [*alike[max(0, at - AMONG) : at], *alike[at + 1 : at + 1 + AMONG]]
                others = [*rng.sample(near, min(NEAR, len(near))), *rng.sample(alike, min(AFAR, len(alike)))]
                texts = [one.paragraph, *(other.paragraph for other in others if other is not one)]
                labels = torch.zeros(sum(len(text.sentences) for text in texts), dtype=torch.bool)
                labels[place] = True
                yield states, texts, labels


def questions(folder: Path, bulk: SentenceTransformerEncoder) -> list[AskedStates]:
    own = list(public_texts.asked(folder).values())
    states = bulk.states([one.text for one in own], "query")[1]
    return [AskedStates(torch.tensor(row), one.home, one.answers) for row, one in zip(states, own, strict=True)]


def examples(asked: list[AskedStates], answered: list[AskedStates], held: dict[str, Paragraph], rng: random.Random,
             ) -> Iterator[Example]:  # fmt: skip
    """A question in one language, paragraphs in another (or the same), and which sentences hold the answer."""
    names = list(held)
    for one, there in rng.sample(list(zip(asked, answered, strict=True)), EPOCH // 4):
        at = names.index(one.home)
        near = [name for name in names[max(0, at - 4) : at + 5] if name != one.home]
        chosen = [one.home, *rng.sample(near, NEIGHBOURS), *rng.sample(names, OTHERS)]
        texts = [held[name] for name in dict.fromkeys(chosen)]
        right = [any(answer in span.slice(texts[0].text) for answer in there.answers) for span in texts[0].spans]
        labels = torch.tensor([*right, *[False] * sum(len(text.spans) for text in texts[1:])])
        if labels.any():
            yield one.states, texts, labels


def teach(heads: Heads, optimizer: torch.optim.Optimizer, drawn: list[Example], rng: random.Random) -> str:
    """One epoch; says how often the right sentence won."""
    rng.shuffle(drawn)
    optimizer.zero_grad()
    right = 0
    for place, (question, texts, labels) in enumerate(drawn):
        scores = heads(question, texts)
        loss = torch.logsumexp(scores, 0) - torch.logsumexp(scores[labels], 0)
        (loss / BATCH).backward()
        right += bool(labels[scores.argmax()])
        if place % BATCH == BATCH - 1:
            optimizer.step()
            optimizer.zero_grad()
    return f"the right sentence first in {right} of {len(drawn)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("public", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--write", action="store_true", help="replace index/token_head.npz")
    arguments = parser.parse_args()
    cache = Settings().cache
    small = OnnxEncoder(cache)
    bulk = SentenceTransformerEncoder(bulk_folder(cache), identity=DEFAULT_IDENTITY)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    folders: dict[Language, Path] = {"en": arguments.public / "xquad-en", "ru": arguments.public / "xquad-ru"}
    held = {language: paragraphs(folder, language, bulk, small) for language, folder in folders.items()}
    asked = {language: questions(folder, bulk) for language, folder in folders.items()}
    heads = Heads(DEFAULT_IDENTITY.dimension)
    optimizer = torch.optim.Adam(heads.parameters(), lr=RATE)
    for epoch in range(arguments.epochs):
        pairs = product(folders, folders)
        drawn = [one for own, other in pairs for one in examples(asked[own], asked[other], held[other], rng)]
        print(f"epoch {epoch + 1}: {teach(heads, optimizer, drawn, rng)}", flush=True)
    alike = together(written(arguments.public), bulk, small)
    optimizer = torch.optim.Adam(heads.parameters(), lr=RATE)
    for epoch in range(OWN_EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - epoch / OWN_EPOCHS)
        drawn = [one for own in alike for one in of_written(own, rng)]
        print(f"written, epoch {epoch + 1}: {teach(heads, optimizer, drawn, rng)}", flush=True)
    projection, importance = (part.weight.detach().numpy() for part in (heads.projection, heads.importance))
    if arguments.write:
        np.savez(HEAD_FILE, projection=projection.T.astype(np.float16), importance=importance[0].astype(np.float16))
        default_head.cache_clear()
        print(f"wrote {HEAD_FILE.name}, revision {default_head().revision}")


if __name__ == "__main__":
    main()
