"""Which passages may answer? Both legs find candidates; the best sentence windows of each decide its place.

Scores are computed from candidates' text and vectors, never from an engine's own figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index.fusion import min_max, mix, over_max
from index.ports import AskedTokens, Encoder, Filters, PassageIndex, StoredPassage, TokenEncoder, Vectors

from .attribution import worth
from .duplicates import Places
from .question import Asked
from .timeliness import passage_bonus
from .token_match import TokenMatch, match

_RECORDS_READ = (
    20  # candidates whose dates and sources are looked at: what is below the twentieth place does not rise to the fifth
)
_MATCHED = 20  # candidates whose tokens are read, for the same reason
_DEEPER, _DEEPEST = 8, 3200  # a search that copies fill is made again, 8 and 64 times as deep


def _no_scores() -> NDArray[np.float32]:
    return np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class Mix:
    """Weights of what is known about a candidate: the similarity of its `passage` and of its best `window`, and BM25,
    for `lexical` as a share of the question's idf mass and for `relative` as a share of the best candidate's."""

    passage: float
    window: float
    lexical: float
    relative: float

    def towards(self, other: Mix, share: float) -> Mix:
        """This at 0, the other at 1."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Mix(*((1 - share) * ours + share * theirs for ours, theirs in pairs))


@dataclass(frozen=True, slots=True)
class RetrievalPolicy:
    """`depth`: candidates taken from each leg. `background`: share of the language's background that similarities
    are lowered by. BM25 counts in full at `saturation` times the question's idf mass, so that a chance match of one
    common word weighs little.
    `pointed` are the weights of a question: one sentence answers it. `broad` are those of `many` words, function words
    left out, without a question mark, as claims and topics are: a whole passage is about them. Between `few` and
    `many` words lies a mixture; where the words are not met, for up to `met` of their idf mass, the former count.
    `sentence`: what the best sentence of a passage weighs in the order shown, of a question (qa/order.py).
    `time`: what a passage of the time asked for gains; nothing is lost for want of a date. `source`: what one of the
    source asked of gains.
    `tokens`: what the nearness of tokens weighs, where the index knows them; 0 leaves them out of all that follows.
    `fused_dense`: the dense leg's weight in the plain two-leg mix. The runs behind the figures: docs/evaluation.md.
    """

    depth: int = 50
    background: float = 1.1
    pointed: Mix = Mix(passage=0.25, window=0.5, lexical=0.25, relative=0.1)
    broad: Mix = Mix(passage=0.5, window=0.25, lexical=0.25, relative=0.35)
    few: int = 6
    many: int = 10
    met: float = 0.5
    saturation: float = 1.5
    tokens: float = 2.0
    fused_dense: float = 0.7
    time: float = 0.15
    source: float = 0.3
    sentence: float = 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with all that is known about it. `window` is the cosine of its best window with the question,
    `above` the same less the background of its language; `similarities`: the cosine of each of its windows;
    `tokens`: how its tokens meet the question's, of the first candidates where the index knows tokens; `same`: passages
    of other documents of its source that tell the same, as translations and copies do."""

    stored: StoredPassage
    score: float
    fused: float
    lexical: float
    dense: float
    window: float
    above: float
    lexical_rank: int
    dense_rank: int
    similarities: NDArray[np.float32] = field(repr=False, compare=False)
    tokens: TokenMatch | None = field(default=None, repr=False, compare=False)
    same: tuple[StoredPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Candidates, best first. `shares`: each word's share of the question's idf mass (they sum to 1); `background`:
    mean cosine of the question with windows of its language. Of all candidates, whether in `found` or not: `windows`,
    the cosines of all their windows, and `above`, the best window of each less the background of its language; `met`:
    BM25 of the one that its words find best, as a share of their idf mass; 0 where no candidate holds any of them."""

    found: tuple[Found, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    background: float = 0.0
    windows: NDArray[np.float32] = field(default_factory=_no_scores, repr=False, compare=False)
    above: NDArray[np.float32] = field(default_factory=_no_scores, repr=False, compare=False)
    met: float = 0.0


def encode_question(text: str, encoder: Encoder, index: PassageIndex) -> tuple[Vectors, AskedTokens | None]:
    """The question's vector, and its tokens where the index knows those of all passages."""
    if isinstance(encoder, TokenEncoder) and encoder.head == index.head:
        return encoder.ask(text)
    return encoder.encode([text], "query")[0], None


def retrieve(
    index: PassageIndex,
    asked: Asked,
    vector: Vectors,
    filters: Filters,
    policy: RetrievalPolicy,
    shown: int | None = None,
    tokens: AskedTokens | None = None,
) -> Retrieval:
    """The best `shown` candidates (all when None), ties by passage id; none when nothing is found. Only the words of
    these are read."""
    weights = concept_weights(index, asked)
    mass = sum(weights.values()) or 1.0
    shares = {word: weight / mass for word, weight in weights.items()}
    candidates = index.search(asked.terms, vector, filters, policy.depth)
    if len(candidates) == 0:
        return Retrieval((), shares)
    keys = candidates.keys.tolist()
    glance, background = index.glance(keys, vector), index.background(vector)
    near = [background[language] for language in glance.languages]
    similarities = glance.similarities
    best = _column([float(part.max(initial=0.0)) for part in similarities])
    above = best - policy.background * _column([one.window for one in near])
    passage = min_max(candidates.dense - policy.background * _column([one.passage for one in near]))
    lexical = np.minimum(1.0, candidates.lexical / (policy.saturation * mass))
    met = float(candidates.lexical.max()) / mass
    weigh = weights_of(policy, asked, met)
    scores = weigh.passage * passage + weigh.window * min_max(above) + weigh.lexical * lexical
    scores += weigh.relative * over_max(candidates.lexical)
    scores += _preference(index, asked, keys, scores, policy)
    matches = _matches(index, keys, scores, tokens if policy.tokens else None)
    scores += policy.tokens * _nearness(matches, len(keys))
    fused = mix(candidates.lexical, candidates.dense - _column([one.passage for one in near]), policy.fused_dense)
    figures = (scores, fused, candidates.lexical, candidates.dense, best, above)
    ranks = (candidates.lexical_rank, candidates.dense_rank)
    columns = (column.tolist() for column in (*figures, *ranks))
    rows = list(zip(*columns, similarities, map(matches.get, range(len(keys))), strict=True))
    language = asked.question.language
    places = _distinct(index, keys, scores, shown, language)
    if shown is not None and len(places.kept) < min(shown, len(keys)) and policy.depth <= len(keys) < _DEEPEST:
        deeper = replace(policy, depth=_DEEPER * policy.depth)  # copies of one passage took every place
        return retrieve(index, asked, vector, filters, deeper, shown, tokens)
    found = (replace(Found(one.stored, *rows[one.candidate]), same=tuple(one.same)) for one in places.filled(shown))
    ordered = tuple(sorted(found, key=lambda one: (-one.score, one.stored.passage.id)))[:shown]
    own = background.get(language, background["und"])
    return Retrieval(ordered, shares, own.window, np.concatenate(similarities), above, met)


def weights_of(policy: RetrievalPolicy, asked: Asked, met: float) -> Mix:
    """`met`: the best candidate's BM25 as a share of the question's idf mass."""
    return policy.pointed.towards(policy.broad, breadth(policy, asked, met))


def breadth(policy: RetrievalPolicy, asked: Asked, met: float) -> float:
    """How far it is a topic or a claim (1) rather than a question (0)."""
    if "?" in asked.question.standalone:
        return 0.0
    length = (len(asked.concepts) - policy.few) / (policy.many - policy.few)
    return min(1.0, max(0.0, length)) * min(1.0, met / policy.met)


def _distinct(
    index: PassageIndex, keys: list[int], scores: NDArray[np.float32], shown: int | None, language: str
) -> Places:
    """The best passages, those that repeat a better one left out: at least `shown`, and all that equal the last of
    them, where there are so many."""
    places = Places(language)
    for batch in _batches(scores, shown):
        if shown is not None and len(places.kept) >= shown:
            break
        for stored, candidate in zip(index.fetch([keys[one] for one in batch]), batch, strict=True):
            places.add(stored, candidate)
    return places


def _batches(scores: NDArray[np.float32], shown: int | None) -> Iterator[list[int]]:
    """Places, best scores first, equal ones together and in order."""
    left = np.arange(len(scores))
    while len(left):
        leading = left[_leading(scores[left], shown)]
        yield sorted(leading.tolist(), key=lambda place: (-scores[place], place))
        left = np.setdiff1d(left, leading)


def _leading(scores: NDArray[np.float32], shown: int | None) -> list[int]:
    """Places of the best `shown` scores and of all that equal the last of them."""
    if shown is None or shown >= len(scores):
        return list(range(len(scores)))
    return np.flatnonzero(scores >= np.partition(scores, -shown)[-shown]).tolist()


def _preference(
    index: PassageIndex, asked: Asked, keys: list[int], scores: NDArray[np.float32], policy: RetrievalPolicy
) -> NDArray[np.float32]:
    """What each candidate gains for being of the time and of the source asked for; only the best are looked at."""
    gains = np.zeros(len(keys), np.float32)
    if asked.times or asked.source:
        places = _leading(scores, _RECORDS_READ)
        for place, one in zip(places, index.fetch([keys[place] for place in places]), strict=True):
            record, text = one.document.record, one.passage.text
            gains[place] = policy.time * passage_bonus(asked.times, record, text)
            gains[place] += policy.source * worth(asked.source, record, text)
    return gains


def _matches(
    index: PassageIndex,
    keys: list[int],
    scores: NDArray[np.float32],
    tokens: AskedTokens | None,
) -> dict[int, TokenMatch]:
    """How the tokens of the best candidates meet the question's, by place; none where tokens are not known."""
    if tokens is None:
        return {}
    places = _leading(scores, _MATCHED)
    held = index.tokens([keys[place] for place in places])
    return {place: match(tokens, one) for place, one in zip(places, held, strict=True)}


def _nearness(matches: Mapping[int, TokenMatch], count: int) -> NDArray[np.float32]:
    """The match of each candidate less the best one; who was not looked at counts as the worst."""
    values = [one.passage for one in matches.values()] or [0.0]
    nearness = np.full(count, min(values), np.float32)
    nearness[list(matches)] = [one.passage for one in matches.values()]
    return nearness - np.float32(max(values))


def concept_weights(index: PassageIndex, asked: Asked) -> dict[str, float]:
    """The idf of each of the question's words, as its commonest spelling weighs."""
    terms = list(asked.terms)
    idf = dict(zip(terms, index.idf(terms).tolist(), strict=True))
    return {concept.word: min(idf[term] for term in concept.terms) for concept in asked.concepts}


def _column(values: list[float]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)
