"""Model files made once in the cache folder: the query graph and the bulk folder of the default model.

A folder appears whole or not at all: it is written aside, flushed and renamed. Two processes may prepare at once; the
first to finish wins and the other uses its result.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from index.bulk_folder import write_bulk_folder
from index.errors import EncoderUnavailable
from index.input_ranges import RANGES_FILE
from index.onnx_graph import write_graph
from index.reader_graph import write_reader_graph
from index.reader_weights import READER_WEIGHTS, shipped_reader
from index.shipped import shipped_revision
from index.unigram import write_vocabulary
from index.weights import WEIGHTS_SHA256, Weights, find_wheel_weights, read_weights

PREPARERS = {"query": 8, "bulk": 1}  # add one when the files written from the same weights change


def query_folder(cache_dir: Path) -> Path:
    """The encoder's graph, the reader's, and the vocabulary, 100 MB. Raises EncoderUnavailable."""
    return _prepare(cache_dir, "query", _write_query, f"-{shipped_revision(READER_WEIGHTS, RANGES_FILE)}")


def bulk_folder(cache_dir: Path) -> Path:
    """A sentence-transformers folder, 490 MB. Raises EncoderUnavailable."""
    return _prepare(cache_dir, "bulk", write_bulk_folder)


def _write_query(weights: Weights, folder: Path) -> None:
    write_graph(weights, folder)
    write_reader_graph(weights, shipped_reader(), folder)
    write_vocabulary(weights.vocabulary, folder)


def _prepare(cache_dir: Path, kind: str, write: Callable[[Weights, Path], None], made_of: str = "") -> Path:
    folder = cache_dir / "models" / f"e5-small-{WEIGHTS_SHA256[:12]}-{kind}-{PREPARERS[kind]}{made_of}"
    if folder.is_dir():
        return folder
    weights = read_weights(find_wheel_weights())
    try:
        publish(folder, lambda draft: write(weights, draft))
    except OSError as error:
        message = f"Cannot prepare the model in {folder}: {error}. Free some space or choose another cache folder."
        raise EncoderUnavailable(message) from error
    return folder


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Makes `folder` with what `write` puts in it. Does nothing more when another process was faster."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as aside:
        draft = Path(aside) / "draft"
        draft.mkdir()
        write(draft)
        for path in draft.rglob("*"):
            _flush(path)
        try:
            draft.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _flush(path: Path) -> None:
    if path.is_file():
        path.chmod(0o644)  # onnx writes its side file for the owner only; a cache may be shared
        with path.open("rb") as file:
            os.fsync(file.fileno())
