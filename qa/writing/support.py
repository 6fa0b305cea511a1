"""Does a quotation say what a sentence claims? Words, figures, names, denial and order are compared. Pure.

A claim that cannot be checked counts as unsupported: dropping a true one costs a rephrasing, keeping a false one costs
trust. What the comparison cannot see (irony, a causal "after") it cannot refuse: docs/writer.md holds the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.document import Language
from corpus.glossary import Glossary
from corpus.sentences import split_sentences
from index.sound import sounds
from index.tokenize import term, word_places

from ..figures import Figure, figures
from .negation import NEGATORS, contradicts

Fault = Literal["words", "figure", "name", "denial", "order"]

# Words that tell who speaks or what is counted; they add nothing to what is claimed.
_FREE = frozenset(
    """according said says say saying told stated reported wrote noted added year years people persons person
    словам данным сообщил сообщила сообщили сообщает сказал сказала заявил заявила отметил отметила пишет писал год
    года году годы лет человек человека людей люди
    гуфт гуфтааст навишт хабар дод додааст изҳор сол соли нафар нафарро""".split()
)
# Function words for the index, yet they decide what is claimed.
_DECISIVE = frozenset(
    """all most some only more less over under above below before after until during
    все всех всем более больше менее меньше до после перед только
    ҳама ҳамаи танҳо пеш пас баъд то беш""".split()
)


@dataclass(frozen=True, slots=True)
class SupportPolicy:
    """Chosen on the training part of tests/golden/support.jsonl, see docs/writer.md. `order`: least share of the
    claim's neighbouring words that stand in the same order in the evidence, at most `gap` content words apart;
    `window`: words on each side of a figure among which the claim's neighbours of it must stand."""

    order: float = 0.65
    gap: int = 5
    window: int = 8


@dataclass(frozen=True, slots=True)
class _Token:
    """A content word or a figure. Words are the same when their stems are, names when they sound alike."""

    stem: str
    name: frozenset[str] = frozenset()
    figure: Figure | None = None

    def same(self, other: _Token) -> bool:
        if self.figure or other.figure:
            return bool(self.figure and other.figure and self.figure.key == other.figure.key)
        return self.stem == other.stem or not self.name.isdisjoint(other.name)


def fault_of(claim: str, evidence: str, language: Language, glossary: Glossary, policy: SupportPolicy) -> Fault | None:
    """The first thing in `claim` that `evidence`, a text in `language`, does not say; None when it says all of it.

    Every content word, figure and name of the claim must stand in the evidence, in any form or spelling.
    """
    said = _tokens(claim, language)
    if not said:
        return "words"
    narrowed = _narrowed(said, evidence, language)
    known = _tokens(narrowed, language)
    shared = _shared_names(claim, narrowed, language, glossary)
    missing = [one for one in said if one.stem not in shared and not any(one.same(other) for other in known)]
    if any(one.figure for one in missing):
        return "figure"
    if contradicts(claim, narrowed, language):
        return "denial"
    if any(one.name for one in missing):
        return "name"
    if missing:
        return "words"
    if not all(_bound(said, at, known, policy.window) for at, one in enumerate(said) if one.figure):
        return "figure"
    return None if _ordered(said, known, policy.gap) >= policy.order else "order"


def _tokens(text: str, language: Language) -> list[_Token]:
    found, counted = [], list(figures(text))
    starts = {one.start: one for one in counted}
    for word, start, end in word_places(text):
        if start in starts:
            found.append(_Token("", figure=starts[start]))
        elif any(one.start < end and start < one.end for one in counted):
            continue
        elif word not in _FREE and word not in NEGATORS and (stem := _stem(word, language)):
            found.append(_Token(stem, frozenset(sounds(word)) if text[start].isupper() else frozenset()))
    return found


def _stem(word: str, language: Language) -> str:
    return word if word in _DECISIVE else term(word, language)


def _narrowed(said: Sequence[_Token], evidence: str, language: Language) -> str:
    """The one sentence of the evidence that holds all that the whole of it holds of the claim, else the whole."""

    def held(text: str) -> int:
        known = _tokens(text, language)
        return sum(any(one.same(other) for other in known) for one in said)

    sentences = [span.slice(evidence) for span in split_sentences(evidence, language)]
    best = max(sentences, key=held, default=evidence)
    return best if held(best) == held(evidence) else evidence


def _shared_names(claim: str, evidence: str, language: Language, glossary: Glossary) -> frozenset[str]:
    """Stems of the claim's words that name, in another spelling of the glossary, what the evidence names too."""
    known = {id(one.entry) for one in glossary.expand(evidence)}
    spelt = [one.found for one in glossary.expand(claim) if id(one.entry) in known]
    return frozenset(stem for found in spelt for word, _, _ in word_places(found) if (stem := term(word, language)))


def _bound(said: Sequence[_Token], at: int, known: Sequence[_Token], window: int) -> bool:
    """Do the words beside the figure stand near the same figure in the evidence?"""
    before = [one for one in said[:at] if not one.figure]
    beside = [*before[-1:], *[one for one in said[at + 1 :] if not one.figure][:1]]
    places = [place for place, other in enumerate(known) if said[at].same(other)]
    for place in places:
        near = known[max(0, place - window) : place + 1 + window]
        if all(any(one.same(other) for other in near) for one in beside):
            return True
    return not beside


def _ordered(said: Sequence[_Token], known: Sequence[_Token], gap: int) -> float:
    """Share of the claim's neighbouring tokens that the evidence holds in the same order, near each other. Pairs with a
    name count twice: who did it to whom hangs on them."""
    right = total = 0
    for one, after in pairwise(said):
        weight = 2 if one.name or after.name else 1
        firsts = [place for place, other in enumerate(known) if one.same(other)]
        right += weight * any(after.same(other) for place in firsts for other in known[place + 1 : place + 1 + gap])
        total += weight
    return right / total if total else 1.0
