"""Some twelve thousand passages of made-up words, gathered in topics so that their vectors lie in clusters."""

from __future__ import annotations

import random
from collections.abc import Iterator

from corpus.document import Dated, Document, Record
from corpus.identity import version_of

_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
_TOPICS, _TOPIC_WORDS, _COMMON_WORDS = 60, 40, 400


def many(documents: int = 1_200, seed: int = 1) -> Iterator[Document]:
    """Documents of ten sentences of twelve words each, two thirds of them from one topic."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(_COMMON_WORDS + _TOPICS * _TOPIC_WORDS)]
    common, rest = words[:_COMMON_WORDS], words[_COMMON_WORDS:]
    topics = [rest[start : start + _TOPIC_WORDS] for start in range(0, len(rest), _TOPIC_WORDS)]
    for number in range(documents):
        own = chance.choice(topics)
        text = " ".join(_sentence(chance, own, common) for _ in range(10))
        record = Record(publisher=f"Publisher {number % 7}", published=Dated(str(2000 + number % 25), "stated"))
        yield Document(f"s{seed}-{number:05d}", version_of(text), f"{number}.txt", "en", text, record)


def _sentence(chance: random.Random, own: list[str], common: list[str]) -> str:
    return " ".join([*chance.choices(own, k=8), *chance.choices(common, k=4)]).capitalize() + "."
