"""The default model on onnxruntime: starts in half a second and never imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.bulk_folder import MAX_TOKENS, PASSAGE_PREFIX, QUERY_PREFIX
from index.errors import EncoderUnavailable
from index.onnx_graph import GRAPH_FILE, INPUT, OUTPUT, TOKENS, Graph
from index.onnx_session import open_session
from index.ports import AskedTokens, EncoderIdentity, Role, Vectors
from index.prepared import query_folder
from index.reader import OnnxReader
from index.token_head import TokenCodes, default_head
from index.unigram import UnigramTokenizer
from index.weights import DEFAULT_MODEL, WEIGHTS_SHA256

DIMENSION = 384  # the model's hidden size
UNCUT = 1 << 62
DEFAULT_IDENTITY = EncoderIdentity(DEFAULT_MODEL, WEIGHTS_SHA256, DIMENSION, QUERY_PREFIX, PASSAGE_PREFIX)


class OnnxEncoder:
    """An Encoder of the prepared query folder. `threads` are used inside one call; calls may come from any thread."""

    def __init__(self, cache_dir: Path, *, threads: int = 1) -> None:
        """Prepares the folder when it is not there (2 s). Raises EncoderUnavailable."""
        folder = query_folder(cache_dir)
        try:
            self._session = open_session(folder / GRAPH_FILE, threads, Graph.codes)
            self._tokenizer = UnigramTokenizer(folder)
            self._reader = OnnxReader(folder, self._tokenizer, threads)
        except Exception as error:  # onnxruntime's errors share no other base
            raise EncoderUnavailable(f"Cannot open the model in {folder}: {error}. Delete that folder.") from error

    @property
    def identity(self) -> EncoderIdentity:
        return DEFAULT_IDENTITY

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        prefix = QUERY_PREFIX if role == "query" else PASSAGE_PREFIX
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        for row, text in enumerate(texts):
            (vectors[row],) = self._run(prefix + text, [OUTPUT])
        return vectors

    @property
    def head(self) -> str:
        return default_head().revision

    @property
    def width(self) -> int:
        return default_head().width

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        skipped = self._before(PASSAGE_PREFIX)
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        codes = []
        for row, text in enumerate(texts):
            vectors[row], states = self._run(PASSAGE_PREFIX + text, [OUTPUT, TOKENS])
            codes.append(default_head().codes(states[skipped:-1]))
        return vectors, codes

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        vector, states = self._run(QUERY_PREFIX + text, [OUTPUT, TOKENS])
        return vector, default_head().asked(states[self._before(QUERY_PREFIX) : -1])

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self._reader.score(question, text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(count for _, count in self._tokenizer.count_words(text)) for text in texts]

    def _before(self, prefix: str) -> int:
        """How many tokens stand before the text: <s> and the prefix."""
        return len(self._tokenizer.encode(prefix, MAX_TOKENS)) - 1

    def _run(self, text: str, outputs: list[str]) -> list[Vectors]:
        """One text at a time: its rounding, so its vector, depends on nothing beside it, and nothing is padded."""
        ids = np.array([self._tokenizer.encode(text, MAX_TOKENS)], np.int64)
        found = self._session.run(outputs, {INPUT: ids})
        return [np.asarray(values[0], np.float32) for values in found]
