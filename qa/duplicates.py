"""Which passages say the same? Repetitions, copies and translations of one passage take one place. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.document import Span
from corpus.near_duplicates import COPIED
from index.ports import DocumentCard, StoredPassage
from index.tokenize import words

from .figures import FigureKind, figures

_VARIANTS = 2  # documents of one source that differ in a figure: both sides of a contradiction, not a crowd of them
_REMEMBERED = 1_000  # passages: a small corpus shows the same ones to many questions; some 20 kB each
_OVERLAP = 0.5  # share of the longer passage: translations of one text run side by side


@lru_cache(maxsize=_REMEMBERED)
def _words(text: str) -> frozenset[str]:
    return frozenset(words(text))


@lru_cache(maxsize=_REMEMBERED)
def _figures(text: str) -> frozenset[tuple[FigureKind, float]]:
    return frozenset(figure.key for figure in figures(text))


@dataclass(slots=True)
class Place:
    """One place in a list of passages: the passage shown there, which candidate it was, and those it stands for."""

    stored: StoredPassage
    candidate: int
    same: list[StoredPassage] = field(default_factory=list)

    @property
    def words(self) -> frozenset[str]:
        return _words(self.stored.passage.text)

    def show(self, other: Place) -> None:
        """That passage instead; what this place stands for remains."""
        self.stored, self.candidate = other.stored, other.candidate

    def holds(self, other: Place) -> bool:
        """Does this passage tell what the other one tells?"""
        one, two = self.stored.passage, other.stored.passage
        if one.document_id == two.document_id or one.language == two.language:
            return self._repeats(other)
        return _run_side_by_side(one.span, two.span) and _figures(two.text) <= _figures(one.text)

    def varies(self, other: Place) -> bool:
        """Is the other one a copy in another document with other figures?"""
        one, two = self.stored.passage, other.stored.passage
        return one.document_id != two.document_id and one.language == two.language and self._words_repeat(other)

    def _repeats(self, other: Place) -> bool:
        """The same figures and nearly the same words: a copy, not another row of one table."""
        one, two = self.words, other.words
        return self._words_repeat(other) and not any(word[0].isdigit() for word in one ^ two)

    def _words_repeat(self, other: Place) -> bool:
        one, two = self.words, other.words
        return len(one & two) >= COPIED * len(one | two)


class Places:
    """Passages in order of their scores, each kept or put under one that tells the same from the same source. Of copies
    that differ in figures the first ones are kept, the others only fill up."""

    def __init__(self, language: str) -> None:
        """`language`: the question's; of passages that tell the same in several languages this one is shown."""
        self.kept: list[Place] = []
        self._crowd: list[Place] = []
        self._language = language
        self._of_source: defaultdict[str, list[Place]] = defaultdict(list)

    def add(self, stored: StoredPassage, candidate: int) -> None:
        new = Place(stored, candidate)
        own = self._of_source[source_of(stored.document)]
        for place in own:
            if place.holds(new):
                self._put_under(place, new)
                return
        crowding = sum(place.varies(new) for place in own) >= _VARIANTS
        own.append(new)
        (self._crowd if crowding else self.kept).append(new)

    def filled(self, count: int | None) -> list[Place]:
        """What is kept; where that is fewer than `count`, or all is wanted (None), with what crowds it."""
        lacking = None if count is None else max(0, count - len(self.kept))
        return [*self.kept, *self._crowd[:lacking]]

    def _put_under(self, place: Place, new: Place) -> None:
        shown, other = place.stored, new.stored
        if other.passage.document_id == shown.passage.document_id:
            return  # a document that repeats itself has nothing to list
        wanted = other.passage.language == self._language != shown.passage.language
        if wanted and new.holds(place):
            place.show(new)
            other = shown
        place.same.append(other)


def _run_side_by_side(one: Span, two: Span) -> bool:
    shared = min(one.end, two.end) - max(one.start, two.start)
    return shared >= _OVERLAP * max(len(one), len(two))


def source_of(card: DocumentCard) -> str:
    """The document whose text this one translates or repeats; itself when it does neither."""
    return card.record.translation_of or card.record.copy_of or card.id
