"""What does a question of the library cost, and what of it is reading? CPU milliseconds in process.

Usage: .venv/bin/python -m benchmarks.question_cost [--every 9]
Every ninth golden question, in turn twice with everything on and with nothing read, after a first round that fills
the caches of words and sentences. Compare both figures of one run; the machine is shared.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from api.settings import Settings
from api.wiring import ensure_index, open_backend, open_encoder
from benchmarks.golden_cases import GOLDEN
from benchmarks.report import Timing, record, timed
from corpus.chunk import ChunkPolicy
from index.build import recipe_for
from qa.answer import Query
from qa.engine import Engine
from qa.evaluation.dataset import read_gold
from qa.question import open_glossary
from qa.tuned import load

ROUNDS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=9)
    every = parser.parse_args().every
    questions = [gold.question for gold in read_gold(GOLDEN)][::every]
    policies = load()
    without = replace(policies, tokens=replace(policies.tokens, reading=0.0))
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        for _ in ensure_index(settings):
            pass
        encoder = open_encoder(settings)
        opened = open_backend(settings).opened(recipe_for(encoder, ChunkPolicy()))
        calls = {}
        for name, own in (("everything", policies), ("nothing read", without)):
            engine = Engine(lambda: opened.info.id, lambda: opened, encoder, open_glossary(), own, lambda: 0.0)
            calls[name] = [partial(engine.ask, Query(question)) for question in questions]
            timed(calls[name])
        runs: dict[str, list[Timing]] = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, asked in calls.items():
                runs[name].append(timed(asked))
    for name, timings in runs.items():
        for timing in timings:
            record(
                "question_cost",
                engine=name,
                questions=len(questions),
                cpu_mean_ms=timing.cpu_mean(),
                **timing.summary(),
            )


if __name__ == "__main__":
    main()
