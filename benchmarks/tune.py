"""Fit qa/tuned.json on the golden set's training part and print how it does on the held-out part.

Usage: .venv/bin/python -m benchmarks.tune [--write]
Without --write nothing is changed. Takes about two minutes; deterministic.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from api.settings import Settings
from api.wiring import open_encoder
from benchmarks.golden_cases import UNREAD, golden_cases
from index.ports import Reader
from qa.abstain import chance
from qa.choose import ChoicePolicy, choose
from qa.evaluation.ablation import remembering
from qa.evaluation.dataset import folded
from qa.evaluation.tuning import Case, fit_reading, fit_refusal, fit_sentences, weighed
from qa.extract import Sentence
from qa.pipeline import Fitted, Policies
from qa.tuned import to_json

ROOT = Path(__file__).resolve().parent.parent
CHOICE = ChoicePolicy(near=1.0, margin=2.2, gain=0.1, most=4, denied=-3.5)


def correct(case: Case, ranked: list[Sentence]) -> bool:
    """Every answer pattern matches the chosen sentences."""
    chosen = choose(case.asked, ranked, case.retrieval.shares, CHOICE)
    said = folded(" ".join(one.text for one in chosen))
    return all(pattern.search(said) for pattern in case.gold.answer_patterns)


def first_sentences(ranked: list[tuple[Case, list[Sentence]]]) -> list[bool]:
    """Of each question that can be answered from the sentences found: does the first one hold evidence?"""
    return [case.is_evidence(ours[0]) for case, ours in ranked if any(map(case.is_evidence, ours))]


def hit(case: Case) -> bool:
    """Evidence stands in the first passage."""
    passage = folded(case.retrieval.found[0].stored.passage.text) if case.retrieval.found else ""
    return any(part in passage for fact in case.gold.evidence for part in fact)


def chance_of(case: Case, fitted: Fitted, reader: Reader | None) -> float:
    return chance(weighed(case, fitted, reader)[1], fitted.calibration, case.retrieval.met)


def figures(part: list[Case], fitted: Fitted, reader: Reader | None) -> dict[str, float | int]:
    calibration = fitted.calibration
    refused = [chance_of(case, fitted, reader) < calibration.answer_at for case in part]
    silent = [flag for case, flag in zip(part, refused, strict=True) if not case.gold.answerable]
    firm = [f for case, f in zip(part, refused, strict=True) if case.gold.answerable and not case.gold.abstain_ok]
    asked = [(case, weighed(case, fitted, reader)[0]) for case in part if case.gold.answerable]
    first = first_sentences(asked)
    return {
        "questions": len(part),
        "hit_at_1": round(sum(hit(case) for case, _ in asked) / len(asked), 3),
        "first_sentence_right": round(sum(first) / len(first), 3),
        "of": len(first),
        "refusal_recall": round(sum(silent) / len(silent), 3),
        "refusal_precision": round(sum(silent) / max(1, sum(silent) + sum(firm)), 3),
        "false_refusals": sum(firm),
        "correct_if_answered": round(sum(correct(case, ranked) for case, ranked in asked) / len(asked), 3),
    }


def fit(made: list[Case], reader: Reader | None) -> Fitted:
    training = [case for case in made if case.gold.split == "train"]
    sentence = fit_sentences(training)
    untaught = [case for case in training if case.gold.id in UNREAD]
    reading = fit_reading(untaught, sentence, reader) if reader else 0.0
    return Fitted(sentence, fit_refusal(training, sentence, reader, reading, UNREAD), reading)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace qa/tuned.json")
    arguments = parser.parse_args()
    reader = remembering(open_encoder(Settings()))
    assert isinstance(reader, Reader)
    found = golden_cases()
    plain, tokens = (fit(made, own) for made, own in zip(found, (None, reader), strict=True))
    for name, made, fitted, own in (("plain", found[0], plain, None), ("tokens", found[1], tokens, reader)):
        for split in ("train", "held"):
            part = [case for case in made if case.gold.split == split]
            print(name, split, json.dumps(figures(part, fitted, own)))
    if arguments.write:
        training = sum(case.gold.split == "train" for case in found[0])
        made_by = f"benchmarks/tune.py on {training} questions of tests/golden/library.jsonl"
        policies = Policies(plain, tokens, CHOICE)
        (ROOT / "qa" / "tuned.json").write_text(json.dumps(to_json(policies, made_by), indent=1) + "\n")


if __name__ == "__main__":
    main()
