"""Long lists of passages encoded by several processes, each with a model of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from index.encoder import BULK_FROM
from index.errors import EncoderUnavailable
from index.ports import Encoder, EncoderIdentity, Role, Vectors

TOGETHER = BULK_FROM  # texts a task: fewer would not be given to the faster runtime
POOL_FROM = 2 * TOGETHER  # passages; below, a process would take longer to load its model than to encode them
POOLED_BATCH = 2_000  # texts encoded between two writes of the cache: some twenty tasks, so that no process idles long

_encoder: Encoder  # of a worker process


class PooledEncoder:
    """Queries and short lists by `encoder`, long lists of passages by `processes` processes that each call `opened`,
    which must be picklable. Texts of like length are encoded together. Thread safe; the processes start at the first
    long list and end with `close` or with their parent, however it dies."""

    def __init__(
        self, encoder: Encoder, opened: Callable[[], Encoder], processes: int, *, pool_from: int = POOL_FROM
    ) -> None:
        self._encoder, self._opened = encoder, opened
        self._processes, self._pool_from = processes, pool_from
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        return self._encoder.identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "query" or len(texts) < self._pool_from:
            return self._encoder.encode(texts, role)
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))  # the longest first: no late giant
        groups = [order[start : start + TOGETHER] for start in range(0, len(order), TOGETHER)]
        found = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        try:
            encoded = self._started().map(_encode, [[texts[place] for place in group] for group in groups])
            for group, vectors in zip(groups, encoded, strict=True):
                found[group] = vectors
        except BrokenProcessPool as error:
            raise EncoderUnavailable(
                f"A process that encodes ended ({error}), often for want of memory. Use fewer processes."
            ) from error
        return found

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")  # a forked copy of torch's threads would hang
                self._pool = ProcessPoolExecutor(self._processes, context, _open, (self._opened,))
            return self._pool


def _open(opened: Callable[[], Encoder]) -> None:
    global _encoder
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _encoder = opened()


def _end_with_parent() -> None:
    """A killed parent tells its workers nothing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _encode(texts: Sequence[str]) -> Vectors:
    return _encoder.encode(texts, "passage")
