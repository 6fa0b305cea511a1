"""Which sentences answer, and how many of them? Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from index.tokenize import words

from .answer_type import TYPED, counted, holds_kind
from .asking import compares
from .duplicates import source_of
from .extract import Sentence
from .figures import figures
from .neighbours import needed_by
from .question import Asked

_AUTHORSHIP = re.compile(
    r"\bwho (?:wrote|authored|is the author of|was the author of)\b|\bby whom (?:was|is) .*\bwritten\b|"
    r"\bкто (?:написал\w?|автор\w*)\b|\bкем написан\w?\b|\bмуаллифи? .*\bкист\b|\bкӣ навишт\w*\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ChoicePolicy:
    """Chosen on the golden set's training part, see docs/evaluation.md. A further sentence is shown when its score
    is within `near` of the best one's, or within `margin` and it adds at least `gain` of the question's idf mass; none
    is begun when the answer has `enough` words.
    A neighbour comes along when the two together are nearer to the question by `pair` standard deviations.
    Where the best sentence holds the kind of thing asked for and, with what surrounds it, `sure` of the idf mass, it is
    the answer: others must come within `sure_near`, or within `sure_margin` and add to it.
    Of a question with several parts each one less likely than `part` to be answered is left out, and each other is
    answered by its best sentence and at most one more within `part_near`. Where the best
    sentence settles how many, another source's other figure is shown too, if its sentence alone holds
    `contrary` of the idf mass. No answer has more than `longest` sentences, neighbours included; what does not fit with
    all that it needs is left out. A further sentence to which a reader gives log odds below `denied` is not begun.
    Where two figures are compared, the next sentences that tell others are shown if they come within `compared`. In a
    part whose figure is asked for, one that holds a figure is preferred to others as far as that; one of its time
    counts `timed` more, one of another that much less."""

    near: float = 0.5
    margin: float = 1.0
    gain: float = 0.12
    most: int = 3
    pair: float = 0.3
    enough: int = 80
    sure: float = 0.5
    sure_near: float = 0.5
    sure_margin: float = 1.2
    part: float = 0.45
    part_near: float = 0.6
    contrary: float = 0.8
    longest: int = 4
    denied: float = -math.inf
    compared: float = 4.0
    timed: float = 0.5


@dataclass(frozen=True, slots=True)
class Side:
    """A part of a question by the name that a reader knows it by, its sentences best first, and the idf mass of each of
    its words. `apart`: it is what one source says."""

    name: str
    asked: Asked
    ranked: Sequence[Sentence]
    shares: Mapping[str, float]
    apart: bool = False


def choose(
    asked: Asked, ranked: Sequence[Sentence], shares: Mapping[str, float], policy: ChoicePolicy
) -> list[Sentence]:
    """The answer's sentences: the best, others that add to it, and what they need to be read; documents in order of
    their best sentence, sentences in reading order."""
    if not ranked:
        return []
    if signed := _byline(asked, ranked):
        return [signed]
    compared = policy.compared > 0 and asked.kind == "count" and compares(asked.question.standalone)
    settled = not compared and _settles(ranked[0], asked, policy)
    if settled:
        policy = replace(policy, near=policy.sure_near, margin=policy.sure_margin, pair=math.inf)
    chosen = _with_what_adds(asked, ranked, shares, policy)
    others = _other_figures if compared else _contrary if settled and asked.kind == "count" else None
    for one in others(asked, ranked, chosen, policy) if others else ():
        chosen.extend(_fitting([one, *needed_by(one, asked, ranked, math.inf)], chosen, policy))
    order = {one.found.stored.passage.document_id: place for place, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (order[one.found.stored.passage.document_id], _start(one)))


def _with_what_adds(
    asked: Asked, ranked: Sequence[Sentence], shares: Mapping[str, float], policy: ChoicePolicy
) -> list[Sentence]:
    """The best sentence, further ones by the policy, and the neighbours that each needs."""
    chosen: list[Sentence] = []
    covered: set[str] = set()
    further, language = 0, asked.question.language
    for sentence in ranked:
        if chosen:
            if (
                further == policy.most - 1
                or sentence.score < ranked[0].score - policy.margin
                or _is_enough(chosen, policy)
            ):
                break
            adds = sum(shares[word] for word in sentence.covered - covered) >= policy.gain
            near = sentence.score >= ranked[0].score - policy.near
            denied = sentence.read is not None and sentence.read < policy.denied
            if denied or not (adds or near) or any(_says_the_same(sentence, one, language) for one in chosen):
                continue
        added = _fitting([sentence, *needed_by(sentence, asked, ranked, policy.pair)], chosen, policy)
        if added:
            further += bool(chosen)
            chosen.extend(added)
            covered |= sentence.covered
    return chosen


def _fitting(group: Iterable[Sentence], chosen: Sequence[Sentence], policy: ChoicePolicy) -> list[Sentence]:
    """Of a sentence and what it needs, what is not chosen yet, if there is room for it; the best one's always is, as
    far as it goes."""
    new = [one for one in dict.fromkeys(group) if one not in chosen]
    return new if len(chosen) + len(new) <= policy.longest else [] if chosen else new[: policy.longest]


def _start(sentence: Sentence) -> int:
    """Where it begins in its document."""
    return sentence.found.stored.passage.span.start + sentence.span.start


def choose_of_parts(parts: Sequence[Side], policy: ChoicePolicy) -> tuple[list[Sentence], tuple[str, ...]]:
    """What answers each part, in order of the parts, nothing twice; and the names of sources that add nothing of their
    own. What is shown for one part answers another of which all else is far off."""
    longest = max(1, policy.longest // len(parts))
    brief = replace(policy, near=policy.part_near, margin=policy.part_near, most=2, longest=longest, compared=0.0)
    chosen: dict[tuple[int, int], Sentence] = {}
    silent: list[str] = []
    for part in parts:
        told = {one.found.stored.document.id for one in chosen.values()} if part.apart else ()
        own = [one for one in part.ranked if _key(one) not in chosen and one.found.stored.document.id not in told]
        if not own or own[0].score < part.ranked[0].score - policy.compared:
            silent += [part.name] if part.apart else []
            continue
        for one in choose(part.asked, _with_the_rest(_figured(part.asked, own, policy), part), part.shares, brief):
            chosen.setdefault(_key(one), one)
    return list(chosen.values()), tuple(silent)


def _figured(asked: Asked, ranked: list[Sentence], policy: ChoicePolicy) -> list[Sentence]:
    """Of a part whose figure is asked for, the sentences that hold one, where there are any; those of its time gain."""
    if asked.kind != "count":
        return ranked
    question = asked.question.standalone
    holding = [one for one in ranked if holds_kind("count", one.text, question)]
    if not holding or holding[0].score < ranked[0].score - policy.compared:
        return ranked
    return sorted(holding, key=lambda one: -(one.score + policy.timed * one.signals.time))


def _with_the_rest(ranked: Sequence[Sentence], part: Side) -> list[Sentence]:
    """All of the part's sentences, so that each finds its neighbours; the others do not answer by themselves."""
    kept = {_key(one) for one in ranked}
    rest = (replace(one, score=-math.inf) for one in part.ranked if _key(one) not in kept)
    return [*ranked, *rest]


def _key(one: Sentence) -> tuple[int, int]:
    return one.found.stored.key, one.place


def _is_enough(chosen: Sequence[Sentence], policy: ChoicePolicy) -> bool:
    return sum(len(one.text.split()) for one in chosen) >= policy.enough


def _byline(asked: Asked, ranked: Sequence[Sentence]) -> Sentence | None:
    """Who asks for the author is shown where the best document names its own."""
    if not _AUTHORSHIP.search(asked.question.standalone):
        return None
    document = ranked[0].found.stored.document
    names = [name for author in document.record.author for name in words(author)]
    own = (one for one in ranked if one.found.stored.document.id == document.id and one.score > -math.inf)
    return next((one for one in own if any(name in words(one.text) for name in names)), None)


def _other_figures(
    asked: Asked, ranked: Sequence[Sentence], chosen: Sequence[Sentence], policy: ChoicePolicy
) -> list[Sentence]:
    """Of a comparison, the next best sentences that tell figures that are not told yet."""
    question, found = asked.question.standalone, list(chosen)
    told = counted(question).union(*(counted(one.text) for one in chosen))
    for one in ranked:
        if len(found) >= policy.most or one.score < ranked[0].score - policy.compared:
            break
        if (
            holds_kind("count", one.text, question)
            and not counted(one.text) <= told
            and not any(_says_the_same(one, other, asked.question.language) for other in found)
        ):
            found.append(one)
            told |= counted(one.text)
    return found[len(chosen) :]


def _contrary(
    asked: Asked, ranked: Sequence[Sentence], chosen: Sequence[Sentence], policy: ChoicePolicy
) -> list[Sentence]:
    """The best sentence of another source with another figure for the same, if any: who reads must see both."""
    question, own = asked.question.standalone, source_of(ranked[0].found.stored.document)
    told = counted(" ".join(one.text for one in chosen)) - counted(question)
    others = (
        one
        for one in ranked
        if one.score > -math.inf
        and one.signals.coverage >= policy.contrary
        and source_of(one.found.stored.document) != own
        and holds_kind("count", one.text, question)
        and told.isdisjoint(counted(one.text))
    )
    return list(islice(others, 1))


def _settles(best: Sentence, asked: Asked, policy: ChoicePolicy) -> bool:
    typed = asked.kind in TYPED and holds_kind(asked.kind, best.text, asked.question.standalone)
    return typed and best.signals.around >= policy.sure


def _says_the_same(one: Sentence, other: Sentence, language: str) -> bool:
    """Nearly the same words: a relay, or a text that stands twice; or the translation of what is shown already, unless
    it is the one in the question's language."""
    if one.found.stored.passage.language != language and _translates(one, other):
        return True
    left, right = set(words(one.text)), set(words(other.text))
    return len(left & right) >= 0.8 * min(len(left), len(right))


def _translates(one: Sentence, other: Sentence) -> bool:
    """The same figures in two languages of one source."""
    left, right = one.found.stored, other.found.stored
    if left.passage.language == right.passage.language or source_of(left.document) != source_of(right.document):
        return False
    told = {figure.key for figure in figures(one.text)}
    return bool(told) and told == {figure.key for figure in figures(other.text)}
