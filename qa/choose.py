"""How many sentences, and which neighbours must come along so that a quote can be read? Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.tokenize import words

from .answer_type import TYPED, holds_kind
from .extract import Sentence
from .question import Asked

# A sentence that opens so cannot be read without the one before it.
_LEANS = re.compile(
    r"^[«“\"'(\s—–-]*(?:he|she|it|they|his|her|their|this|these|those|such|another|others|also|however|moreover|"
    r"он|она|они|оно|его|её|ее|их|это|эти|этот|такие|такой|также|однако|кроме того|при этом|"
    r"ӯ|вай|онҳо|ин|инчунин|аммо)\b",
    re.I,
)
# "..., he said": a quotation whose speaker is named further up.
_SAID = (
    "said|says|added|adds|told|explained|noted|stated|argued|continued|believes|сказал|заявил|добавил|отметил|пояснил"
)
_UNNAMED_SPEAKER = re.compile(
    rf"[\"”»’,]\s*[—–-]?\s*(?:(?:he|she|they) (?:also |has )?(?:{_SAID})|(?:{_SAID}) (?:he|she|they))\b|"
    rf"\b(?:{_SAID})\w* (?:он|она|они)\b|[\"”»’,]\s*[—–-]\s*(?:он|она|они|ӯ|вай) \w+|\b(?:ӯ|вай) (?:гуфт|афзуд)",
    re.I,
)
_SPEAKER = re.compile(
    rf"\b(?:{_SAID}|according to|recalled|called|blamed|points? out|emphasi[sz]ed|по словам|по мнению|считает|сообщил|"
    r"гуфт|изҳор|ба гуфтаи|қайд)",
    re.I,
)
_BACK_TO_SPEAKER = 5  # sentences; an article names its speaker again sooner than that
_OPENING, _CLOSING = "«“", "»”"
_STRAIGHT_OPENING = re.compile(r'(?:^|[\s(])"\w')
_LONGEST_QUOTE = 4  # sentences of one speech that are shown; longer ones are cut at a sentence


@dataclass(frozen=True, slots=True)
class ChoicePolicy:
    """Chosen on the golden set's training part, see docs/evaluation.md. A further sentence is shown when its score
    is within `near` of the best one's, or within `margin` and it adds at least `gain` of the question's idf mass; none
    is begun when the answer has `enough` words.
    A neighbour comes along when the two together are nearer to the question by `pair` standard deviations.
    Where the best sentence holds the kind of thing asked for and, with what surrounds it, `sure` of the idf mass, it is
    the answer: others must come within `sure_near`, or within `sure_margin` and add to it.
    Of a question with several parts each one less likely than `part` to be answered is left out, and each other is
    answered by its best sentence and at most one more within `part_near`."""

    near: float = 0.5
    margin: float = 1.0
    gain: float = 0.12
    most: int = 3
    pair: float = 0.3
    enough: int = 80
    sure: float = 0.7
    sure_near: float = 0.5
    sure_margin: float = 1.2
    part: float = 0.45
    part_near: float = 0.6


def choose(
    asked: Asked, ranked: Sequence[Sentence], shares: Mapping[str, float], policy: ChoicePolicy
) -> list[Sentence]:
    """The answer's sentences: the best, others that add to it, and what they need to be read; passages in order of
    their best sentence, sentences in reading order."""
    if not ranked:
        return []
    if _settles(ranked[0], asked, policy):
        policy = replace(policy, near=policy.sure_near, margin=policy.sure_margin, pair=math.inf)
    chosen: list[Sentence] = []
    covered: set[str] = set()
    further = 0
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
            if not (adds or near) or any(_says_the_same(sentence, one) for one in chosen):
                continue
            further += 1
        for one in (sentence, *_needed_by(sentence, asked, ranked, policy)):
            if one not in chosen:
                chosen.append(one)
        covered |= sentence.covered
    order = {one.found.stored.key: place for place, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (order[one.found.stored.key], one.place))


def choose_of_parts(
    parts: Sequence[tuple[Asked, Sequence[Sentence], Mapping[str, float]]], policy: ChoicePolicy
) -> list[Sentence]:
    """What answers each part, in order of the parts, nothing twice."""
    brief = replace(policy, near=policy.part_near, margin=policy.part_near, most=2)
    chosen: dict[tuple[int, int], Sentence] = {}
    for asked, ranked, shares in parts:
        for one in choose(asked, ranked, shares, brief):
            chosen.setdefault((one.found.stored.key, one.place), one)
    return list(chosen.values())


def _is_enough(chosen: Sequence[Sentence], policy: ChoicePolicy) -> bool:
    return sum(len(one.text.split()) for one in chosen) >= policy.enough


def _settles(best: Sentence, asked: Asked, policy: ChoicePolicy) -> bool:
    typed = asked.kind in TYPED and holds_kind(asked.kind, best.text, asked.question.standalone)
    return typed and best.signals.around >= policy.sure


def _needed_by(
    sentence: Sentence, asked: Asked, ranked: Sequence[Sentence], policy: ChoicePolicy
) -> Iterable[Sentence]:
    """Neighbours without which the sentence misleads: the rest of its quotation, what its pronoun points to, who said
    it, the name when a speaker is asked for, the other half of what answers."""
    near = {one.place: one for one in ranked if one.found.stored.key == sentence.found.stored.key}
    yield from _rest_of_quotation(sentence, near)
    before = near.get(sentence.place - 1)
    if before is not None and _LEANS.search(sentence.text):
        yield before
    elif asked.kind == "who" and not holds_kind("who", sentence.text, asked.question.standalone):
        named = (near.get(sentence.place + step) for step in (1, -1))
        yield from [one for one in named if one and holds_kind("who", one.text, asked.question.standalone)][:1]
    yield from _speaker_of(sentence, near)
    if sentence.signals.pair - sentence.signals.similarity > policy.pair:
        yield from _other_half(sentence, near)


def _speaker_of(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """Who is meant by "he said": the sentence above that names a speaker."""
    if not _UNNAMED_SPEAKER.search(sentence.text):
        return
    for place in range(sentence.place - 1, sentence.place - 1 - _BACK_TO_SPEAKER, -1):
        above = near.get(place)
        if above is None:
            return
        if _SPEAKER.search(above.text) and not _UNNAMED_SPEAKER.search(above.text):
            yield above
            return


def _other_half(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """The neighbours in the window that is nearest to the question of those that hold the sentence."""
    whole = sentence.found.stored.passage.sentences[sentence.place]
    windows = zip(sentence.found.stored.passage.windows, sentence.found.similarities.tolist(), strict=True)
    holding = [(value, span) for span, value in windows if span.start <= whole.start and whole.end <= span.end]
    _, best = max(holding, key=lambda pair: pair[0])
    for place in (sentence.place - 1, sentence.place + 1):
        other = near.get(place)
        if other is not None and best.start <= other.span.start and other.span.end <= best.end:
            yield other


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
