"""A collection as every engine is given it: a folder of texts, their vectors, questions and theirs.

Read in the engines' own environments, so it needs nothing but NumPy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

TEXTS, VECTORS = "texts.jsonl", "vectors.npy"
WINDOWS = "windows.npy"  # of the texts' sentence windows, where an encoder made them; only Muhojir reads them
QUESTIONS, QUESTION_VECTORS, RELEVANT = "questions.jsonl", "question_vectors.npy", "relevant.jsonl"
_BATCH = 1_000  # texts handed over at once


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts with the places of their vectors. `ids` are unique in the collection."""

    ids: list[str]
    texts: list[str]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything below `folder`; nothing is kept in memory."""

    folder: Path

    @property
    def dimension(self) -> int:
        return int(np.load(self.folder / VECTORS, mmap_mode="r").shape[1])

    def batches(self) -> Iterator[Batch]:
        """All texts in order. The file of vectors is opened anew for each, or its pages would count as the engine's."""
        with (self.folder / TEXTS).open(encoding="utf-8") as file:
            start, lines = 0, [line for _, line in zip(range(_BATCH), file, strict=False)]
            while lines:
                rows = [json.loads(line) for line in lines]
                vectors = np.array(np.load(self.folder / VECTORS, mmap_mode="r")[start : start + len(rows)])
                yield Batch([row["id"] for row in rows], [row["text"] for row in rows], vectors)
                start, lines = start + len(rows), [line for _, line in zip(range(_BATCH), file, strict=False)]

    def questions(self) -> list[str]:
        return [json.loads(line) for line in (self.folder / QUESTIONS).read_text(encoding="utf-8").splitlines()]

    def question_vectors(self) -> Vectors:
        return np.asarray(np.load(self.folder / QUESTION_VECTORS), np.float32)

    def relevant(self) -> list[dict[str, float]]:
        """For each question, the gains of the texts that answer it, by id."""
        return [json.loads(line) for line in (self.folder / RELEVANT).read_text(encoding="utf-8").splitlines()]
