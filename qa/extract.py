"""Which sentences answer? Chosen from the best passages, verbatim, as few as answer the question. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.document import Span
from index.tokenize import terms

from .question import Asked, Kind
from .retrieve import Found

# What a sentence must hold to be the kind of answer asked for.
_DIGIT_OR_NUMERAL = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|dozens?|hundreds?|thousands?|millions?|"
    r"двое|трое|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|половин\w*|десятк\w+|сотн\w+|тысяч\w*|"
    r"миллион\w*|ду|се|чор|панҷ|шаш|ҳафт|ҳашт|нӯҳ|даҳ|нисф\w*|ҳазор\w*|миллион\w*|даҳҳо|садҳо)\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"январ\w|феврал\w|март\w?|апрел\w|ма[йяе]|июн\w|июл\w|август\w?|сентябр\w|октябр\w|ноябр\w|декабр\w|"
    r"моҳи|соли)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,;:«“\"(] )[«“\"(]?[A-ZА-ЯЁҲҚҒӢӮҶ]\w+|^[A-ZА-ЯЁҲҚҒӢӮҶ]\w+ [A-ZА-ЯЁҲҚҒӢӮҶ]\w+")
_CAUSE = re.compile(
    r"\b(?:because|since|due to|owing|after|following|in response|as a result|in order|result\w*|so that|led to|"
    r"потому|поскольку|из-за|вследствие|после|в связи|в ответ|чтобы|зеро|барои он|бинобар|пас аз|дар натиҷа\w*)\b",
    re.I,
)
_KIND_SIGNS: Mapping[Kind, re.Pattern[str]] = {
    "count": _DIGIT_OR_NUMERAL, "when": _TIME, "who": _NAME, "where": _NAME, "why": _CAUSE
}  # fmt: skip

# A sentence that opens so cannot be read without the one before it.
_LEANS = re.compile(
    r"^[«“\"'(\s—–-]*(?:he|she|it|they|his|her|their|this|that|these|those|such|another|others|also|but|however|"
    r"moreover|still|yet|он|она|они|оно|его|её|ее|их|это|эти|этот|такие|такой|также|однако|кроме того|при этом|"
    r"но|ӯ|вай|онҳо|ин|он|инчунин|аммо|вале)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SentencePolicy:
    """Weights chosen on the golden set's training part; see docs/evaluation.md."""

    passages: int = 6
    similarity: float = 1.0
    coverage: float = 1.0
    passage: float = 1.5
    kind: float = 0.35
    more_within: float = 0.6
    most: int = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """A candidate sentence. `place` is its number in the passage; `span` is relative to the passage."""

    found: Found
    place: int
    span: Span
    score: float
    covered: frozenset[str]
    similarity: float

    @property
    def text(self) -> str:
        return self.span.slice(self.found.stored.passage.text)


def rank_sentences(
    asked: Asked, found: Sequence[Found], weights: Mapping[str, float], policy: SentencePolicy
) -> list[Sentence]:
    """All sentences of the best passages, best first. `weights` holds each concept's share, see `concept_weights`."""
    top = found[: policy.passages]
    if not top:
        return []
    background = np.concatenate([one.similarities for one in found])
    middle, spread = float(np.median(background)), float(background.std()) + 1e-6
    sentences = []
    for one in top:
        passage = one.stored.passage
        vectors = dict(zip(passage.windows, one.similarities.tolist(), strict=True))
        for place, span in enumerate(passage.sentences):
            text = span.slice(passage.text)
            covered = covered_words(asked, text, passage.language)
            similarity = vectors[span]
            score = (
                policy.similarity * (similarity - middle) / spread
                + policy.coverage * sum(weights[word] for word in covered)
                + policy.passage * one.score
                + policy.kind * is_kind(asked.kind, text)
            )
            sentences.append(Sentence(one, place, span, score, covered, similarity))
    return sorted(sentences, key=lambda s: (-s.score, s.found.stored.passage.id, s.place))


def concept_weights(asked: Asked, idf: Mapping[str, float]) -> dict[str, float]:
    """Each word's share of the question's idf mass; they sum to 1. A word weighs as its commonest term does."""
    weights = {concept.word: min(idf[term] for term in concept.terms) for concept in asked.concepts}
    mass = sum(weights.values()) or 1.0
    return {word: weight / mass for word, weight in weights.items()}


def covered_words(asked: Asked, text: str, language: str) -> frozenset[str]:
    """The question's words that `text` holds in any spelling known."""
    held = set(terms(text, language))
    return frozenset(concept.word for concept in asked.concepts if not held.isdisjoint(concept.terms))


def is_kind(kind: Kind, text: str) -> bool:
    """Does `text` hold what such a question asks for? True for a kind without a sign of its own."""
    sign = _KIND_SIGNS.get(kind)
    return sign is None or bool(sign.search(text))


def choose(ranked: Sequence[Sentence], policy: SentencePolicy) -> list[Sentence]:
    """The answer's sentences in reading order: the best, others nearly as good that add a word of the question,
    and the neighbour that one of them leans on."""
    if not ranked:
        return []
    best = ranked[0]
    chosen = [best]
    for other in ranked[1:]:
        if len(chosen) >= policy.most or other.score < best.score - policy.more_within:
            break
        if not any(_same_words(other, one) for one in chosen):
            chosen.append(other)
    for sentence in list(chosen):
        chosen.extend(one for one in _leaning_on(sentence, ranked) if one not in chosen)
    order = {one.found.stored.passage.id: place for place, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (order[one.found.stored.passage.id], one.place))


def _leaning_on(sentence: Sentence, ranked: Sequence[Sentence]) -> list[Sentence]:
    """The sentence before, when this one opens with a word that points back to it."""
    if sentence.place == 0 or not _LEANS.search(sentence.text):
        return []
    key = sentence.found.stored.key
    return [one for one in ranked if one.found.stored.key == key and one.place == sentence.place - 1]


def _same_words(one: Sentence, other: Sentence) -> bool:
    """Nearly the same sentence twice (a relay, a parallel text)."""
    left, right = set(one.text.casefold().split()), set(other.text.casefold().split())
    return len(left & right) >= 0.8 * min(len(left), len(right))
