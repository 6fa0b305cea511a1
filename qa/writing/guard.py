"""Which of a writer's sentences may stand beside the quotations they cite? Pure.

A claim stands when the quotation that it cites says all of it. The verbatim sentences are never touched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Language
from corpus.glossary import Glossary

from ..answer import Dropped
from .prompt import Claim
from .support import SupportPolicy, fault_of

# Marks that no plain sentence holds: markup, addresses, characters that hide or turn text.
_FOREIGN = re.compile(r"[<>{}|`\\*_#]|\w+://|\bwww\.|\b[\w.-]+@[\w-]+\.\w")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_LONGER = 1.5  # times its quotation: a rephrasing is no longer than what it rephrases, with room for a full name


@dataclass(frozen=True, slots=True)
class Source:
    """A verbatim sentence, the quotation that it is cited with, and their language."""

    text: str
    quote: str
    language: Language


@dataclass(frozen=True, slots=True)
class Checked:
    """`kept`: by the source's number, from 1, what may be shown for it; `dropped`: all else, in the reply's order."""

    kept: dict[int, str]
    dropped: tuple[Dropped, ...]


def check(
    claims: Sequence[Claim], sources: Sequence[Source], glossary: Glossary, policy: SupportPolicy | None = None
) -> Checked:
    """Each claim against the sources it cites, one at a time: it stands with the first that says all of it."""
    kept: dict[int, list[str]] = {}
    dropped: list[Dropped] = []
    for claim in claims:
        fault = _fault(claim, sources, glossary, policy or SupportPolicy())
        if isinstance(fault, Dropped):
            dropped.append(fault)
        elif claim.text not in kept.setdefault(fault, []):
            kept[fault].append(claim.text)
    return Checked({number: " ".join(texts) for number, texts in kept.items()}, tuple(dropped))


def _fault(claim: Claim, sources: Sequence[Source], glossary: Glossary, policy: SupportPolicy) -> Dropped | int:
    """The number of the source that carries the claim, else why none does."""
    if not claim.sources:
        return Dropped(None, "no_citation")
    if _FOREIGN.search(claim.text) or any(unicodedata.category(letter) in _HIDDEN for letter in claim.text):
        return Dropped(claim.sources[0], "markup")
    known = [number for number in claim.sources if 1 <= number <= len(sources)]
    if not known:
        return Dropped(None, "unknown_citation")
    faults = []
    for number in known:
        source = sources[number - 1]
        if len(claim.text) > _LONGER * len(source.quote):
            faults.append(Dropped(number, "words"))
        elif fault := fault_of(claim.text, source.quote, source.language, glossary, policy):
            faults.append(Dropped(number, fault))
        else:
            return number
    return faults[0]
