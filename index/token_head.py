"""How each token of a text reads in its context, in a few bytes: the encoder's last states under a learned projection.

One vector a passage cannot say which word of a question it meets. ColBERT's late interaction can (Khattab and Zaharia
2020, arXiv 2004.12832): every token of the question looks for its nearest token of the passage. The states come with
the pass that makes the passage's vector; the projection was learned by `benchmarks/token_head.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .ports import AskedTokens, Vectors
from .shipped import shipped_arrays

TokenCodes = NDArray[np.int8]
SCALE = 127.0  # of codes: a component of a unit row times this, rounded


@dataclass(frozen=True, slots=True)
class TokenHead:
    """`projection`: float32 (hidden, width); `importance`: float32 (hidden,), a token's weight in a question before the
    softmax; `revision` names both."""

    projection: Vectors
    importance: Vectors
    revision: str

    @classmethod
    def of(cls, projection: Vectors, importance: Vectors) -> Self:
        content = np.ascontiguousarray(projection).tobytes() + np.ascontiguousarray(importance).tobytes()
        return cls(projection, importance, hashlib.sha256(content).hexdigest()[:16])

    @property
    def width(self) -> int:
        return int(self.projection.shape[1])

    def rows(self, states: Vectors) -> Vectors:
        """Unit rows, float32 (tokens, width), of states (tokens, hidden)."""
        projected = states @ self.projection
        return np.asarray(projected / (np.linalg.norm(projected, axis=1, keepdims=True) + 1e-12), np.float32)

    def codes(self, states: Vectors) -> TokenCodes:
        """What is kept of a passage's tokens: int8 (tokens, width)."""
        return np.asarray(np.rint(self.rows(states) * SCALE), np.int8)

    def asked(self, states: Vectors) -> AskedTokens:
        """A question's tokens."""
        raw = states @ self.importance
        weights = np.exp(raw - raw.max(initial=-np.inf))
        return AskedTokens(self.rows(states), weights / max(float(weights.sum()), 1e-12))


@lru_cache(1)
def default_head() -> TokenHead:
    """The head of the default model, beside this module."""
    arrays = shipped_arrays("token_head.npz")
    return TokenHead.of(arrays["projection"].astype(np.float32), arrays["importance"].astype(np.float32))
