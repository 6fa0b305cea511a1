"""One line of JSON per figure, on stdout and in results/, with what the machine was doing meanwhile."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def record(benchmark: str, **figures: object) -> None:
    """Print the figures and append them to results/<benchmark>.jsonl."""
    line = json.dumps({"benchmark": benchmark, **figures, "machine": machine()}, ensure_ascii=False)
    print(line, flush=True)
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{benchmark}.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def machine() -> dict[str, object]:
    """Cores, Python and the load average of the last minute: wall times under load are upper bounds."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "threads": os.environ.get("OMP_NUM_THREADS", "unset"),
    }


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of each call, on the clock and on the CPU (all threads)."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    def summary(self) -> dict[str, float]:
        return {
            "p50_ms": _percentile(self.wall, 0.5),
            "p95_ms": _percentile(self.wall, 0.95),
            "p99_ms": _percentile(self.wall, 0.99),
            "cpu_p50_ms": _percentile(self.cpu, 0.5),
            "cpu_p95_ms": _percentile(self.cpu, 0.95),
        }

    def cpu_mean(self) -> float:
        return sum(self.cpu) / len(self.cpu)


def timed(calls: Sequence[Callable[[], object]]) -> Timing:
    """Run each call once, in order."""
    wall, cpu = [], []
    for call in calls:
        begun, spent = time.perf_counter(), time.process_time()
        call()
        cpu.append(1000 * (time.process_time() - spent))
        wall.append(1000 * (time.perf_counter() - begun))
    return Timing(tuple(wall), tuple(cpu))


def _percentile(values: Sequence[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 3)
