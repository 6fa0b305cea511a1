"""Load on a running service from a second process: distinct questions, a fixed number of callers, for some seconds.

    python -m benchmarks.load http://127.0.0.1:8000 --seconds 60 --callers 4

Start the service with MUHOJIR_ADDRESS_RATE=0. Prints one JSON object: answers per second, latencies in ms, failures.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

GOLD = Path(__file__).parents[1] / "tests" / "golden" / "library.jsonl"


def questions() -> Iterator[str]:
    """The golden questions, made distinct from the second round on."""
    gold = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    yield from gold
    for round_ in itertools.count(2):
        yield from (f"{question} ({round_})" for question in gold)


class Callers:
    def __init__(self, url: str, seconds: float) -> None:
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        self._questions, self._lock = questions(), threading.Lock()
        self._ends = time.perf_counter() + seconds
        self.latencies: list[float] = []
        self.outcomes: Counter[str] = Counter()

    def call(self) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        while time.perf_counter() < self._ends:
            with self._lock:
                question = next(self._questions)
            began = time.perf_counter()
            outcome = self._ask(connection, question)
            with self._lock:
                self.latencies.append(1000 * (time.perf_counter() - began))
                self.outcomes[outcome] += 1
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, question: str) -> str:
        body = json.dumps({"question": question}).encode()
        try:
            connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            answer = json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            return type(error).__name__
        return str(answer["answer"]["status"]) if reply.status == 200 else f"HTTP {reply.status}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--callers", type=int, default=4)
    options = parser.parse_args()
    callers = Callers(options.url, options.seconds)
    threads = [threading.Thread(target=callers.call) for _ in range(options.callers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    percentiles = np.percentile(callers.latencies, [50, 95, 99])
    figures = {
        "callers": options.callers,
        "seconds": round(took, 1),
        "requests": len(callers.latencies),
        "per_second": round(len(callers.latencies) / took, 1),
        "ms": dict(zip(("p50", "p95", "p99"), (round(float(value), 1) for value in percentiles), strict=True)),
        "outcomes": dict(callers.outcomes),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
