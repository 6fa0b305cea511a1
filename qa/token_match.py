"""How well do a passage's tokens meet those of the question, each in its context? Pure.

Late interaction: every token of the question is as near to a text as its nearest token there (MaxSim of ColBERT,
Khattab and Zaharia 2020). Across languages and inflections this sees what shared words cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from index.ports import AskedTokens, PassageTokens, Vectors
from index.tokenize import words

_WEIGHTY = 0.08  # share of the question's idf mass above which a word must be met
_FLOOR = 0.02  # weight of a token outside of any weighed word, so that no question is without weights


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """`passage`, and `sentences` by their place in it: the mean nearness of the question's tokens, each weighing what
    the head learned; a sentence without tokens has none. `met`: the same for the passage, each token weighing its
    word's share of the question's idf mass. `weakest`: the least nearness of a token of a weighty word."""

    passage: float = 0.0
    sentences: Mapping[int, float] = field(default_factory=dict)
    met: float = 0.0
    weakest: float = 0.0


NO_MATCH = TokenMatch()


def match(asked: AskedTokens, tokens: PassageTokens, shares: Vectors) -> TokenMatch:
    """`shares`: see `token_shares`."""
    if not len(tokens.rows) or not len(asked.rows):
        return NO_MATCH
    near = asked.rows @ tokens.rows.T
    best = near.max(axis=1)
    places = tokens.sentences
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    values = asked.weights @ np.maximum.reduceat(near, starts, axis=1)
    sentences = dict(zip(places[starts].tolist(), values.tolist(), strict=True))
    weighty = shares >= min(_WEIGHTY, float(shares.max()))
    return TokenMatch(float(asked.weights @ best), sentences, float(shares @ best), float(best[weighty].min()))


def token_shares(asked: AskedTokens, shares: Mapping[str, float]) -> Vectors:
    """The weight of each token of the question by its word's share of the idf mass, summing to 1."""
    of_words = np.array([_share(word, shares) for word in asked.words] or [0.0], np.float32)
    weights = (of_words[asked.owners] if len(asked.words) else np.zeros(len(asked.rows), np.float32)) + _FLOOR
    return np.asarray(weights / max(float(weights.sum()), 1e-12), np.float32)


def _share(written: str, shares: Mapping[str, float]) -> float:
    analyzed = words(written)
    return shares.get(analyzed[0], 0.0) if analyzed else 0.0
