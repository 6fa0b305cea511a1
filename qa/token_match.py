"""How well do a passage's tokens meet those of the question, each in its context? Pure.

Late interaction: every token of the question is as near to a text as its nearest token there (MaxSim of ColBERT,
Khattab and Zaharia 2020). Across languages and inflections this sees what shared words cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from index.ports import AskedTokens, PassageTokens


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """`passage`, and `sentences` by their place in it: the mean nearness of the question's tokens, each weighing what
    the head learned; a sentence without tokens has none."""

    passage: float = 0.0
    sentences: Mapping[int, float] = field(default_factory=dict)


NO_MATCH = TokenMatch()


def match(asked: AskedTokens, tokens: PassageTokens) -> TokenMatch:
    if not len(tokens.rows) or not len(asked.rows):
        return NO_MATCH
    near = asked.rows @ tokens.rows.T
    places = tokens.sentences
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    values = asked.weights @ np.maximum.reduceat(near, starts, axis=1)
    sentences = dict(zip(places[starts].tolist(), values.tolist(), strict=True))
    return TokenMatch(float(asked.weights @ near.max(axis=1)), sentences)
