"""Hand-written claims about quotations: does the guard tell those that are borne out from those that are not?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.document import Language
from corpus.glossary import Glossary

from ..errors import InvalidQuery
from ..writing.support import SupportPolicy, fault_of


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a support file. `kind`: how the claim was made from its evidence."""

    id: str
    language: Language
    evidence: str
    claim: str
    supported: bool
    kind: str
    split: str
    group: str


def read_pairs(path: Path) -> list[Pair]:
    """Raises InvalidQuery naming file, line and cause."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            pairs.append(
                Pair(row["id"], row["lang"], row["evidence"], row["claim"], row["supported"], row["kind"],
                     row["split"], row["group"])
            )  # fmt: skip
        except (KeyError, ValueError, TypeError) as error:
            raise InvalidQuery(f"{path.name}, line {number}", f"not a support pair ({error!r})") from error
    return pairs


def support_figures(pairs: Iterable[Pair], glossary: Glossary, policy: SupportPolicy) -> dict[str, Any]:
    """`kept` of the supported claims, `let_through` of the others, each with its n; `missed` by kind; the ids of both
    mistakes."""
    judged = [(one, fault_of(one.claim, one.evidence, one.language, glossary, policy)) for one in pairs]
    true = [(one, fault) for one, fault in judged if one.supported]
    false = [(one, fault) for one, fault in judged if not one.supported]
    through = [one for one, fault in false if fault is None]
    return {
        "kept": sum(fault is None for _, fault in true),
        "supported": len(true),
        "let_through": len(through),
        "unsupported": len(false),
        "missed": dict(Counter(one.kind for one in through)),
        "wrongly_dropped": [one.id for one, fault in true if fault is not None],
        "wrongly_kept": [one.id for one in through],
    }
