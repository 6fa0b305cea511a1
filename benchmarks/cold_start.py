"""What does one question cost: a whole command on a ready index, and one more question to a running service?

python -m benchmarks.cold_start [--home DIR]    without --home: the shipped library in a temporary home
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from api.settings import load_settings
from api.wiring import open_engine
from benchmarks.report import record, timed
from qa.answer import Query

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "library.jsonl"
QUESTION = "How many people were refused entry to Russia in January-July 2024?"
RUNS = 5
HEAVY = ("torch", "transformers", "sentence_transformers", "onnx", "sklearn", "fastapi")
COMMAND = [sys.executable, "-m", "api.cli", "ask", "--json", QUESTION]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a ready home; the shipped library in a temporary one by default")
    parser.add_argument("--questions", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        environment = {**os.environ, "MUHOJIR_HOME": str(home)}
        if given.home is None:
            _first_run(environment)
        _commands(environment)
        _imports(environment)
        _served(home, given.questions)


def _first_run(environment: dict[str, str]) -> None:
    """Makes the home: nothing is measured but its whole cost."""
    record("cold_start", figure="muhojir init of the library", cpu_s=_cpu_of([*COMMAND[:3], "init"], environment))


def _cpu_of(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds, user and system, of a command and all its threads, interpreter start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3)


def _commands(environment: dict[str, str]) -> None:
    costs = sorted(_cpu_of(COMMAND, environment) for _ in range(RUNS))
    record("cold_start", figure="muhojir ask on a ready index", runs=RUNS, cpu_s_median=costs[RUNS // 2], cpu_s=costs)
    bare = sorted(_cpu_of([sys.executable, "-c", "pass"], environment) for _ in range(RUNS))
    record("cold_start", figure="interpreter alone", runs=RUNS, cpu_s_median=bare[RUNS // 2])


def _imports(environment: dict[str, str]) -> None:
    """The modules whose import costs most, and which of the heavy ones were loaded at all."""
    command = [sys.executable, "-X", "importtime", *COMMAND[1:]]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    lines = re.findall(r"^import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)", done.stderr, re.M)
    own: dict[str, float] = {}
    for microseconds, _, _, name in lines:
        package = name.partition(".")[0]
        own[package] = own.get(package, 0) + int(microseconds) / 1000
    slowest = sorted(own.items(), key=lambda item: -item[1])[:10]
    record(
        "cold_start",
        figure="imports of muhojir ask",
        wall_ms_by_package={name: round(spent) for name, spent in slowest},
        heavy=[name for name in HEAVY if name in own],
    )


def _served(home: Path, count: int) -> None:
    """Answers of a warm engine: distinct golden questions, none asked before."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    questions = list(dict.fromkeys(json.loads(line)["question"] for line in lines if line.strip()))
    engine = open_engine(load_settings(home))
    warm, asked = questions[:10], questions[10 : 10 + count]
    for text in warm:
        engine.ask(Query(text))
    timing = timed([partial(engine.ask, Query(text)) for text in asked])
    parts = [engine.ask(Query(text)).timing_ms for text in warm]
    means = {key: round(sum(part[key] for part in parts) / len(parts), 1) for key in parts[0]}
    record("cold_start", figure="served question on the library", questions=len(asked), **timing.summary(),
           parts_mean_ms=means)  # fmt: skip


if __name__ == "__main__":
    main()
