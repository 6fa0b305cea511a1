from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from corpus.connections import ThreadConnections
from corpus.store import CorpusStore
from index.passages import PassageTable, PassageTableWriter


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_thread_keeps_its_connection_and_shares_it_with_nobody() -> None:
    connections = ThreadConnections(partial(sqlite3.connect, ":memory:", check_same_thread=False))
    own, others = connections.get(), list[sqlite3.Connection]()
    in_a_thread(lambda: others.append(connections.get()))
    assert connections.get() is own
    assert others[0] is not own
    connections.close()


def test_connections_of_threads_that_are_over_are_closed_and_close_is_not_for_ever() -> None:
    connections = ThreadConnections(partial(sqlite3.connect, ":memory:", check_same_thread=False))
    seen: list[sqlite3.Connection] = []
    for _ in range(2):
        in_a_thread(lambda: seen.append(connections.get()))
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[0].execute("SELECT 1")
    seen[1].execute("SELECT 1")
    connections.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[1].execute("SELECT 1")
    assert connections.get().execute("SELECT 1").fetchone() == (1,)
    connections.close()


def test_neither_the_documents_nor_an_index_gather_open_files_while_threads_come_and_go(tmp_path: Path) -> None:
    writer = PassageTableWriter(tmp_path)
    writer.close()
    table, store = PassageTable(tmp_path), CorpusStore(tmp_path / "corpus.sqlite")

    def look() -> None:
        store.live()
        table.cards()

    for _ in range(2):
        in_a_thread(look)
    before = open_files()
    for _ in range(20):
        in_a_thread(look)
    assert open_files() <= before
    store.close()
