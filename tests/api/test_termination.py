"""`muhojir serve` as a process that is told to end while it works."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from api import wiring
from api.settings import PREFIX, Settings
from tests.api.endpoint import endpoint

pytestmark = pytest.mark.slow

SENTENCE = "The ministry said that 143,000 workers were refused entry at the border in one year."
PATIENCE = 120.0  # seconds: starting takes two, and a minute where many programs share the machine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing")
    (tmp_path / "note.txt").write_text(SENTENCE)
    wiring.create_empty(made)
    wiring.take_in(made, [str(tmp_path / "note.txt")], {}, False)
    list(wiring.update_index(made))
    return made


@contextmanager
def service(settings: Settings, port: int, **more: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    _, secret = wiring.open_keys(settings).create("admin", "")
    own = {"HOME": str(settings.home), "CACHE": str(settings.cache), "MODEL": settings.model, **more}
    outer = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = outer | {f"{PREFIX}{name}": value for name, value in own.items()}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    url, key = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {secret}"}
    with (
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=url, headers=key, timeout=PATIENCE) as client,
    ):
        try:
            wait_until(lambda: answers(client))
            yield client, process
        finally:
            process.kill()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_job_under_way_at_sigterm_is_done_by_the_next_life_once(settings: Settings, port: int) -> None:
    jobs, body = wiring.open_jobs(settings), {"text": "Snow fell on the pass.", "name": "snow.txt"}
    with wiring.open_backend(settings).snapshots.building():  # the builder waits for this lock
        with service(settings, port) as (client, process):
            job = client.post("/v1/documents", json=body).json()["id"]
            wait_until(lambda: jobs.get(job).started is not None)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        with FileLock(settings.home / "jobs.lock", timeout=0):  # its builder ended with it
            assert not jobs.get(job).is_over
    with service(settings, port) as (client, _):
        wait_until(lambda: jobs.get(job).is_over)
        assert client.get(f"/v1/jobs/{job}").json()["state"] == "done"
        assert client.get("/v1/documents").json()["total"] == 2


GRACE = 20.0  # seconds that answers under way are given


def test_a_stream_under_way_at_sigterm_is_told_to_its_end(tmp_path: Path, model_cache: Path, port: int) -> None:
    settings = Settings(home=tmp_path / "home", cache=model_cache)
    list(wiring.ensure_index(settings))
    question = {"question": "How many Tajiks were held at Vnukovo airport in April 2024?", "mode": "written"}
    with endpoint() as model, service(settings, port, WRITER_URL=model.url, WRITER_MODEL="small") as (client, process):
        model.stalls()  # the answer waits for its writer
        with client.stream("POST", "/v1/ask/stream", json=question) as reply:
            lines = reply.iter_lines()
            assert "event: passages" in lines
            wait_until(lambda: bool(model.requests))
            process.send_signal(signal.SIGTERM)
            told = time.monotonic()
            wait_until(lambda: not answers(client))
            assert process.poll() is None
            model.going.set()
            assert "event: done" in lines
        assert process.wait(PATIENCE) == 0
    assert time.monotonic() - told < GRACE
