"""A file of finished token codes that ships with the library, beside its vectors."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from .errors import EncoderUnavailable
from .token_head import TokenCodes
from .vector_pack import KEY_BYTES


def write_token_pack(path: Path, codes: Mapping[bytes, TokenCodes]) -> None:
    """Writes an .npz of `keys` (uint8 (n, 32)), `lengths` (int64 (n,)) and all codes, one after the other.

    Sorted by key, so equal contents make equal files.
    """
    keys = sorted(codes)
    table = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
    lengths = np.array([len(codes[key]) for key in keys], np.int64)
    with path.open("wb") as file:
        np.savez_compressed(file, keys=table, lengths=lengths, codes=np.concatenate([codes[key] for key in keys]))


def read_token_pack(path: Path) -> dict[bytes, TokenCodes]:
    """Raises EncoderUnavailable when the file is missing or is no token pack."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as pack:
            keys, lengths, codes = pack["keys"], pack["lengths"], pack["codes"]
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise EncoderUnavailable(f"Cannot read the token pack {path}: {error}. Install Muhojir again.") from error
    edges = np.concatenate([[0], np.cumsum(lengths)]).tolist()
    if keys.shape != (len(lengths), KEY_BYTES) or edges[-1] != len(codes) or codes.dtype != np.int8:
        raise EncoderUnavailable(f"{path} is no token pack: {keys.shape} keys. Install Muhojir again.")
    return {key.tobytes(): codes[begin:end] for key, (begin, end) in zip(keys, pairwise(edges), strict=True)}
