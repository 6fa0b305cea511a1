"""Measure the answers and write docs/evaluation.md; `--gate` compares with the committed baseline instead.

Usage: python -m benchmarks.evaluation [--gate | --baseline | --gold FILE --documents FOLDER | --public FOLDER...]
Without options the golden questions are asked with everything on and with one part off at a time (some minutes).
Texts of other people's questions and documents are never written anywhere, only ids and figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from api.settings import Settings, load_settings
from api.wiring import (
    create_empty,
    ensure_index,
    evaluate_collection,
    index_collection,
    open_backend,
    open_encoder,
    take_in,
    update_index,
)
from benchmarks.evaluation_sections import (
    cases_page,
    compared,
    golden_section,
    guard_section,
    lengths,
    parts_of,
    rates,
    refusal_plots,
    refusal_section,
)
from benchmarks.unstemmed import unstemmed
from corpus.chunk import ChunkPolicy
from index.build import recipe_for
from qa.engine import Engine
from qa.evaluation import report
from qa.evaluation.ablation import VARIANTS, remembering
from qa.evaluation.answering import Outcome, score_answers
from qa.evaluation.dataset import GoldQuestion, read_gold
from qa.evaluation.gate import Figures, falls
from qa.evaluation.measures import measured
from qa.pipeline import Policies
from qa.question import open_glossary
from qa.tuned import load

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "library.jsonl"
PAIRS = ROOT / "tests" / "golden" / "support.jsonl"
DOCUMENT, CASES = ROOT / "docs" / "evaluation.md", ROOT / "docs" / "evaluation-cases.md"
IMAGES = ROOT / "docs" / "images"
BASELINE = Path(__file__).parent / "baseline.json"
TODAY = date(2026, 1, 1)  # the day on which every question is asked, so that "last year" stays the same one


@contextmanager
def home(documents: Path | None = None) -> Iterator[Settings]:
    """A home of its own, with the library or with a folder's documents, deleted afterwards."""
    cache = load_settings().cache
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), cache=cache)
        if documents is None:
            list(ensure_index(settings))
        else:
            create_empty(settings)
            take_in(settings, [str(documents)], {}, dry_run=False)
            list(update_index(settings))
        yield settings


class Asker:
    """Asks one home under several policies; questions are encoded once."""

    def __init__(self, settings: Settings) -> None:
        self._encoder = remembering(open_encoder(settings))
        self._opened = open_backend(settings).opened(recipe_for(self._encoder, ChunkPolicy()))

    def outcomes(self, questions: Sequence[GoldQuestion], policies: Policies) -> list[Outcome]:
        engine = Engine(
            lambda: self._opened.info.id, lambda: self._opened, self._encoder, open_glossary(), policies,
            lambda: 0.0, today=lambda: TODAY,
        )  # fmt: skip
        return score_answers(engine.ask, questions)


def gate(now: Figures) -> int:
    """0 when no figure fell; what fell is printed."""
    fallen = falls(json.loads(BASELINE.read_text(encoding="utf-8")), now)
    for fall in fallen:
        print(f"fell: {fall}")
    print(f"{len(fallen)} figures fell below {BASELINE.relative_to(ROOT)}. Accept them with: make eval-baseline"
          if fallen else "no figure fell")  # fmt: skip
    return 1 if fallen else 0


def ablation_section(asker: Asker, questions: Sequence[GoldQuestion], policies: Policies) -> str:
    rows = {}
    for name, change in VARIANTS.items():
        rows[name] = compared(asker.outcomes(questions, change(policies)))
    with unstemmed(), home() as plain:
        rows["no stemming"] = compared(Asker(plain).outcomes(questions, policies))
    return report.compared_table(rows)


def put(name: str, body: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(report.with_section(text, name, body), encoding="utf-8")


def write_all(asker: Asker, questions: Sequence[GoldQuestion], outcomes: Sequence[Outcome]) -> None:
    policies = load()
    put("golden", golden_section(outcomes))
    put("refusal", refusal_section(outcomes))
    for name, drawing in refusal_plots(outcomes, policies.tokens.calibration.answer_at).items():
        (IMAGES / name).write_text(drawing, encoding="utf-8")
    put("guard", guard_section(PAIRS))
    CASES.write_text(cases_page(outcomes), encoding="utf-8")
    failed = {kind: len(some) for kind, some in report.failing(outcomes).items()}
    put("failures", report.table(["failure", "questions"], [[kind, str(n)] for kind, n in failed.items()]))
    put("parts", ablation_section(asker, questions, policies))


def write_gold(gold: Path, documents: Path) -> None:
    with home(documents) as settings:
        outcomes = Asker(settings).outcomes(read_gold(gold), load())
    parts = {name: measured(part) for name, part in parts_of(outcomes).items()}
    failed = [f"- {kind}: {', '.join(one.gold.id for one in some) or 'none'}"
              for kind, some in report.failing(outcomes).items()]  # fmt: skip
    command = f"`python -m benchmarks.evaluation --gold {gold.name} --documents FOLDER`, {len(outcomes)} questions"
    put("gold", "\n\n".join([command, report.measured_table(parts), lengths(outcomes), "\n".join(failed)]))


def write_public(folders: Sequence[Path]) -> None:
    settings, reports = load_settings(), []
    for folder in folders:
        list(index_collection(settings, folder))
        reports.append(evaluate_collection(settings, folder))
        print(json.dumps(reports[-1]), flush=True)
    names = " ".join(folder.name for folder in folders)
    put("public", f"`python -m benchmarks.evaluation --public {names}`, nDCG@10\n\n{report.ranking_table(reports)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gate", action="store_true", help="fail when a figure fell below the baseline")
    parser.add_argument("--baseline", action="store_true", help="take the present figures as the baseline")
    parser.add_argument("--gold", type=Path, help="another gold file, with --documents")
    parser.add_argument("--documents", type=Path, help="the folder of its documents")
    parser.add_argument("--public", type=Path, nargs="+", default=[], help="folders in BEIR's layout")
    chosen = parser.parse_args()
    if chosen.gold and chosen.documents:
        write_gold(chosen.gold, chosen.documents)
    elif chosen.public:
        write_public(chosen.public)
    else:
        return golden(chosen.gate, chosen.baseline)
    return 0


def golden(only_gate: bool, as_baseline: bool) -> int:
    questions = read_gold(GOLDEN)
    with home() as settings:
        asker = Asker(settings)
        outcomes = asker.outcomes(questions, load())
        if only_gate:
            return gate(rates(outcomes))
        if as_baseline:
            BASELINE.write_text(json.dumps(rates(outcomes), indent=1) + "\n", encoding="utf-8")
            return 0
        write_all(asker, questions, outcomes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
