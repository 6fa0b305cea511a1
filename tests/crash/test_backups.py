"""Backups taken while documents come, change and go: each is one state that really was, and its hash is its own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from api.backup import restore_backup, write_backup
from corpus.ingest import read_document
from corpus.reading import read_bytes
from corpus.store import CorpusStore
from tests.crash.world import text_of

BACKUPS, CHANGES = 12, 60


class Writer(threading.Thread):
    """Adds, replaces and removes without a pause, and notes what was live at each revision."""

    def __init__(self, store: CorpusStore, seed: int) -> None:
        super().__init__()
        self.store, self.chance, self.over = store, Random(seed), threading.Event()
        self.was: dict[int, dict[str, str]] = {store.revision(): store.live()}

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            self._change(number)
            self.was[self.store.revision()] = self.store.live()

    def _change(self, number: int) -> None:
        live = sorted(self.store.live())
        if len(live) > 20:
            self.store.remove(gone := self.chance.choice(live))
            self.was[self.store.revision()] = self.store.live()
            self.store.purge(gone)
        else:
            name = self.chance.choice([*live, f"d{number}"])
            text = (text_of(name, number) + "\n\n") * self.chance.choice((1, 40))
            self.store.add(*read_document(text.encode(), f"{name}.txt", given={"id": name}, read=read_bytes))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Writer]:
    with closing(CorpusStore(tmp_path / "corpus.sqlite")) as store:
        writer = Writer(store, seed=8)
        writer.start()
        yield writer
        writer.over.set()
        writer.join()


def test_every_backup_of_a_busy_store_is_one_state_that_was_and_comes_back_as_it_is(
    busy: Writer, tmp_path: Path
) -> None:
    digests: dict[Path, tuple[str, int]] = {}
    while len(digests) < BACKUPS or len(busy.was) < CHANGES:
        before = busy.store.revision()
        path = tmp_path / f"{len(digests)}.backup"
        digests[path] = write_backup(busy.store, path), before
    busy.over.set()
    busy.join()
    for path, (digest, before) in digests.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        with closing(CorpusStore(path, create=False)) as copy:
            copy.check()
            assert copy.revision() >= before  # what was acknowledged when it began is in it
            assert copy.live() == busy.was[copy.revision()]
    last, _ = digests.popitem()
    with closing(CorpusStore(last, create=False)) as copy:
        texts = {name: copy.get(name).text for name in copy.live()}
    (tmp_path / "elsewhere").mkdir()
    restore_backup(last, tmp_path / "elsewhere" / "corpus.sqlite")
    with closing(CorpusStore(tmp_path / "elsewhere" / "corpus.sqlite", create=False)) as back:
        assert {name: back.get(name).text for name in back.live()} == texts
