"""How many sentences, and which neighbours must come along so that a quote can be read? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.tokenize import words

from .answer_type import holds_kind
from .extract import Sentence
from .question import Asked

# A sentence that opens so cannot be read without the one before it.
_LEANS = re.compile(
    r"^[«“\"'(\s—–-]*(?:he|she|it|they|his|her|their|this|these|those|such|another|others|also|however|moreover|"
    r"он|она|они|оно|его|её|ее|их|это|эти|этот|такие|такой|также|однако|кроме того|при этом|"
    r"ӯ|вай|онҳо|ин|инчунин|аммо)\b",
    re.I,
)
_OPENING, _CLOSING = "«“", "»”"
_STRAIGHT_OPENING = re.compile(r'(?:^|[\s(])"\w')
_LONGEST_QUOTE = 4  # sentences of one speech that are shown; longer ones are cut at a sentence


@dataclass(frozen=True, slots=True)
class ChoicePolicy:
    """Chosen on the golden set's training part, see docs/evaluation.md. A further sentence is shown when its score
    is within `near` of the best one's, or within `margin` and it adds at least `gain` of the question's idf mass."""

    near: float = 0.5
    margin: float = 1.0
    gain: float = 0.12
    most: int = 3


def choose(
    asked: Asked, ranked: Sequence[Sentence], shares: Mapping[str, float], policy: ChoicePolicy
) -> list[Sentence]:
    """The answer's sentences: the best, others that add to it, and what they need to be read; passages in order of
    their best sentence, sentences in reading order."""
    if not ranked:
        return []
    chosen = [ranked[0]]
    covered = set(ranked[0].covered)
    for other in ranked[1:]:
        if len(chosen) == policy.most or other.score < ranked[0].score - policy.margin:
            break
        adds = sum(shares[word] for word in other.covered - covered) >= policy.gain
        if (adds or other.score >= ranked[0].score - policy.near) and not any(
            _says_the_same(other, one) for one in chosen
        ):
            chosen.append(other)
            covered |= other.covered
    for sentence in list(chosen):
        chosen.extend(one for one in _needed_by(sentence, asked, ranked) if one not in chosen)
    order = {one.found.stored.key: place for place, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (order[one.found.stored.key], one.place))


def _needed_by(sentence: Sentence, asked: Asked, ranked: Sequence[Sentence]) -> Iterable[Sentence]:
    """Neighbours without which the sentence misleads: the rest of its quotation, what its pronoun points to, the
    name when a speaker is asked for."""
    near = {one.place: one for one in ranked if one.found.stored.key == sentence.found.stored.key}
    yield from _rest_of_quotation(sentence, near)
    before = near.get(sentence.place - 1)
    if before is not None and _LEANS.search(sentence.text):
        yield before
    elif asked.kind == "who" and not holds_kind("who", sentence.text, asked.question.standalone):
        named = (near.get(sentence.place + step) for step in (1, -1))
        yield from [one for one in named if one and holds_kind("who", one.text, asked.question.standalone)][:1]


def _rest_of_quotation(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """The sentences up to the closing mark, or back to the opening one; none when there is no such mark near."""
    for step, depth in ((1, _open(sentence.text)), (-1, -_open(sentence.text))):
        if depth <= 0:
            continue
        taken: list[Sentence] = []
        place = sentence.place + step
        while depth > 0 and place in near and len(taken) < _LONGEST_QUOTE - 1:
            taken.append(near[place])
            depth += step * _open(near[place].text)
            place += step
        if depth <= 0:
            yield from taken


def _open(text: str) -> int:
    """Opening less closing quotation marks. A straight mark opens when a word follows and none precedes it."""
    curly = sum(text.count(mark) for mark in _OPENING) - sum(text.count(mark) for mark in _CLOSING)
    if text.count('"') % 2 == 0:
        return curly
    return curly + (1 if _STRAIGHT_OPENING.search(text) else -1)


def _says_the_same(one: Sentence, other: Sentence) -> bool:
    """Nearly the same words: a relay, or a text that stands twice."""
    left, right = set(words(one.text)), set(words(other.text))
    return len(left & right) >= 0.8 * min(len(left), len(right))
