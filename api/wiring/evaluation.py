"""Scoring a home or a collection, and the vectors that ship with the library."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..settings import Settings
from .doors import open_engine
from .home import ensure_documents
from .parts import now, open_cached_encoder, open_encoder, open_store, recipe_of

if TYPE_CHECKING:
    from index.build import Progress
    from index.store import SnapshotStore


def evaluate_questions(settings: Settings, gold: Path) -> dict[str, Any]:
    """The figures of a gold file against the home: all questions, then each language. Raises InvalidQuery."""
    from qa.evaluation.answering import score_answers, summary
    from qa.evaluation.dataset import read_gold

    engine = open_engine(settings)
    outcomes = score_answers(engine.ask, read_gold(gold))
    languages = sorted({one.gold.language for one in outcomes})
    parts = {language: [one for one in outcomes if one.gold.language == language] for language in languages}
    groups = {"all": outcomes, **parts}
    return {
        "schema": 1,
        "questions": gold.name,
        "snapshot": engine.info().id,
        "groups": {name: summary(part) for name, part in groups.items()},
    }


def index_collection(settings: Settings, folder: Path) -> Iterator[Progress]:
    """Indexes a folder in BEIR's layout below the cache; what did not change is not indexed again."""
    from index.build import build
    from qa.evaluation.dataset import read_beir

    snapshots = _collection_snapshots(settings, folder)
    yield from build(
        read_beir(folder), snapshots, open_cached_encoder(settings), clock=now, threads=settings.threads, tokens=False
    )
    snapshots.prune(1)


def evaluate_collection(settings: Settings, folder: Path) -> dict[str, Any]:
    """One row of figures for each leg, the fusion and the final ranking. Raises InvalidQuery."""
    from qa.evaluation.dataset import read_beir
    from qa.evaluation.ranking import score_collection
    from qa.question import open_glossary
    from qa.tuned import load

    encoder = open_encoder(settings)
    snapshot = _collection_snapshots(settings, folder).open(recipe_of(encoder))
    return score_collection(read_beir(folder), snapshot, encoder, open_glossary(), load()).to_json()


def _collection_snapshots(settings: Settings, folder: Path) -> SnapshotStore:
    from index.store import SnapshotStore

    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return SnapshotStore(settings.cache / "collections" / f"{folder.name}-{place}")


def make_library_vectors(settings: Settings) -> int:
    """Encodes the shipped library into the file that ships with it; returns the number of vectors."""
    from tempfile import TemporaryDirectory

    from corpus.chunk import ChunkPolicy
    from index.library_vectors import write_library_vectors

    with TemporaryDirectory() as folder:
        aside = settings.model_copy(update={"home": Path(folder)})
        ensure_documents(aside)
        store = open_store(aside)
        try:
            return write_library_vectors(list(store.documents()), ChunkPolicy(), open_cached_encoder(settings))
        finally:
            store.close()
