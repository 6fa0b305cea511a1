"""Settings -> the objects of the floors below. The only place that names implementations.

Imports of our own modules stand inside the functions: a command loads what it uses, and asking never loads the web
framework, PyTorch or sentence-transformers.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from corpus.ingest import Draft, Skipped
    from corpus.store import CorpusStore
    from index.build import Progress
    from index.manifest import Recipe
    from index.ports import Encoder
    from index.store import SnapshotStore
    from qa.engine import Engine, Opened

    from .doctor import Check
    from .intake import Taken
    from .jobs import JobStore
    from .keys import KeyStore
    from .remote import RemoteLibrary
    from .service import AnswerService, DocumentService

_SERVER_SECONDS = 60.0  # a cold service may load its model first


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def new_id() -> str:
    return uuid.uuid4().hex


def open_store(settings: Settings) -> CorpusStore:
    """The documents of the home. Raises StoreUnavailable."""
    return open_file(settings.home / "corpus.sqlite", create=True)


def open_file(path: Path, *, create: bool) -> CorpusStore:
    """A store outside a home, such as a backup. Raises StoreUnavailable."""
    from corpus.store import CorpusStore

    return CorpusStore(path, clock=now, create=create)


def open_snapshots(settings: Settings) -> SnapshotStore:
    from index.store import SnapshotStore

    return SnapshotStore(settings.home)


def ensure_documents(settings: Settings) -> None:
    """Makes corpus.sqlite from the shipped library where there is none: whole, or not at all."""
    if (settings.home / "corpus.sqlite").exists():
        return
    from corpus.ingest import library_files

    _create_store(settings, library_files)


def create_empty(settings: Settings) -> None:
    """Makes corpus.sqlite without any document where there is none."""
    if not (settings.home / "corpus.sqlite").exists():
        open_store(settings).close()


def ensure_index(settings: Settings) -> Iterator[Progress]:
    """Makes the home and its first index where they are missing; nothing to do takes a moment."""
    ensure_documents(settings)
    if not (settings.home / "CURRENT").exists():
        yield from update_index(settings)


def update_index(settings: Settings, *, purge: bool = False) -> Iterator[Progress]:
    """Brings the index up to the documents and drops snapshots beyond the number kept.

    `purge` also rebuilds every segment that holds something masked.
    """
    from index.build import build
    from index.errors import BuildBusy

    from .intake import tie_copies

    store, snapshots = open_store(settings), open_snapshots(settings)
    tie_copies(store)
    yield from build(store, snapshots, open_cached_encoder(settings), clock=now, threads=settings.threads, purge=purge)
    with suppress(BuildBusy):  # who builds now will prune
        prune_snapshots(settings, settings.keep_snapshots)


def prune_snapshots(settings: Settings, keep: int) -> list[str]:
    """Deletes all but the newest `keep` snapshots and the live one; returns their ids. Raises BuildBusy."""
    snapshots = open_snapshots(settings)
    with snapshots.building():  # else a segment that is being published would look unused
        return snapshots.prune(keep)


def take_in(
    settings: Settings, sources: Sequence[str], given: Mapping[str, object], dry_run: bool
) -> tuple[list[Taken], list[Skipped]]:
    """Adds files, folders and addresses to the home's documents, not yet to its index; a dry run only reads them."""
    from corpus.fetch import fetch
    from corpus.ingest import Report

    from .intake import take_in

    report = Report()
    if dry_run:
        return list(take_in(sources, given, None, report, fetch)), report.skipped
    ensure_documents(settings)
    store = open_store(settings)
    return list(take_in(sources, given, store, report, fetch)), report.skipped


def open_encoder(settings: Settings) -> Encoder:
    """The settings' model. Raises EncoderUnavailable."""
    from index.encoder import HashingEncoder, resolve_encoder

    if settings.model == "hashing":  # words without meaning, for tests
        return HashingEncoder()
    return resolve_encoder(
        settings.model, cache_dir=settings.cache, allow_hub=settings.allow_hub, threads=settings.threads
    )


def open_cached_encoder(settings: Settings) -> Encoder:
    """The settings' model for building: what was encoded once is not encoded again."""
    from index.embedding_cache import CachedEncoder
    from index.library_vectors import shipped_vectors

    return CachedEncoder(open_encoder(settings), settings.cache / "vectors.sqlite", pack=shipped_vectors())


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
            return write_library_vectors(store.documents(), ChunkPolicy(), open_encoder(settings))
        finally:
            store.close()


def open_engine(settings: Settings) -> Engine:
    """The engine on the live snapshot. Raises SnapshotError, EncoderUnavailable."""
    from qa.engine import Engine
    from qa.question import open_glossary
    from qa.tuned import load

    encoder, snapshots = open_encoder(settings), open_snapshots(settings)
    recipe = _recipe(encoder)
    return Engine(
        snapshots.current_id,
        lambda: _opened(snapshots, recipe),
        encoder,
        open_glossary(),
        load(),
        time.perf_counter,
    )


def local_answers(settings: Settings, engine: Engine | None = None) -> AnswerService:
    from .service import AnswerService

    snapshots = open_snapshots(settings)
    return AnswerService(
        engine or open_engine(settings),
        today,
        new_id,
        settings.public_url,
        settings.log_questions,
        lambda snapshot_id: str(snapshots.manifest(snapshot_id).recipe),
    )


def local_documents(settings: Settings) -> DocumentService:
    from .service import DocumentService

    return DocumentService(open_store(settings), today, settings.public_url)


def remote_library(url: str) -> RemoteLibrary:
    """The verbs of a running service."""
    import httpx

    from .remote import RemoteLibrary

    return RemoteLibrary(httpx.Client(base_url=url, timeout=_SERVER_SECONDS))


def open_keys(settings: Settings) -> KeyStore:
    from .keys import KeyStore
    from .service_database import ServiceDatabase

    return KeyStore(ServiceDatabase(settings.home / "service.sqlite"), now)


def web_app(settings: Settings) -> FastAPI:
    """The service with all its doors."""
    from .assembly import Changing, assemble
    from .purging import mask_removed, vector_keys

    documents, snapshots = local_documents(settings), open_snapshots(settings)
    changing = Changing(
        open_jobs(settings),
        lambda: mask_removed(documents.store, snapshots, now, time.sleep),
        lambda document_id: vector_keys(documents.store, snapshots, document_id),
        snapshots.verify,
    )
    return assemble(settings, local_answers(settings), documents, open_keys(settings), changing)


def mcp_over_stdio(settings: Settings) -> None:
    """Answers until the input ends."""
    from .mcp_server import mcp_server

    mcp_server(local_answers(settings), local_documents(settings)).run("stdio")


def open_jobs(settings: Settings) -> JobStore:
    from .jobs import JobStore
    from .service_database import ServiceDatabase

    return JobStore(ServiceDatabase(settings.home / "service.sqlite"), now)


def _create_store(settings: Settings, drafts: Callable[[], Iterator[tuple[bytes, Draft]]]) -> None:
    """Fills a store aside and renames it, so that an interruption leaves no half library."""
    from filelock import FileLock

    from corpus.store import CorpusStore

    path = settings.home / "corpus.sqlite"
    settings.home.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.home / "init.lock"):
        if path.exists():  # another process was faster
            return
        aside = settings.home / "corpus.sqlite.new"
        aside.unlink(missing_ok=True)
        store = CorpusStore(aside, clock=now)
        for raw, draft in drafts():
            store.add(raw, draft)
        store.close()
        aside.rename(path)


def _recipe(encoder: Encoder) -> Recipe:
    from corpus.chunk import ChunkPolicy
    from index.build import recipe_for

    return recipe_for(encoder, ChunkPolicy())


def _opened(snapshots: SnapshotStore, recipe: Recipe) -> Opened:
    from qa.answer import SnapshotInfo
    from qa.engine import Opened

    snapshot = snapshots.open(recipe)
    manifest = snapshot.manifest
    info = SnapshotInfo(manifest.id, manifest.documents, manifest.passages, manifest.created)
    return Opened(snapshot, info, tuple(snapshot.documents()))


def rebuild_index(settings: Settings) -> Iterator[Progress]:
    """Builds a whole new index beside what is there; documents and running services are not touched."""
    from index.errors import SnapshotError

    snapshots = open_snapshots(settings)
    for manifest in snapshots.folder.glob("*.json"):
        try:
            snapshots.verify(manifest.stem)
        except SnapshotError:
            manifest.unlink()
    (settings.home / "CURRENT").unlink(missing_ok=True)
    yield from update_index(settings)


def examine_home(settings: Settings) -> Iterator[Check]:
    """What `muhojir doctor` looks at, in order."""
    from .doctor import examine, python_version

    probes = {
        "python": python_version,
        "no CUDA": _no_cuda,
        "home": lambda: str(settings.home),
        "documents": lambda: f"{len(open_store(settings).live())} in {settings.home / 'corpus.sqlite'}",
        "model": lambda: str(open_encoder(settings).identity),
        "index": lambda: _index_facts(settings),
    }
    return examine(probes)


def _no_cuda() -> str:
    from index.errors import EncoderUnavailable

    from .doctor import cuda_packages

    if found := cuda_packages():
        raise EncoderUnavailable(f"{', '.join(found)} are installed and never used. Run: make clean install")
    return "no nvidia package is installed"


def _index_facts(settings: Settings) -> str:
    """Reads every file of the live snapshot. Raises SnapshotError."""
    snapshots = open_snapshots(settings)
    live = snapshots.current_id()
    snapshots.verify(live)
    manifest = snapshots.open(_recipe(open_encoder(settings)), live).manifest
    behind = (
        "" if manifest.corpus_revision == open_store(settings).revision() else "; documents changed since: muhojir init"
    )
    return f"snapshot {live}, {manifest.documents} documents, {manifest.passages} passages{behind}"


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
    yield from build(read_beir(folder), snapshots, open_cached_encoder(settings), clock=now, threads=settings.threads)
    snapshots.prune(1)


def evaluate_collection(settings: Settings, folder: Path) -> dict[str, Any]:
    """One row of figures for each leg, the fusion and the final ranking. Raises InvalidQuery."""
    from qa.evaluation.dataset import read_beir
    from qa.evaluation.ranking import score_collection
    from qa.question import open_glossary
    from qa.tuned import load

    encoder = open_encoder(settings)
    snapshot = _collection_snapshots(settings, folder).open(_recipe(encoder))
    return score_collection(read_beir(folder), snapshot, encoder, open_glossary(), load().retrieval).to_json()


def _collection_snapshots(settings: Settings, folder: Path) -> SnapshotStore:
    from index.store import SnapshotStore

    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return SnapshotStore(settings.cache / "collections" / f"{folder.name}-{place}")


def roll_back(settings: Settings, snapshot_id: str) -> str:
    """Makes an earlier snapshot live, without what was removed since; returns the id that is live now."""
    from index.build import roll_back

    removed = {(gone.document_id, gone.version) for gone in open_store(settings).tombstones()}
    return roll_back(open_snapshots(settings), snapshot_id, removed, clock=now).id
