"""What is each part worth? The same questions with one part taken away at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from index.ports import Encoder, EncoderIdentity, Role, Vectors

from ..pipeline import Policies
from ..question import QuestionPolicy
from ..retrieve import RetrievalPolicy

Change = Callable[[Policies], Policies]


def _question(change: Callable[[QuestionPolicy], QuestionPolicy]) -> Change:
    return lambda policies: replace(policies, question=change(policies.question))


def _retrieval(change: Callable[[RetrievalPolicy], RetrievalPolicy]) -> Change:
    return lambda policies: replace(policies, retrieval=change(policies.retrieval))


VARIANTS: Mapping[str, Change] = {
    "everything": lambda policies: policies,
    "no aliases from the glossary": _question(lambda one: replace(one, aliases=False)),
    "no names in the corpus's spellings": _question(lambda one: replace(one, names=False)),
    "no mending of layout and Latin letters": _question(lambda one: replace(one, typing=False)),
    "no times": _question(lambda one: replace(one, times=False)),
    "no background of the language": _retrieval(lambda one: replace(one, background=0.0)),
    "no windows": _retrieval(lambda one: replace(one, window=0.0, passage=one.passage + one.window)),
    "no lexical leg": _retrieval(lambda one: replace(one, lexical=0.0)),
    "no dense leg": _retrieval(lambda one: replace(one, passage=0.0, window=0.0)),
}


class RememberingEncoder:
    """Implements Encoder: each question is encoded once, however many variants ask it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, Role], Vectors] = {}

    @property
    def identity(self) -> EncoderIdentity:
        return self._encoder.identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        for text in self._unknown(texts, role):
            self._known[text, role] = self._encoder.encode([text], role)[0]
        if not texts:
            return self._encoder.encode([], role)
        return np.stack([self._known[text, role] for text in texts])

    def _unknown(self, texts: Iterable[str], role: Role) -> list[str]:
        return [text for text in dict.fromkeys(texts) if (text, role) not in self._known]
