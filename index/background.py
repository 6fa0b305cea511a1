"""How near is a question to any text of a language at all? Mean vectors per language, kept with each segment.

Multilingual encoders place a question nearer to every text of its own language than to foreign ones that answer it
(Libovický et al. 2020 subtract the language's mean vector). Legs rank by similarity above that background, so a
Russian question finds the English passage although Russian ones stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .ports import Background, Vectors

LANGUAGES = ("und", "en", "ru", "tg")
_PASSAGE, _WINDOW = 0, 1
# Vectors of the mean over all languages that each language's own mean is mixed with, so that three
# passages on one subject do not pass for "the language".
_SHRINK = 20

Sums = NDArray[np.float64]


def language_of(code: int) -> str:
    return LANGUAGES[code]


def language_code(language: str) -> int:
    return LANGUAGES.index(language)


def empty_sums(dimension: int) -> Sums:
    """(passage | window, language, dimension + 1): sums of vectors, the last column counts them."""
    return np.zeros((2, len(LANGUAGES), dimension + 1))


def add_vectors(
    sums: Sums, languages: NDArray[np.uint8], counts: NDArray[np.int64], passages: Vectors, windows: Vectors
) -> None:
    """Passages with the code of their language, and the windows of each, `counts` of them, passage by passage."""
    for kind, codes, vectors in ((_PASSAGE, languages, passages), (_WINDOW, np.repeat(languages, counts), windows)):
        for code in np.unique(codes).tolist():
            own = vectors[codes == code]
            sums[kind, code, :-1] += own.sum(axis=0, dtype=np.float64)
            sums[kind, code, -1] += len(own)


def write_sums(path: Path, sums: Sums) -> None:
    with path.open("wb") as file:
        file.write(sums.view(np.uint8).data)


def read_sums(path: Path, dimension: int) -> Sums:
    return np.fromfile(path).reshape(2, len(LANGUAGES), dimension + 1)


@dataclass(frozen=True, slots=True)
class Backgrounds:
    """Mean vectors per language over a whole snapshot, float32 (passage | window, language, dimension)."""

    means: NDArray[np.float32]

    @classmethod
    def of(cls, parts: Iterable[Sums], dimension: int) -> Backgrounds:
        total = sum(parts, empty_sums(dimension))
        sums, counts = total[..., :-1], total[..., -1:]
        overall = sums.sum(axis=1, keepdims=True) / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return cls(((sums + _SHRINK * overall) / (counts + _SHRINK)).astype(np.float32))

    def of_query(self, vector: Vectors) -> dict[str, Background]:
        """Mean cosine of the question with the passages and with the windows of each language."""
        near = self.means @ vector
        return {language: Background(float(near[_PASSAGE, code]), float(near[_WINDOW, code]))
                for code, language in enumerate(LANGUAGES)}  # fmt: skip

    def of_passages(self, vector: Vectors, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The passage background of each row's language."""
        return np.asarray((self.means[_PASSAGE] @ vector)[codes], dtype=np.float32)
