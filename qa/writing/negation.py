"""What does a text deny? Two texts that share their words may still say opposite things. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.tajik import fold
from index.tokenize import term, words

NEGATORS = frozenset(
    """not no never none neither nor without cannot nobody nothing hardly
    не нет ни без никогда никто ничто нельзя нигде
    на нест бе хеч набуд""".split()
)
_ENGLISH_NOT = re.compile(r"n['’]t$")
# Prefixes that turn a word round: unlawful, involuntary; незаконный, безвизовый; нагуфт, бесавод.
_PREFIXES = ("un", "il", "in", "im", "ir", "dis", "non", "не", "без", "бес", "на", "бе", "гайри")
_LEAST = 3  # letters that a word must keep without its prefix


def contradicts(claim: str, evidence: str, language: str) -> bool:
    """Does `claim` deny what `evidence` says, or say what it denies, as far as their common words show?"""
    said, known = _content(claim, language), _content(evidence, language)
    return _turned(claim, evidence, language) or _differs(said, known) or _differs(known, said)


Denied = tuple[str, bool]  # a content term and whether a negator stands before it


def _content(text: str, language: str) -> list[Denied]:
    found: list[Denied] = []
    denied = False
    for word in words(text):
        if fold(word) in NEGATORS or _ENGLISH_NOT.search(word):
            denied = True
        elif stem := term(word, language):
            found.append((stem, denied))
            denied = False
    return found


def _differs(one: Sequence[Denied], other: Sequence[Denied]) -> bool:
    """Is a term denied in `one` that `other` holds undenied only? Where it stands both ways, the next term decides."""
    following = {(stem, after[0]): denied for (stem, denied), after in pairwise(other)}
    for at, (stem, denied) in enumerate(one):
        ways = {way for same, way in other if same == stem}
        if not denied or not ways:
            continue
        after = one[at + 1][0] if at + 1 < len(one) else ""
        if ways == {False} or following.get((stem, after)) is False:
            return True
    return False


def _turned(claim: str, evidence: str, language: str) -> bool:
    """Is a word of one text a word of the other with a prefix that turns it round?"""
    said, known = _forms(claim, language), _forms(evidence, language)
    return any(
        word.startswith(prefix) and (rest := word[len(prefix) :]) in other and word not in other and rest not in own
        for own, other in ((said, known), (known, said))
        for word in own
        for prefix in _PREFIXES
        if len(word) >= len(prefix) + _LEAST
    )


def _forms(text: str, language: str) -> frozenset[str]:
    """The words with their stems: function words can be turned round too (буданд, набуданд)."""
    plain = [fold(word) for word in words(text)]
    return frozenset([*plain, *(stem for word in plain if (stem := term(word, language)))])
