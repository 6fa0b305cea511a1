"""Which sentences answer? Every sentence of the best passages gets a score from named signals. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from corpus.document import Span
from index.tokenize import held_terms

from .answer_type import holds_kind
from .attribution import worth
from .question import Asked
from .retrieve import Found
from .timeliness import sentence_bonus
from .token_match import NO_MATCH, TokenMatch

_CLOSING_MARKS = "»”\"') "
_SAID = (
    r"(?:says?|said|asks?|asked|adds?|added|wonder(?:s|ed)?|complain(?:s|ed)?|спросил|спрашивает|сказал|говорит|"
    r"возмущается|удивляется|гуфт|мегӯяд|пурсид)"
)
# "How could we?" asks Karim Saidov.
_ASKED_BY = re.compile(
    rf"\?[»”\"'][\s,—–-]*(?:(?:he|she|they|он|она|ӯ|[A-ZА-ЯЁҲҚҒӢӮҶ]\S+(?:\s[A-ZА-ЯЁҲҚҒӢӮҶ]\S+)?)\s)?{_SAID}\w{{0,2}}"
    r"(?:\s+\S+){0,4}$"
)
_BULLET = re.compile(r"[-–—•*]\s+(?=\S)")
# "Nodira Hakimova: I am cautious." The name tells who speaks, not what of.
_SPEAKER = re.compile(r"(?:[^\W\d_a-zа-яёғӣқӯҳҷ][\w.’'-]*\s){0,3}[^\W\d_a-zа-яёғӣқӯҳҷ][\w.’'-]*:\s(?=\S)")
PASSAGES_READ = 10  # whose sentences are ranked; of later ones that changes neither the order shown nor the answers


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence. similarity, pair: cosine with the question of the sentence and of the best pair
    it is in, in standard deviations above all candidates' windows; coverage, around: share of the question's idf
    mass in the sentence, and in it with its neighbours, headings, title, and the question or the line before a list
    that it stands under; before, after: the share that the sentence before it, or behind it, holds and it does not:
    an answer follows what names its subject more often than it leads; beyond: the logarithm of one more than the index
    terms that it holds beyond the question's: what tells much else is less of an answer; passage: the passage's score;
    first: it is the best passage; kind: it holds the kind of answer asked for; own_language: it is in the question's
    language; short: fewer than five words, or what somebody asks; time: it is of the time asked for (1), of another
    (-1) or of none that it names (0); tokens, token_lead: how its tokens meet the question's, and the same less the
    best sentence's; token_passage: how those of its passage do; all 0 where tokens are not known; source: its passage
    is of the source asked of, 0 to 1."""

    similarity: float
    pair: float
    coverage: float
    around: float
    passage: float
    first: float
    kind: float
    own_language: float
    short: float
    time: float = 0.0
    tokens: float = 0.0
    token_lead: float = 0.0
    token_passage: float = 0.0
    before: float = 0.0
    after: float = 0.0
    source: float = 0.0
    beyond: float = 0.0


signal_values = attrgetter(*(field.name for field in fields(Signals)))  # dataclasses.astuple copies, 30 times slower


@dataclass(frozen=True, slots=True)
class Sentence:
    """A candidate sentence. `place` is its number in the passage; `span` is relative to the passage; `read`: a reader's
    log odds that it answers, None where it was not read."""

    found: Found
    place: int
    span: Span
    score: float
    covered: frozenset[str]
    signals: Signals
    read: float | None = None

    @property
    def text(self) -> str:
        return self.span.slice(self.found.stored.passage.text)


def rank_sentences(
    asked: Asked,
    found: Sequence[Found],
    shares: Mapping[str, float],
    weights: Signals,
    windows: NDArray[np.float32],
) -> list[Sentence]:
    """All sentences of the best passages, best first. `shares`, `windows`: see Retrieval; `weights`: one per signal."""
    if not found:
        return []
    background = (float(np.median(windows)), float(windows.std()) + 1e-6)
    factors = np.array(signal_values(weights))
    nearest = max((value for one in found[:PASSAGES_READ] for value in _matched(one).sentences.values()), default=0.0)
    sentences = []
    for rank, one in enumerate(found[:PASSAGES_READ]):
        for place, covered, signals in _signals(asked, one, rank, shares, background, nearest):
            score = float(factors @ np.array(signal_values(signals)))
            sentences.append(Sentence(one, place, _without_bullet(one, place), score, covered, signals))
    return sorted(sentences, key=lambda s: (-s.score, s.found.stored.passage.id, s.place))


def _signals(
    asked: Asked,
    one: Found,
    rank: int,
    shares: Mapping[str, float],
    background: tuple[float, float],
    nearest: float,
) -> Iterator[tuple[int, frozenset[str], Signals]]:
    passage = one.stored.passage
    middle, spread = background
    texts = [span.slice(passage.text) for span in passage.sentences]
    covered = [covered_words(asked, _SPEAKER.sub("", text, count=1), passage.language) for text in texts]
    introduced, title = _introduced(texts, covered), one.stored.document.record.title
    headline = "" if title.endswith((".", "!", "…")) else title
    above = covered_words(asked, " ".join([title, *passage.heading]), passage.language)
    neighbours = [frozenset[str](), *covered, frozenset[str]()]  # of a place: here the one before, two on the next
    near, matched = window_similarities(one), _matched(one)
    source = worth(asked.source, one.stored.document.record, passage.text)
    asked_for = frozenset[str]().union(*(concept.terms for concept in asked.concepts))
    for place, text in enumerate(texts):
        if _asks(text) or text == headline:  # neither a question nor a headline answers one
            continue
        around = above.union(introduced[place], *covered[max(0, place - 1) : place + 2])
        single, pair = near[place]
        yield place, covered[place], Signals(
            similarity=(single - middle) / spread,
            pair=(pair - middle) / spread,
            coverage=sum(shares[word] for word in covered[place]),
            around=sum(shares[word] for word in around),
            passage=one.score,
            first=float(rank == 0),
            kind=float(holds_kind(asked.kind, text, asked.question.standalone)),
            own_language=float(passage.language == asked.question.language),
            short=float(len(text.split()) < 5 or bool(_ASKED_BY.search(text))),
            time=sentence_bonus(asked.times, one.stored.document.record, text),
            tokens=matched.sentences.get(place, 0.0),
            token_lead=matched.sentences.get(place, 0.0) - nearest,
            token_passage=matched.passage,
            before=sum(shares[word] for word in neighbours[place] - covered[place]),
            after=sum(shares[word] for word in neighbours[place + 2] - covered[place]),
            source=source,
            beyond=math.log1p(len(held_terms(text, passage.language) - asked_for)),
        )  # fmt: skip


def _introduced(texts: Sequence[str], covered: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """What the question, or the line before a list, covers that each sentence stands under."""
    above, found = frozenset[str](), []
    for text, own in zip(texts, covered, strict=True):
        if _asks(text) or text.endswith(":"):
            above = own
        found.append(above)
    return found


def _asks(text: str) -> bool:
    return text.rstrip(_CLOSING_MARKS).endswith("?")


def _matched(one: Found) -> TokenMatch:
    return one.tokens or NO_MATCH


def _without_bullet(one: Found, place: int) -> Span:
    """The span of a sentence; a list item's begins behind its mark."""
    span = one.stored.passage.sentences[place]
    mark = _BULLET.match(span.slice(one.stored.passage.text))
    return Span(span.start + mark.end(), span.end) if mark else span


def window_similarities(one: Found) -> list[tuple[float, float]]:
    """For each sentence: the cosine of its own window, and of the best window that holds it."""
    passage = one.stored.passage
    windows = list(zip(passage.windows, one.similarities.tolist(), strict=True))
    found = []
    for span in passage.sentences:
        holding = [
            (value, window) for window, value in windows if window.start <= span.start and span.end <= window.end
        ]
        best = max(value for value, _ in holding)
        found.append((next((value for value, window in holding if window == span), best), best))
    return found


def covered_words(asked: Asked, text: str, language: str) -> frozenset[str]:
    """The question's words that `text` holds in any spelling known."""
    held = held_terms(text, language)
    return frozenset(concept.word for concept in asked.concepts if not held.isdisjoint(concept.terms))
