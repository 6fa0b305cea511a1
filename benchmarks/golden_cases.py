"""The golden questions with what the shipped library's index finds for each: what is tuned starts from them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.settings import Settings
from api.wiring import ensure_index, open_backend, open_cached_encoder
from benchmarks.library_texts import library
from corpus.chunk import ChunkPolicy
from index.build import recipe_for
from qa.evaluation.dataset import read_gold
from qa.evaluation.tuning import Case, cases
from qa.question import open_glossary
from qa.retrieve import RetrievalPolicy

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "library.jsonl"
# The third of the training questions that the reader is not taught with: chosen by the document first found for each, a
# translation with its original, and written down, since what is found first may change.
UNREAD = frozenset(Path(__file__).with_name("golden_unread.txt").read_text(encoding="ascii").split())

_SHORTEST = 5  # words of a sentence that may be taught with


def golden_cases() -> tuple[list[Case], list[Case]]:
    """All of them twice: where the tokens of sentences are not known, and where they are."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        for _ in ensure_index(settings):
            pass
        encoder = open_cached_encoder(settings)
        index = open_backend(settings).opened(recipe_for(encoder, ChunkPolicy())).index
        questions, glossary = read_gold(GOLDEN), open_glossary()
        plain, known = (
            cases(questions, index, encoder, glossary, RetrievalPolicy(), tokens=tokens) for tokens in (False, True)
        )
    return plain, known


def shown_sentences() -> Iterator[str]:
    """The library's sentences that a model may be taught with: of no document that a held-out question, or one of
    UNREAD, is about."""
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    kept = {name for row in rows if row["split"] == "held" or row["id"] in UNREAD for name in row["doc"]}
    for name, own in library():
        if name not in kept:
            yield from (text for text in own if len(text.split()) >= _SHORTEST)
