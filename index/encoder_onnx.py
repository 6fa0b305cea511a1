"""The default model on onnxruntime: starts in half a second and never imports torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bulk_folder import MAX_TOKENS, PASSAGE_PREFIX, QUERY_PREFIX
from index.errors import EncoderUnavailable
from index.onnx_graph import GRAPH_FILE, INPUTS, OUTPUT, TOKENS
from index.onnx_session import open_session
from index.ports import AskedTokens, EncoderIdentity, Role, Vectors
from index.prepared import query_folder
from index.reader import OnnxReader
from index.token_head import TokenCodes, default_head
from index.unigram import PAD, UnigramTokenizer
from index.weights import DEFAULT_MODEL, WEIGHTS_SHA256

DIMENSION = 384  # the model's hidden size
BATCH_TOKENS = 512  # padded tokens a run: 3.5 passages of 280 tokens a CPU-second, against 3.1 at 2048
UNCUT = 1 << 62
DEFAULT_IDENTITY = EncoderIdentity(DEFAULT_MODEL, WEIGHTS_SHA256, DIMENSION, QUERY_PREFIX, PASSAGE_PREFIX)


class OnnxEncoder:
    """An Encoder of the prepared query folder. `threads` are used inside one call; calls may come from any thread."""

    def __init__(self, cache_dir: Path, *, threads: int = 1) -> None:
        """Prepares the folder when it is not there (2 s). Raises EncoderUnavailable."""
        folder = query_folder(cache_dir)
        try:
            self._session = open_session(folder / GRAPH_FILE, threads)
            self._tokenizer = UnigramTokenizer(folder)
            self._reader = OnnxReader(folder, self._tokenizer, threads)
        except Exception as error:  # onnxruntime's errors share no other base
            raise EncoderUnavailable(f"Cannot open the model in {folder}: {error}. Delete that folder.") from error

    @property
    def identity(self) -> EncoderIdentity:
        return DEFAULT_IDENTITY

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        prefix = QUERY_PREFIX if role == "query" else PASSAGE_PREFIX
        tokens = [self._tokenizer.encode(prefix + text, MAX_TOKENS) for text in texts]
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        for rows in _batches([len(ids) for ids in tokens]):
            vectors[rows] = self._run([tokens[row] for row in rows])
        return vectors

    @property
    def head(self) -> str:
        return default_head().revision

    @property
    def width(self) -> int:
        return default_head().width

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        skipped = self._before(PASSAGE_PREFIX)
        tokens = [self._tokenizer.encode(PASSAGE_PREFIX + text, MAX_TOKENS) for text in texts]
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        codes: dict[int, TokenCodes] = {}
        for rows in _batches([len(ids) for ids in tokens]):
            vectors[rows], states = self._run_both([tokens[row] for row in rows])
            for row, own in zip(rows, states, strict=True):
                codes[row] = default_head().codes(own[skipped : len(tokens[row]) - 1])
        return vectors, [codes[row] for row in range(len(texts))]

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        ids = self._tokenizer.encode(QUERY_PREFIX + text, MAX_TOKENS)
        vectors, states = self._run_both([ids])
        own = states[0][self._before(QUERY_PREFIX) : len(ids) - 1]
        return vectors[0], default_head().asked(own)

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self._reader.score(question, text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(count for _, count in self._tokenizer.count_words(text)) for text in texts]

    def _before(self, prefix: str) -> int:
        """How many tokens stand before the text: <s> and the prefix."""
        return len(self._tokenizer.encode(prefix, MAX_TOKENS)) - 1

    def _run(self, tokens: list[list[int]]) -> Vectors:
        (vectors,) = self._session.run([OUTPUT], _padded(tokens))
        return np.asarray(vectors, np.float32)

    def _run_both(self, tokens: list[list[int]]) -> tuple[Vectors, Vectors]:
        vectors, states = self._session.run([OUTPUT, TOKENS], _padded(tokens))
        return np.asarray(vectors, np.float32), np.asarray(states, np.float32)


def _padded(tokens: list[list[int]]) -> dict[str, NDArray[np.int64]]:
    ids = np.full((len(tokens), max(map(len, tokens))), PAD, np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return dict(zip(INPUTS, (ids, mask), strict=True))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers, longest text first so that little is padded, at most BATCH_TOKENS padded tokens together."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
