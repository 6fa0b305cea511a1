"""A file of finished vectors that ships with the library, so that a first answer needs no encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable

KEY_BYTES = 32  # of a sha256
HalfVectors = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class VectorPack:
    """float16 vectors (n, dimension), and the row of each key."""

    rows: Mapping[bytes, int]
    vectors: HalfVectors


EMPTY_PACK = VectorPack({}, np.zeros((0, 0), np.float16))


def write_vector_pack(path: Path, keys: Sequence[bytes], vectors: NDArray[np.floating]) -> None:
    """Writes an .npz of `keys` (sha256 digests, uint8 (n, 32)) and `vectors` (float16 (n, dimension)).

    Rows are sorted by key, so equal contents make equal files. Raises ValueError when the two differ in length.
    """
    if len(keys) != len(vectors):
        raise ValueError(f"{len(keys)} keys for {len(vectors)} vectors")
    order = sorted(range(len(keys)), key=keys.__getitem__)
    table = np.frombuffer(b"".join(keys[row] for row in order), np.uint8).reshape(-1, KEY_BYTES)
    with path.open("wb") as file:
        np.savez(file, keys=table, vectors=vectors[order].astype(np.float16))


def read_vector_pack(path: Path) -> VectorPack:
    """Raises EncoderUnavailable when the file is missing or is no vector pack."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as pack:
            keys, vectors = pack["keys"], pack["vectors"]
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise EncoderUnavailable(f"Cannot read the vector pack {path}: {error}. Install Muhojir again.") from error
    if keys.shape != (len(vectors), KEY_BYTES) or vectors.ndim != 2 or vectors.dtype != np.float16:
        raise EncoderUnavailable(f"{path} is no vector pack: {keys.shape} keys. Install Muhojir again.")
    return VectorPack({key.tobytes(): row for row, key in enumerate(keys)}, vectors)
