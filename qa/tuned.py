"""The fitted weights, as data: tuned.json beside this file names the run that made it."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from .abstain import Calibration, Evidence
from .choose import ChoicePolicy
from .extract import Signals
from .pipeline import Fitted, Policies


def load(path: Path | None = None) -> Policies:
    """The policies in `path`, the shipped ones by default. Raises ValueError when they are of other signals."""
    source = path or files("qa") / "tuned.json"
    data = json.loads(source.read_text(encoding="utf-8"))
    try:
        return Policies(_fitted(data["plain"]), _fitted(data["tokens"]), ChoicePolicy(**data["choice"]))
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{source} was fitted on other signals ({error}). Run: .venv/bin/python -m benchmarks.tune --write"
        ) from error


def _fitted(data: dict[str, Any]) -> Fitted:
    refusal = data["refusal"]
    calibration = Calibration(
        Evidence(**refusal["weights"]), refusal["bias"], refusal["answer_at"], refusal["in_scope_at"]
    )
    return Fitted(Signals(**data["sentence"]), calibration, data["reading"])


def to_json(policies: Policies, made_by: str) -> dict[str, Any]:
    plain, tokens = (
        {"sentence": asdict(one.sentence), "reading": one.reading, "refusal": asdict(one.calibration)}
        for one in (policies.plain, policies.tokens)
    )
    return {"made_by": made_by, "plain": plain, "tokens": tokens, "choice": asdict(policies.choice)}
