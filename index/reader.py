"""Does this text answer that question? A small model that reads both together.

A vector each cannot tell: "How many were deported in 2023?" is near to what was counted in 2024. The reader is the
encoder itself, taught on questions whose answers are known: docs/decisions/0011.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .onnx_graph import INPUT
from .onnx_session import open_session
from .reader_graph import READER_FILE, SCORE, ReaderGraph
from .unigram import END, UnigramTokenizer

QUESTION_TOKENS, PAIR_TOKENS = 48, 128  # as it was taught; a text is cut at its end


class OnnxReader:
    """Of the prepared query folder. Thread safe; one pass a pair, .3 ms a token."""

    def __init__(self, folder: Path, tokenizer: UnigramTokenizer, threads: int) -> None:
        self._session, self._tokenizer = open_session(folder / READER_FILE, threads, ReaderGraph.codes), tokenizer

    def score(self, question: str, text: str) -> float:
        """Log odds that `text` holds the answer; they are not calibrated, only larger for better texts."""
        asked = [*self._tokenizer.encode(question, QUESTION_TOKENS), END]
        read = self._tokenizer.encode(text, PAIR_TOKENS - len(asked) + 1)[1:]
        (scores,) = self._session.run([SCORE], {INPUT: np.array([asked + read], np.int64)})
        return float(scores[0, 0])
