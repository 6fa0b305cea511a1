"""Load on a service from a second process: distinct questions, a fixed number of callers, snapshots swapped meanwhile.

    python -m benchmarks.load --home DIR [--texts TEXTS.jsonl.gz] [--requests 2000] [--callers 4] [--swaps 20]

Starts `muhojir serve` on the home. Questions are runs of words of the texts, else the golden questions made distinct.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from api.schemas import AskRequest
from api.settings import load_settings
from api.wiring import local_answers
from benchmarks.report import record
from benchmarks.served import Service, running, swap

GOLD = Path(__file__).parents[1] / "tests" / "golden" / "library.jsonl"
QUESTION_WORDS = (4, 12)  # the spread of the golden questions' lengths
ALONE = 200  # questions asked in this process, to compare with
_LOOK_SECONDS = 2.0  # between two looks at the service's memory


def questions(texts: Path | None) -> Iterator[str]:
    """Distinct ones, without end."""
    if texts is None:
        gold = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
        for round_ in itertools.count(1):
            yield from (f"{question} ({round_})" for question in gold)
    chance = random.Random(1)
    for round_ in itertools.count(1):
        with gzip.open(str(texts), "rt", encoding="utf-8") as lines:
            for line in lines:
                words = json.loads(line)["text"].split()
                length = chance.randint(*QUESTION_WORDS)
                start = chance.randrange(max(1, len(words) - length))
                yield " ".join(words[start : start + length])[:2000] + (f" ({round_})" if round_ > 1 else "")


class Callers:
    """Each asks its next question when it has its answer."""

    def __init__(self, url: str, asked: Iterator[str], requests: int) -> None:
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        self._asked, self._lock = itertools.islice(asked, requests), threading.Lock()
        self.latencies: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self.snapshots: Counter[str] = Counter()

    def run(self, callers: int) -> float:
        """Returns when all questions were asked; the seconds that took."""
        threads = [threading.Thread(target=self._call) for _ in range(callers)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - began

    def _call(self) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        while question := self._next():
            began = time.perf_counter()
            outcome, snapshot = self._ask(connection, question)
            with self._lock:
                self.latencies.append(1000 * (time.perf_counter() - began))
                self.outcomes[outcome] += 1
                self.snapshots[snapshot] += 1
        connection.close()

    def _next(self) -> str | None:
        with self._lock:
            return next(self._asked, None)

    def _ask(self, connection: http.client.HTTPConnection, question: str) -> tuple[str, str]:
        body = json.dumps({"question": question}).encode()
        try:
            connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            answer = json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            return type(error).__name__, ""
        if reply.status != 200:
            return f"HTTP {reply.status}", ""
        return str(answer["answer"]["status"]), str(answer["snapshot"]["id"])


class Meanwhile:
    """Things done at even distances of answered questions, until told to stop."""

    def __init__(self, callers: Callers, every: float, act: Callable[[], None], times: int) -> None:
        self._callers, self._every, self._act, self._times = callers, every, act, times
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        done = 0
        while done < self._times and not self._over.wait(0.1):
            if len(self._callers.latencies) >= (done + 1) * self._every:
                self._act()
                done += 1


def main() -> None:
    given = _arguments()
    asked = questions(given.texts)
    alone = _alone(given.home, asked)
    with running(given.home, given.port, given.workers) as service:
        Callers(service.url, asked, 50 * given.workers).run(given.callers)  # first questions load what later ones share
        figures = _loaded(service, given, asked)
    served = figures["cpu_ms_per_question"]
    record("load", **figures, in_process_cpu_ms=alone, served_to_in_process=round(served / alone, 2))


def _loaded(service: Service, given: argparse.Namespace, asked: Iterator[str]) -> dict[str, float]:
    callers = Callers(service.url, asked, given.requests)
    memory: list[tuple[int, float]] = []
    swapped: list[str] = []
    looks = Meanwhile(
        callers, given.requests / 100, lambda: memory.append((len(callers.latencies), service.resident_mb())), 100
    )
    swaps = Meanwhile(
        callers, given.requests / (given.swaps + 1), lambda: swapped.append(swap(given.home)), given.swaps
    )
    spent = service.cpu_seconds()
    with looks, swaps:
        took = callers.run(given.callers)
    spent = service.cpu_seconds() - spent
    p50, p95, p99 = (round(float(value), 1) for value in np.percentile(callers.latencies, [50, 95, 99]))
    settled = memory[len(memory) // 2 :]  # the first half fills the allocator's arenas
    slope = float(np.polyfit(*zip(*settled, strict=True), 1)[0]) if len(settled) > 2 else float("nan")
    return {
        "requests": given.requests,
        "callers": given.callers,
        "workers": given.workers,
        "seconds": round(took, 1),
        "per_second": round(given.requests / took, 1),
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "cpu_ms_per_question": round(1000 * spent / given.requests, 1),
        "outcomes": dict(callers.outcomes),
        "swaps": len(swapped),
        "snapshots_seen": len(callers.snapshots),
        "private_mb": [round(memory[0][1]), round(memory[-1][1])],
        "private_kb_per_1000_requests": round(1024 * 1000 * slope, 1),
    }  # type: ignore[dict-item]


def _alone(home: Path, asked: Iterator[str]) -> float:
    """CPU milliseconds of a question asked in this process, without any door."""
    answers = local_answers(load_settings(home))
    requests = [AskRequest(question=question) for question in itertools.islice(asked, ALONE + 20)]
    for request in requests[:20]:
        answers.ask(request)
    spent = time.process_time()
    for request in requests[20:]:
        answers.ask(request)
    return round(1000 * (time.process_time() - spent) / ALONE, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--callers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--swaps", type=int, default=20)
    parser.add_argument("--port", type=int, default=8931)
    return parser.parse_args()


if __name__ == "__main__":
    main()
