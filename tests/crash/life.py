"""One operation on a home, in a process that may be killed; and what a service finds when it opens the home again."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from api import schemas as s
from api import wiring
from api.building import library_jobs, run_jobs
from api.changes import ChangeService
from api.purging import mask_removed, queue_purges
from api.settings import Settings
from corpus.ingest import read_document
from corpus.reading import read_bytes
from corpus.store import CorpusStore
from index.build import build
from index.store import SnapshotStore
from index.token_cache import remembering
from tests.crash.letters import LetterReader
from tests.crash.world import Operation

# Built-in calls that change the disk: the places where a death can leave something half done.
DISK = frozenset({
    "open", "mkdir", "fsync", "rename", "replace", "unlink", "rmdir", "write_index",
    "BufferedWriter.write", "BufferedWriter.close", "BufferedWriter.__exit__", "FileIO.write", "FileIO.__exit__",
    "TextIOWrapper.write", "TextIOWrapper.__exit__", "ndarray.tofile",
    "Connection.execute", "Connection.executemany", "Connection.executescript", "Connection.backup",
    "Connection.__exit__", "Connection.close", "Cursor.execute",
})  # fmt: skip


_LATER = (
    "documents DROP COLUMN seal", "versions DROP COLUMN seal", "tombstones DROP COLUMN seal", "state DROP COLUMN seal",
    "versions DROP COLUMN account", "versions DROP COLUMN headers", "state DROP COLUMN compared",
)  # fmt: skip


def settings_of(root: Path) -> Settings:
    return Settings(home=root / "home", cache=root / "cache", model="hashing", keep_snapshots=2)


class Deaths:
    """Counts calls that reach the disk, and kills this very process before the `fatal`-th (0: never)."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def __call__(self, _: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and getattr(argument, "__qualname__", "") in DISK:
            self.count += 1
            if self.count == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)


def perform(root: Path, operation: Operation, fatal: int, begun: Callable[[], object]) -> int:
    """Does it, and leaves a file `acks` when it must not be lost any more. Returns how often the disk was reached."""
    settings = settings_of(root)
    wiring.create_empty(settings)
    if operation.kind == "migrate":
        make_older(settings.home / "corpus.sqlite")
    deaths, work = Deaths(fatal), _WORK.get(operation.kind, _as_service)
    begun()
    sys.setprofile(deaths)
    try:
        work(settings, operation)
    finally:
        sys.setprofile(None)
    return deaths.count


def _accepted(settings: Settings) -> None:
    (settings.home.parent / "acks").write_text("accepted")


def _by_hand(settings: Settings, operation: Operation) -> None:
    """As `muhojir add` does: acknowledged when it is indexed."""
    _store(settings, operation)
    list(wiring.update_index(settings))
    _accepted(settings)


def _with_tokens(settings: Settings, operation: Operation) -> None:
    """As `muhojir add` does with a model that tells of tokens."""
    encoder = remembering(LetterReader(), LetterReader(), settings.cache / "vectors.sqlite")
    list(build(_store(settings, operation), SnapshotStore(settings.home), encoder, clock=wiring.now))
    _accepted(settings)


def _store(settings: Settings, operation: Operation) -> CorpusStore:
    store = wiring.open_store(settings)
    for name, text in operation.puts.items():
        store.add(*read_document(text.encode(), f"{name}.txt", given={"id": name}, read=read_bytes))
    return store


def _as_service(settings: Settings, operation: Operation) -> None:
    """As POST and DELETE do: acknowledged when the job is queued, done by the builder."""
    changes = change_service(settings)
    for name, text in operation.puts.items():
        changes.add(f"{name}.txt", "", "", {"id": name}, text.encode())
    for name in operation.drops:
        changes.delete(name)
    _accepted(settings)
    work(settings)


def work(settings: Settings) -> None:
    """What the builder does. Documents are read in this process: another one is another test's."""
    run_jobs(wiring.open_jobs(settings), replace(library_jobs(settings), read=read_bytes).run)


def _migrated(settings: Settings, _: Operation) -> None:
    wiring.open_store(settings).close()
    _accepted(settings)


_WORK = {"publish": _by_hand, "merge": _by_hand, "migrate": _migrated, "tokens": _with_tokens}


def make_older(path: Path) -> None:
    """Turns a store of today into one of the first format."""
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%_is_sealed'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for table in ("overlaps", "sketches"):
            db.execute(f"DROP TABLE {table}")
        for column in _LATER:
            db.execute(f"ALTER TABLE {column}")
        db.execute("PRAGMA user_version = 1")
        db.commit()


def change_service(settings: Settings) -> ChangeService:
    store, backend = wiring.open_store(settings), wiring.open_backend(settings)
    return ChangeService(
        store,
        wiring.open_jobs(settings),
        lambda: mask_removed(store, backend.hide, lambda _: None),
        lambda: None,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """`served`: what answers come from, `stored`: what the store gives, `faults`: all that contradicts itself."""

    served: dict[str, str]
    stored: dict[str, str]
    faults: tuple[str, ...]


def open_again(root: Path, *, finish: bool) -> Found:
    """Opens the home as `muhojir serve` does and reads all of it; `finish` runs the jobs first, as its builder does."""
    settings = settings_of(root)
    wiring.create_empty(settings)
    list(wiring.ensure_index(settings))
    if finish:
        queue_purges(wiring.open_store(settings), wiring.open_jobs(settings))
        work(settings)
    store = wiring.open_store(settings)
    faults = [f"doctor: {check.name}: {check.found}" for check in wiring.examine_home(settings) if not check.ok]
    served, wrong = _served(settings, store)
    stored = {name: store.get(name).text for name in store.live()}
    if finish and served != stored:
        faults.append(f"index and store differ: {sorted(set(served.items()) ^ set(stored.items()))}")
    return Found(served, stored, (*faults, *wrong))


def _served(settings: Settings, store: CorpusStore) -> tuple[dict[str, str], list[str]]:
    answers, documents = wiring.local_answers(settings), wiring.local_documents(settings)
    listed = {card.id: card.version for card in answers.documents(s.ListParams(limit=100)).documents}
    body = answers.search(s.SearchRequest(question="Whose ledger holds the entry?", k=50))
    found = {passage.document_id: passage.version for passage in body.passages}
    wrong = [] if found == listed else [f"the legs find {sorted(found)}, the list shows {sorted(listed)}"]
    texts = {}
    for passage in body.passages:
        document = documents.document(passage.document_id, passage.version)
        texts[passage.document_id] = document.text
        if document.text[passage.start : passage.end] != passage.text:
            wrong.append(f"{passage.id} quotes what its document does not say")
    return texts, wrong
