"""Homes made, interrupted, shared and served for real, with the hashing encoder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest

from api import wiring
from api.schemas import AskRequest
from api.settings import PREFIX, Settings
from api.wiring import home
from corpus.ingest import library_files
from index.errors import BuildBusy


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    return Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing")


def run_all(steps: Iterator[object]) -> int:
    return sum(1 for _ in steps)


def test_the_first_use_makes_the_home_and_the_second_finds_it(settings: Settings) -> None:
    assert run_all(wiring.ensure_index(settings)) > 0
    assert run_all(wiring.ensure_index(settings)) == 0
    assert len(wiring.open_store(settings).live()) == sum(1 for _ in library_files())


def test_an_interrupted_first_use_leaves_no_half_library(settings: Settings) -> None:
    def interrupted() -> Iterator[Any]:
        yield from list(library_files())[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home._create_store(settings, interrupted)
    assert not (settings.home / "corpus.sqlite").exists()
    wiring.ensure_documents(settings)
    assert len(wiring.open_store(settings).live()) > 3


def test_an_interrupted_indexing_is_finished_by_the_next_command(settings: Settings) -> None:
    next(wiring.ensure_index(settings))
    assert not (settings.home / "CURRENT").exists()
    run_all(wiring.ensure_index(settings))
    assert (settings.home / "CURRENT").exists()


def test_a_second_builder_is_turned_away_while_the_index_keeps_answering(settings: Settings) -> None:
    run_all(wiring.ensure_index(settings))
    answers = wiring.local_answers(settings)
    with wiring.open_backend(settings).snapshots.building():
        with pytest.raises(BuildBusy, match="another process"):
            run_all(wiring.update_index(settings))
        with pytest.raises(BuildBusy):
            wiring.prune_snapshots(settings, 1)
        assert answers.ask(AskRequest(question="Vnukovo")).passages


def test_an_update_prunes_beyond_the_number_kept(settings: Settings, tmp_path: Path) -> None:
    few = settings.model_copy(update={"keep_snapshots": 2})
    run_all(wiring.ensure_index(few))
    for number in range(3):
        note = tmp_path / f"note{number}.txt"
        note.write_text(f"Note number {number}.")
        wiring.take_in(few, [str(note)], {}, dry_run=False)
        run_all(wiring.update_index(few))
    assert len(wiring.open_backend(few).snapshots.ids()) == 2


def test_the_clock_of_the_program_is_utc() -> None:
    assert wiring.now().tzinfo is UTC
    assert isinstance(wiring.today(), date)
    assert wiring.new_id() != wiring.new_id()


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A served home, as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | _variables(settings)
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _variables(settings: Settings) -> dict[str, str]:
    values = {"HOME": settings.home, "CACHE": settings.cache, "MODEL": settings.model}
    return {PREFIX + name: str(value) for name, value in values.items()}


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"{url} never answered")


def _run(settings: Settings, *words: str) -> Any:
    command = [sys.executable, "-m", "api.cli", *words, "--json"]
    done = subprocess.run(command, env=os.environ | _variables(settings), capture_output=True, check=False)
    return json.loads(done.stdout)


def test_a_running_service_answers_from_what_another_process_added(
    settings: Settings, address: str, tmp_path: Path
) -> None:
    question = ["search", "walruses on the Pamir", "-k", "1"]
    before = _run(settings, *question, "--server", address)
    (tmp_path / "walruses.txt").write_text("Walruses were never seen on the Pamir.")
    added = _run(settings, "add", str(tmp_path / "walruses.txt"))["documents"][0]["document_id"]
    served = _run(settings, *question, "--server", address)
    local = _run(settings, *question)
    assert before["snapshot"]["id"] != served["snapshot"]["id"]
    assert served["passages"][0]["document_id"] == added
    differing = {"id", "timing_ms"}
    assert {key: value for key, value in served.items() if key not in differing} == {
        key: value for key, value in local.items() if key not in differing
    }
    _run(settings, "remove", added)
    assert added not in _run(settings, *question, "--server", address)["documents"]
