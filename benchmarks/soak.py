"""A service under mixed load for a long time: questions, documents that come and go, snapshots swapped by each.

    python -m benchmarks.soak --home DIR [--minutes 20] [--callers 2] [--texts TEXTS.jsonl.gz]

Starts `muhojir serve` on the home (made from the library when it is empty) and prints errors and slopes: of memory and
file descriptors an hour, of latency an hour. Slopes leave out the first fifth, in which caches fill. The machine's load
and the median latency of each fifth stand beside them: on a shared machine latency follows the load.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from api import wiring
from api.settings import load_settings
from benchmarks.load import questions
from benchmarks.report import record
from benchmarks.served import Service, private_kb, running

_KEPT = 5  # documents of the soak that stand at one time
_LOOK_SECONDS, _CHANGE_SECONDS, _PAUSE_SECONDS, _JOB_SECONDS = 5.0, 10.0, 0.1, 120.0
_WARM = 0.2  # share of the run that slopes leave out
_PARTS = 5
_SHOWN = 10  # errors that are kept in words


@dataclass(frozen=True, slots=True)
class Look:
    """At one second since the start: the service's private memory and open files, the machine's load."""

    second: float
    megabytes: float
    files: int
    load: float


@dataclass
class Seen:
    """What happened, with the seconds since the start. Each list has one writer at a time."""

    began: float = field(default_factory=time.monotonic)
    latencies: list[tuple[float, float]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    snapshots: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def now(self) -> float:
        return time.monotonic() - self.began


class Client:
    def __init__(self, url: str, key: str = "") -> None:
        self._url, self._headers = url, {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        if not key:
            del self._headers["Authorization"]

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as reply:
            found: dict[str, Any] = json.load(reply)
        return found


def ask(client: Client, asked: Iterator[str], lock: threading.Lock, seen: Seen, over: threading.Event) -> None:
    while not over.wait(_PAUSE_SECONDS):
        with lock:
            question = next(asked)
        began = time.perf_counter()
        try:
            body = client.call("POST", "/v1/ask", {"question": question})
        except (OSError, ValueError) as error:
            seen.errors.append(f"ask: {error}")
            continue
        seen.latencies.append((seen.now(), 1000 * (time.perf_counter() - began)))
        seen.outcomes[body["answer"]["status"]] += 1
        seen.snapshots.add(body["snapshot"]["id"])


def change(client: Client, seen: Seen, over: threading.Event) -> None:
    """Adds a document, sees that it is found, deletes an older one, sees that it is not."""
    number = 0
    while not over.wait(_CHANGE_SECONDS):
        number += 1
        try:
            _come_and_go(client, number)
        except (OSError, ValueError, AssertionError) as error:
            seen.errors.append(f"change {number}: {error}")
            continue
        seen.outcomes["documents changed"] += 1


def _come_and_go(client: Client, number: int) -> None:
    word = f"Zarafruit{number}"
    text = f"The market of {word} opened in spring. Its stalls sold apricots to {number} families a day."
    _done(client, client.call("POST", "/v1/documents", {"name": f"soak-{number}.txt", "text": text,
                                                        "metadata": {"id": f"soak-{number}"}}))  # fmt: skip
    assert f"soak-{number}" in _found(client, word), f"{word} is added and not found"
    if number > _KEPT:
        gone = f"soak-{number - _KEPT}"
        job = client.call("DELETE", f"/v1/documents/{gone}")
        assert gone not in _found(client, f"Zarafruit{number - _KEPT}"), f"{gone} is deleted and found"
        _done(client, job)


def _found(client: Client, word: str) -> set[str]:
    body = client.call("POST", "/v1/search", {"question": f"Where is the market of {word}?", "k": 10})
    return {passage["document_id"] for passage in body["passages"]}


def _done(client: Client, job: dict[str, Any]) -> None:
    ends = time.monotonic() + _JOB_SECONDS
    while job["state"] not in {"done", "failed"}:
        assert time.monotonic() < ends, f"job {job['id']} does not end"
        time.sleep(0.2)
        job = client.call("GET", f"/v1/jobs/{job['id']}")
    assert job["state"] == "done", job["error"]


def watch(service: Service, seen: Seen, over: threading.Event) -> None:
    while not over.wait(_LOOK_SECONDS):
        files = len(list(Path(f"/proc/{service.pid}/fd").iterdir()))
        seen.looks.append(Look(seen.now(), private_kb(service.pid) / 1024, files, os.getloadavg()[0]))


def slope_an_hour(points: list[tuple[float, float]], from_second: float) -> float:
    """Least squares over the points after `from_second`."""
    kept = [point for point in points if point[0] >= from_second]
    return round(3600 * float(np.polyfit(*zip(*kept, strict=True), 1)[0]), 2) if len(kept) > 2 else float("nan")


def main() -> None:
    given = _arguments()
    settings = load_settings(given.home)
    for _ in wiring.ensure_index(settings):
        pass
    _, key = wiring.open_keys(settings).create("admin", "soak")
    over, lock, asked = threading.Event(), threading.Lock(), questions(given.texts)
    with running(given.home, given.port, 1) as service:
        client, seen = Client(service.url), Seen()
        threads = [threading.Thread(target=ask, args=(client, asked, lock, seen, over)) for _ in range(given.callers)]
        threads.append(threading.Thread(target=change, args=(Client(service.url, key), seen, over)))
        threads.append(threading.Thread(target=watch, args=(service, seen, over)))
        for thread in threads:
            thread.start()
        time.sleep(60 * given.minutes)
        over.set()
        for thread in threads:
            thread.join()
    record("soak", **figures(seen, given.minutes))


def figures(seen: Seen, minutes: float) -> dict[str, Any]:
    warm, first, last = 60 * minutes * _WARM, seen.looks[0], seen.looks[-1]
    milliseconds = [latency for _, latency in seen.latencies]
    p50, p99 = (round(float(value), 1) for value in np.percentile(milliseconds, [50, 99]))
    return {
        "minutes": minutes,
        "questions": len(milliseconds),
        "outcomes": dict(seen.outcomes),
        "snapshots_seen": len(seen.snapshots),
        "errors": len(seen.errors),
        "first_errors": seen.errors[:_SHOWN],
        "p50_ms": p50,
        "p99_ms": p99,
        "p50_ms_by_part": _medians(seen.latencies, 60 * minutes),
        **{
            f"{name}_by_part": _medians([(look.second, getattr(look, name)) for look in seen.looks], 60 * minutes)
            for name in ("load", "megabytes", "files")
        },
        "latency_ms_an_hour": slope_an_hour(seen.latencies, warm),
        "private_mb": [round(first.megabytes), round(last.megabytes)],
        "private_mb_an_hour": slope_an_hour([(look.second, look.megabytes) for look in seen.looks], warm),
        "files": [first.files, last.files],
        "files_an_hour": slope_an_hour([(look.second, float(look.files)) for look in seen.looks], warm),
    }


def _medians(points: list[tuple[float, float]], seconds: float) -> list[float]:
    """Of each of the equal parts of the run."""
    parts: list[list[float]] = [[] for _ in range(_PARTS)]
    for second, value in points:
        parts[min(int(_PARTS * second / seconds), _PARTS - 1)].append(value)
    return [round(float(np.median(part)), 1) for part in parts]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--port", type=int, default=8941)
    return parser.parse_args()


if __name__ == "__main__":
    main()
