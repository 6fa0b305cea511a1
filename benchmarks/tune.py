"""Fit qa/tuned.json on the golden set's training part and print how it does on the held-out part.

Usage: .venv/bin/python benchmarks/tune.py [--write]
Without --write nothing is changed. Takes about two minutes; deterministic.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from api.settings import Settings
from api.wiring import ensure_index, open_cached_encoder, open_snapshots
from corpus.chunk import ChunkPolicy
from index.build import recipe_for
from qa.abstain import gather
from qa.choose import ChoicePolicy, choose
from qa.evaluation.dataset import folded, read_gold
from qa.evaluation.tuning import Case, cases, fit_refusal, fit_sentences
from qa.extract import Signals
from qa.pipeline import Policies
from qa.question import open_glossary
from qa.retrieve import RetrievalPolicy
from qa.tuned import to_json

ROOT = Path(__file__).resolve().parent.parent
CHOICE = ChoicePolicy(near=1.0, margin=2.0, gain=0.1, most=3)


def correct(case: Case, sentence: Signals) -> bool:
    """Every answer pattern matches the chosen sentences."""
    chosen = choose(case.asked, case.ranked(sentence), case.retrieval.shares, CHOICE)
    said = folded(" ".join(one.text for one in chosen))
    return all(pattern.search(said) for pattern in case.gold.answer_patterns)


def figures(part: list[Case], policies: Policies) -> dict[str, float | int]:
    calibration, sentence = policies.calibration, policies.sentence
    chances = [calibration.probability(gather(c.asked, c.retrieval, c.ranked(sentence))) for c in part]
    refused = [chance < calibration.answer_at for chance in chances]
    silent = [flag for case, flag in zip(part, refused, strict=True) if not case.gold.answerable]
    firm = [f for case, f in zip(part, refused, strict=True) if case.gold.answerable and not case.gold.abstain_ok]
    asked = [case for case in part if case.gold.answerable]
    return {
        "questions": len(part),
        "refusal_recall": round(sum(silent) / len(silent), 3),
        "refusal_precision": round(sum(silent) / max(1, sum(silent) + sum(firm)), 3),
        "false_refusals": sum(firm),
        "answer_correct": round(sum(correct(case, sentence) for case in asked) / len(asked), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace qa/tuned.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        for _ in ensure_index(settings):
            pass
        encoder = open_cached_encoder(settings)
        index = open_snapshots(settings).open(recipe_for(encoder, ChunkPolicy()))
        questions = read_gold(ROOT / "tests" / "golden" / "library.jsonl")
        made = cases(questions, index, encoder, open_glossary(), RetrievalPolicy())
    training = [case for case in made if case.gold.split == "train"]
    sentence = fit_sentences(training)
    policies = Policies(fit_refusal(training, sentence), sentence, CHOICE)
    for split in ("train", "held"):
        print(split, json.dumps(figures([case for case in made if case.gold.split == split], policies)))
    if arguments.write:
        made_by = f"benchmarks/tune.py on {len(training)} questions of tests/golden/library.jsonl"
        (ROOT / "qa" / "tuned.json").write_text(json.dumps(to_json(policies, made_by), indent=1) + "\n")


if __name__ == "__main__":
    main()
