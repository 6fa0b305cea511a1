"""Which encoder serves a model name, and the encoders that need no weights of their own."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from index.encoder_onnx import DEFAULT_IDENTITY, OnnxEncoder
from index.encoder_torch import SentenceTransformerEncoder, go_offline
from index.errors import EncoderUnavailable
from index.ports import AskedTokens, Encoder, EncoderIdentity, Role, Vectors
from index.prepared import bulk_folder
from index.token_head import TokenCodes, default_head
from index.weights import DEFAULT_MODEL

BULK_FROM = 96  # passages; about where the 8 CPU-s of opening torch are earned back (5.3 against 3.5 a CPU-second)
# A hub repository often holds the same weights again for other runtimes.
OTHER_RUNTIMES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack", "*.onnx"]


Small = TypeVar("Small", bound=Encoder)
Bulk = TypeVar("Bulk", bound=Encoder)


class TwoRuntimeEncoder(Generic[Small, Bulk]):
    """Queries and short lists by `small`, long lists of passages by `bulk`, opened when the first one comes."""

    def __init__(self, small: Small, open_bulk: Callable[[], Bulk], *, bulk_from: int = BULK_FROM) -> None:
        self._small = small
        self._open_bulk = open_bulk
        self._bulk_from = bulk_from
        self._bulk: Bulk | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        return self._small.identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "query" or len(texts) < self._bulk_from:
            return self._small.encode(texts, role)
        return self._opened().encode(texts, role)

    def _opened(self) -> Bulk:
        with self._lock:
            if self._bulk is None:
                bulk = self._open_bulk()
                if bulk.identity != self.identity:
                    raise EncoderUnavailable(f"Two models, {self.identity} and {bulk.identity}: give one to both.")
                self._bulk = bulk
            return self._bulk


class DefaultEncoder(TwoRuntimeEncoder[OnnxEncoder, SentenceTransformerEncoder]):
    """The default model in both runtimes: a TokenEncoder and a Reader."""

    @property
    def head(self) -> str:
        return self._small.head

    @property
    def width(self) -> int:
        return self._small.width

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        if len(texts) < self._bulk_from:
            return self._small.read(texts)
        vectors, states = self._opened().states(texts)
        return vectors, [default_head().codes(own) for own in states]

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        return self._small.ask(text)

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        return self._small.judge(question, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._small.count_tokens(texts)


class HashingEncoder:
    """For tests: every word (case folded) adds +1 or -1 at one axis, both taken from its blake2b hash.

    Texts that share words have similar vectors; nothing else does. A text without words is the first axis.
    """

    def __init__(self, dimension: int = 256, *, query_prefix: str = "", passage_prefix: str = "") -> None:
        self._identity = EncoderIdentity("hashing", "1", dimension, query_prefix, passage_prefix)

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        prefix = self._identity.query_prefix if role == "query" else self._identity.passage_prefix
        vectors = np.zeros((len(texts), self._identity.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", (prefix + text).casefold()):
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
                vector[code // 2 % len(vector)] += 1 if code % 2 else -1
            if not vector.any():
                vector[0] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def resolve_encoder(model: str, *, cache_dir: Path, allow_hub: bool = False, threads: int = 1) -> Encoder:
    """The encoder of a model: a local folder of that name, else the default model's installed weights, else the hub.

    The hub's own cache is looked into; the network is used only when `allow_hub`. Raises EncoderUnavailable, which
    says where was looked.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return SentenceTransformerEncoder(folder.resolve(), threads=threads)
    if model != DEFAULT_MODEL:
        return _from_hub(model, allow_hub, threads)
    try:
        return _default(cache_dir, threads)
    except EncoderUnavailable as missing:
        try:
            return _from_hub(model, allow_hub, threads)
        except EncoderUnavailable as error:
            raise EncoderUnavailable(f"{missing} {error}") from error


def _default(cache_dir: Path, threads: int) -> DefaultEncoder:
    def open_bulk() -> SentenceTransformerEncoder:
        return SentenceTransformerEncoder(bulk_folder(cache_dir), identity=DEFAULT_IDENTITY, threads=threads)

    return DefaultEncoder(OnnxEncoder(cache_dir, threads=threads), open_bulk)


def _from_hub(model: str, allow_hub: bool, threads: int) -> Encoder:
    folder = _hub_folder(model, allow_hub)
    return SentenceTransformerEncoder(folder, name=model, threads=threads)


def _hub_folder(model: str, allow_hub: bool) -> Path:
    """Where the hub's cache holds `model`, downloaded first when `allow_hub`."""
    if not allow_hub:
        go_offline()
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(model, local_files_only=not allow_hub, ignore_patterns=OTHER_RUNTIMES))
    except (ImportError, OSError, ValueError) as error:
        looked = "the hub and its cache" if allow_hub else "the hub's cache (the hub itself is not allowed)"
        message = f"No model {model!r}: no such folder, and not in {looked}: {error}. Name a folder or allow the hub."
        raise EncoderUnavailable(message) from error
