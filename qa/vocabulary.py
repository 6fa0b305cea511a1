"""What the live passages really contain: is this word among them, and which of their names sound like it?

Made once for an opened index. No word list stands behind it: a word is known when a passage holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

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
        heard: defaultdict[str, dict[str, list[Name]]] = defaultdict(dict)
        for name in index.names() if index else ():
            for sound in filter(None, name.sounds):
                heard[sound[0]].setdefault(sound, []).append(name)
        self._heard = dict(heard)
        self._sounds: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for first, part in heard.items():
            for sound in part:
                self._sounds[first, len(sound)].append(sound)

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
            for near, distance in self._near(sound, allowed):
                if distance < fewest:
                    best, fewest = [], distance
                if distance == fewest:
                    best += self._heard[sound[0]][near]
        live = self.held({name.term for name in best})
        return tuple(dict.fromkeys(name for name in best if name.term in live))

    def _near(self, sound: str, allowed: int) -> list[tuple[str, int]]:
        """Sounds of names that begin with the same letter, at most `allowed` letters away, the nearest first."""
        if allowed == 0:
            return [(sound, 0)] if sound in self._heard.get(sound[0], {}) else []
        lengths = range(len(sound) - allowed, len(sound) + allowed + 1)
        choices = [one for length in lengths for one in self._sounds.get((sound[0], length), ())]
        found = process.extract(sound, choices, scorer=OSA.distance, score_cutoff=allowed, limit=_MOST)
        return [(near, int(distance)) for near, distance, _ in found]
