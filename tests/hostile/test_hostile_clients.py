"""A real service under hostile clients: no server error, memory bounded, honest clients served all the while."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.access import GUESSES
from tests.hostile.requests import storm

pytestmark = pytest.mark.hostile

SEED, STORM = 8, 50_000
IDLE, CROWD, AT_ONCE = 2_000, 4_000, 300
HONEST_PAUSE = 0.15  # seconds: 400 searches a minute, where an address may send 600
OTHER = "127.0.0.2"  # an address of this machine's that is not the honest clients' (Linux)
ASKED = {"question": "How many people were held at Vnukovo?", "k": 5}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """MB that are resident."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Service]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"MUHOJIR_HOME": str(folder), "MUHOJIR_PORT": str(port), "OMP_NUM_THREADS": "1", **settings}
    log = folder / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "api.cli", "serve"]
        process = subprocess.Popen(command, env={**os.environ, **given}, stdout=out, stderr=out)
    try:
        _await_ready(port)
        yield Service(port, process, log)
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Without limits, so that every request is looked at."""
    with serving(tmp_path_factory.mktemp("service"), MUHOJIR_ADDRESS_RATE="0") as found:
        yield found


def _await_ready(port: int) -> None:
    for _ in range(600):
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        time.sleep(0.5)
    raise AssertionError("the service did not start")


async def _honest(service: Service, seconds: float, over: asyncio.Event | None = None) -> list[float]:
    """Seconds that each honest search took; every one must be answered. Ends after `seconds`, or when it is `over`."""
    times: list[float] = []
    ends = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
        while time.monotonic() < ends and not (over and over.is_set()):
            start = time.monotonic()
            reply = await client.post("/v1/search", json=ASKED)
            assert reply.status_code == 200
            times.append(time.monotonic() - start)
            await asyncio.sleep(HONEST_PAUSE)
    return times


async def _is_open(reader: asyncio.StreamReader) -> bool:
    try:
        await asyncio.wait_for(reader.read(), 5)
    except TimeoutError:
        return True
    except ConnectionError:
        pass
    return False


def _figures(times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return f"{len(times)} searches, p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"


def test_fifty_thousand_hostile_requests_make_no_server_error(service: Service) -> None:
    count = int(os.environ.get("HOSTILE_REQUESTS", STORM))

    async def both() -> tuple[list[float], list[float], dict[str, int], float]:
        calm = await _honest(service, 15)
        start = time.monotonic()
        honest = asyncio.create_task(_honest(service, max(20, count / 1000)))
        tally = await storm(service.port, SEED, count)
        return calm, await honest, dict(tally), time.monotonic() - start

    before = service.memory()
    calm, stormy, tally, seconds = asyncio.run(both())
    after = service.memory()
    logger.info("%d hostile requests, seed %d, %.0f s: %s", count, SEED, seconds, dict(sorted(tally.items())))
    logger.info(
        "honest before: %s; during: %s; memory %.0f -> %.0f MB", _figures(calm), _figures(stormy), before, after
    )
    assert not [status for status in tally if status.startswith("5")]
    assert after < before + 300
    assert b"Traceback" not in service.log.read_bytes()


def test_a_storm_from_another_address_leaves_honest_clients_their_answers(tmp_path: Path) -> None:
    """With the limits that are the default; the log line tells what honest clients felt of it."""

    async def both(service: Service) -> tuple[list[float], list[float], dict[str, int], float]:
        calm, over, start = await _honest(service, 30), asyncio.Event(), time.monotonic()
        honest = asyncio.create_task(_honest(service, 3600, over))
        tally = await storm(service.port, SEED, int(os.environ.get("HOSTILE_REQUESTS", CROWD)), address=OTHER)
        over.set()
        return calm, await honest, dict(tally), time.monotonic() - start

    with serving(tmp_path) as service:
        calm, stormy, tally, seconds = asyncio.run(both(service))
    logger.info(
        "%d hostile requests of one address, %.0f s: %s", sum(tally.values()), seconds, dict(sorted(tally.items()))
    )
    logger.info("honest before: %s; during: %s; load %.1f", _figures(calm), _figures(stormy), os.getloadavg()[0])
    assert not [status for status in tally if status.startswith("5")]
    assert statistics.median(stormy) < 4 * statistics.median(calm)


def test_a_crowd_is_answered_when_the_service_ends_and_half_a_question_is_given_up(tmp_path: Path) -> None:
    body = json.dumps(ASKED).encode()
    whole = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    whole += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    async def head(reader: asyncio.StreamReader) -> str:
        try:
            return (await reader.readline())[9:12].decode()
        except ConnectionError:
            return "unheard"  # it was not yet taken in

    async def crowd(service: Service) -> Counter[str]:
        opened = [await asyncio.open_connection("127.0.0.1", service.port) for _ in range(AT_ONCE)]
        kinds = ["half" if number % 10 == 9 else "whole" for number in range(AT_ONCE)]
        for kind, (_, writer) in zip(kinds, opened, strict=True):
            writer.write(whole[:-5] if kind == "half" else whole)
        await asyncio.sleep(5)
        service.process.terminate()
        heads = await asyncio.gather(*(head(reader) for reader, _ in opened))
        for _, writer in opened:
            writer.transport.abort()
        return Counter(f"{kind} {said}" for kind, said in zip(kinds, heads, strict=True))

    with serving(tmp_path, MUHOJIR_ADDRESS_RATE="0") as service:
        start = time.monotonic()
        tally = asyncio.run(crowd(service))
        logger.info("%d at once, ended after %.0f s: %s", AT_ONCE, time.monotonic() - start, dict(tally))
    assert tally["whole 200"] + tally["whole unheard"] == AT_ONCE - AT_ONCE // 10
    assert tally["whole 200"] > AT_ONCE // 2


def test_two_thousand_idle_half_open_and_slow_connections_stop_nobody(service: Service) -> None:
    starts = (b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              b"Content-Length: 900\r\n\r\n{", b"GET /widget.js HTTP/1.1\r\nHost: a\r\n\r\n")  # fmt: skip

    async def crowd() -> tuple[list[float], list[float], int]:
        calm = await _honest(service, 10)
        opened = []
        for number in range(IDLE):
            reader, writer = await asyncio.open_connection("127.0.0.1", service.port, limit=1024)
            writer.write(starts[number % len(starts)])
            opened.append((reader, writer))
        crowded = await _honest(service, 40)
        left = sum(await asyncio.gather(*(_is_open(reader) for reader, _ in opened)))
        for _, writer in opened:
            writer.transport.abort()
        return calm, crowded, left

    before = service.memory()
    calm, crowded, left = asyncio.run(crowd())
    logger.info("%d connections: before %s; with them %s; %d still open after 40 s; memory %.0f -> %.0f MB",
                IDLE, _figures(calm), _figures(crowded), left, before, service.memory())  # fmt: skip
    assert left <= IDLE // len(starts) + 10  # bodies that do not arrive have two minutes
    assert service.memory() < before + 300


def test_guessing_keys_is_slowed_down(service: Service) -> None:
    guesses = [
        httpx.get(f"{service.url}/v1/jobs/a", headers={"Authorization": f"Bearer mhj_admin_{n}"})
        for n in range(GUESSES + 5)
    ]
    refused = guesses[-1]
    assert {one.status_code for one in guesses} <= {401, 429}
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
