"""What is each part worth? The same questions with one part taken away at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from index.ports import AskedTokens, Encoder, EncoderIdentity, Reader, Role, TokenEncoder, Vectors
from index.token_head import TokenCodes

from ..choose import ChoicePolicy
from ..pipeline import Policies
from ..question import QuestionPolicy
from ..retrieve import Mix, RetrievalPolicy

Change = Callable[[Policies], Policies]


def _question(change: Callable[[QuestionPolicy], QuestionPolicy]) -> Change:
    return lambda policies: replace(policies, question=change(policies.question))


def _retrieval(change: Callable[[RetrievalPolicy], RetrievalPolicy]) -> Change:
    return lambda policies: replace(policies, retrieval=change(policies.retrieval))


def _mix(change: Callable[[Mix], Mix]) -> Change:
    return _retrieval(lambda one: replace(one, pointed=change(one.pointed), broad=change(one.broad)))


def _choice(change: Callable[[ChoicePolicy], ChoicePolicy]) -> Change:
    return lambda policies: replace(policies, choice=change(policies.choice))


_NEVER = 1.1  # a share or a probability that nothing reaches

VARIANTS: Mapping[str, Change] = {
    "everything": lambda policies: policies,
    "no aliases from the glossary": _question(lambda one: replace(one, aliases=False)),
    "no names in the corpus's spellings": _question(lambda one: replace(one, names=False)),
    "no words of other languages": _question(lambda one: replace(one, translations=False)),
    "no mending of layout and Latin letters": _question(lambda one: replace(one, typing=False)),
    "no times": _question(lambda one: replace(one, times=False)),
    "no source asked of": _question(lambda one: replace(one, sources=False)),
    "no background of the language": _retrieval(lambda one: replace(one, background=0.0)),
    "no windows": _mix(lambda one: replace(one, window=0.0, passage=one.passage + one.window)),
    "passages as the search sets them": _retrieval(lambda one: replace(one, sentence=0.0)),
    "no tokens, nothing read": _retrieval(lambda one: replace(one, tokens=0.0)),
    "nothing read": lambda policies: replace(policies, tokens=replace(policies.tokens, reading=0.0)),
    "one mix for questions and topics": _retrieval(lambda one: replace(one, broad=one.pointed)),
    "no lexical leg": _mix(lambda one: replace(one, lexical=0.0, relative=0.0)),
    "no dense leg": _mix(lambda one: replace(one, passage=0.0, window=0.0)),
    "no part answered for itself": _choice(lambda one: replace(one, part=_NEVER)),
    "no other source's other figure": _choice(lambda one: replace(one, contrary=_NEVER)),
    "no other half of a window": _choice(lambda one: replace(one, pair=math.inf)),
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


class RememberingTokens(RememberingEncoder):
    """Implements TokenEncoder too, over one."""

    def __init__(self, encoder: TokenEncoder) -> None:
        super().__init__(encoder)
        self._tokens = encoder
        self._asked: dict[str, tuple[Vectors, AskedTokens]] = {}

    @property
    def head(self) -> str:
        return self._tokens.head

    @property
    def width(self) -> int:
        return self._tokens.width

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        if text not in self._asked:
            self._asked[text] = self._tokens.ask(text)
        return self._asked[text]

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        return self._tokens.read(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._tokens.count_tokens(texts)


class RememberingModel(RememberingTokens):
    """Implements Reader as well: each pair is read once."""

    def __init__(self, encoder: TokenEncoder, reader: Reader) -> None:
        super().__init__(encoder)
        self._odds = cache(lambda question, text: reader.judge(question, [text])[0])

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self._odds(question, text) for text in texts]


def remembering(encoder: Encoder) -> RememberingEncoder:
    """`encoder` with a memory for questions, for their tokens if it tells of them, and for what it reads if it does."""
    if not isinstance(encoder, TokenEncoder):
        return RememberingEncoder(encoder)
    return RememberingModel(encoder, encoder) if isinstance(encoder, Reader) else RememberingTokens(encoder)
