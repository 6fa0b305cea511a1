"""Arrays that ship beside the modules of this package."""

from __future__ import annotations

import hashlib
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray


def shipped_arrays(name: str) -> dict[str, NDArray[Any]]:
    """All arrays of a .npz file."""
    with as_file(files("index") / name) as path, np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def shipped_revision(*names: str) -> str:
    """Eight hexadecimal digits that change with the bytes of these files."""
    content = b"".join((files("index") / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()[:8]
