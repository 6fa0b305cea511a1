"""What the live passages really contain: is this word among them, and which of their names sound like it?

No word list stands behind it: a word is known when a passage holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.ports import Name, PassageIndex
from index.sound import sounds
from index.tokenize import query_words

_NOWHERE = "\0"  # a term that no analyzer gives: its idf is that of any unknown word
_MOST = 50  # neighbours looked at; a name has a handful of spellings
# Slips that a sound of so many letters allows. In shorter ones a slip makes another name as often as a misspelt one:
# measured on the golden questions, see docs/evaluation.md.
_SLIPS = ((10, 2), (6, 1))


class Vocabulary:
    """Thread safe. Of a Vocabulary without an index, nothing is known."""

    def __init__(self, index: PassageIndex | None = None) -> None:
        self._index = index

    def held(self, terms: Collection[str]) -> frozenset[str]:
        """Those of the index terms that a live passage holds."""
        if self._index is None or not terms:
            return frozenset()
        asked = list(terms)
        *values, unknown = self._index.idf([*asked, _NOWHERE]).tolist()
        return frozenset(term for term, value in zip(asked, values, strict=True) if value < unknown)

    def known(self, words: Collection[str], language: str) -> frozenset[str]:
        """Those of the words that are function words of `language` or stand in a live passage in any form."""
        terms = {word: {term for _, own in query_words(word, language) for term in own} for word in words}
        held = self.held(set().union(*terms.values()))
        return frozenset(word for word, own in terms.items() if not own or not held.isdisjoint(own))

    def alike(self, word: str, slips: bool) -> tuple[Name, ...]:
        """The names of live passages that sound most like `word`: the same, or within a slip or two if `slips`."""
        best: list[Name] = []
        fewest = _SLIPS[0][1]
        for sound in filter(None, sounds(word)):
            allowed = min(fewest, next((n for length, n in _SLIPS if len(sound) >= length), 0) if slips else 0)
            for names, distance in self._near(sound, allowed):
                if distance < fewest:
                    best, fewest = [], distance
                if distance == fewest:
                    best += names
        live = self.held({name.term for name in best})
        return tuple({name.term: name for name in best if name.term in live}.values())

    def _near(self, sound: str, allowed: int) -> list[tuple[Sequence[Name], int]]:
        """Names whose sound begins with the same letter, at most `allowed` letters away, the nearest first."""
        if self._index is None:
            return []
        lengths = range(len(sound) - allowed, len(sound) + allowed + 1)
        parts = [self._index.sounding(sound[0], length) for length in lengths]
        if allowed == 0:
            return [(names, 0)] if (names := parts[0].get(sound)) else []
        choices = [one for part in parts for one in part]
        found = process.extract(sound, choices, scorer=OSA.distance, score_cutoff=allowed, limit=_MOST)
        return [(parts[len(near) - lengths[0]][near], int(distance)) for near, distance, _ in found]
