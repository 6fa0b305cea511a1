"""The golden questions with what the shipped library's index finds for each: what is tuned starts from them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from api.settings import Settings
from api.wiring import ensure_index, open_backend, open_cached_encoder
from corpus.chunk import ChunkPolicy
from index.build import recipe_for
from qa.evaluation.dataset import read_gold
from qa.evaluation.tuning import Case, cases
from qa.question import open_glossary
from qa.retrieve import RetrievalPolicy

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "library.jsonl"


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
