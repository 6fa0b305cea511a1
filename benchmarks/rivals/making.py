"""The collections: passages of a pile with given vectors and no encoder, or a public set with the default encoder.

Every text is cleaned and is one passage for every engine; one without visible words is left out. Made once: a folder
that is there is used again.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.pile import WHOLE, read_passages
from corpus.chunk import chunk
from corpus.document import Document, Passage, Record
from corpus.identity import version_of
from index.embedding_cache import CachedEncoder
from index.encoder import resolve_encoder
from index.ports import Encoder
from index.texts import window_texts
from index.weights import DEFAULT_MODEL
from qa.answer import MAX_QUESTION
from qa.evaluation.dataset import read_beir

from . import collection as files
from .collection import Collection, Vectors

QUESTION_WORDS = (4, 12)  # the spread of the golden questions' lengths
QUERY_NOISE = 0.03  # of a component: cosine .86 with its passage, as between e5's questions and their passages
_BATCH = 256


def passage_of(identity: str, text: str) -> tuple[Document, Passage]:
    """The text as a document of one passage."""
    document = Document(identity, version_of(text), identity, "und", text, Record())
    (passage,) = chunk(document, WHOLE)
    return document, passage


def make_pile(folder: Path, texts: Path, vectors: Path, size: int, questions: int) -> Collection:
    """`size` texts, read as a home's are; each question is a run of words of one, which it should find again."""
    made = Collection(folder)
    if (folder / files.RELEVANT).exists():
        return made
    _empty(folder)
    table = np.load(vectors, mmap_mode="r")[:size]
    rows = [(f"p{place}", one.text) for place, one in enumerate(read_passages(texts, len(table)))]
    _write_lines(folder / files.TEXTS, ({"id": one, "text": text} for one, text in rows))
    np.save(folder / files.VECTORS, np.asarray(table[: len(rows)], np.float32))
    draw, noise = random.Random(1), np.random.default_rng(1)
    asked: dict[str, int] = {}
    for place in draw.sample(range(len(rows)), min(questions, len(rows))):
        asked[_run_of_words(rows[place][1], draw)] = place
    near = table[list(asked.values())] + noise.normal(0, QUERY_NOISE, (len(asked), table.shape[1]))
    relevant = ({rows[place][0]: 1.0} for place in asked.values())
    _write_questions(folder, list(asked), near / np.linalg.norm(near, axis=1, keepdims=True), relevant)
    return made


def _run_of_words(text: str, draw: random.Random) -> str:
    words = text.split()
    length = draw.randint(*QUESTION_WORDS)
    start = draw.randrange(max(1, len(words) - length))
    return " ".join(words[start : start + length])[:MAX_QUESTION]


def make_public(folder: Path, source: Path, cache: Path) -> Collection:
    """A folder in BEIR's layout; its texts, their sentence windows and its questions are encoded."""
    made = Collection(folder)
    if (folder / files.RELEVANT).exists():
        return made
    _empty(folder)
    public = read_beir(source)
    encoder = CachedEncoder(resolve_encoder(DEFAULT_MODEL, cache_dir=cache), cache / "vectors.sqlite")
    joined = {one: "\n".join(filter(None, (each.record.title, each.text))) for one, each in public.documents.items()}
    texts = {one: text for one, text in joined.items() if text.strip()}
    _write_lines(folder / files.TEXTS, ({"id": one, "text": text} for one, text in texts.items()))
    np.save(folder / files.VECTORS, _encoded(encoder, list(texts.values())))
    windows = [window for item in texts.items() for window in window_texts(passage_of(*item)[1])]
    np.save(folder / files.WINDOWS, _encoded(encoder, windows))
    asked = [text[:MAX_QUESTION] for text in public.queries.values()]
    relevant = (public.relevant[query] for query in public.queries)
    _write_questions(folder, asked, encoder.encode(asked, "query"), relevant)
    encoder.close()
    return made


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    parts = [encoder.encode(texts[start : start + _BATCH], "passage") for start in range(0, len(texts), _BATCH)]
    return np.concatenate(parts)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _write_questions(
    folder: Path, questions: Sequence[str], vectors: Vectors, relevant: Iterable[dict[str, float]]
) -> None:
    """What is relevant comes last: its file says that the folder is whole."""
    _write_lines(folder / files.QUESTIONS, questions)
    np.save(folder / files.QUESTION_VECTORS, vectors.astype(np.float32))
    _write_lines(folder / files.RELEVANT, relevant)


def _write_lines(path: Path, rows: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
