"""May questions be sent here? A snapshot must answer a probe, and its files must have the hashes of its manifest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from index.errors import SnapshotError
from qa.answer import Query, SnapshotInfo

from .service import AnswerService

logger = logging.getLogger(__name__)

_PROBE = Query("migration", k=1, mode="passages")


class Readiness:
    """`verify` reads every file of a snapshot and raises SnapshotError; it runs once for each, in a thread.

    Thread safe. A snapshot counts as sound until the reading ends: opening checked its manifest and sizes.
    """

    def __init__(self, answers: AnswerService, verify: Callable[[str], None]) -> None:
        self._answers, self._verify = answers, verify
        self._lock = threading.Lock()
        self._begun: set[str] = set()
        self._faults: dict[str, SnapshotError] = {}

    def check(self) -> SnapshotInfo:
        """The snapshot that answers. Raises what stands in the way."""
        info = self._answers.snapshot()
        if info.id in self._faults:
            raise self._faults[info.id]
        with self._lock:
            is_new = info.id not in self._begun
            self._begun.add(info.id)
        if is_new:
            self._answers.engine.ask(_PROBE)
            threading.Thread(target=self._examine, args=(info.id,), name="verifier", daemon=True).start()
        return info

    def _examine(self, snapshot_id: str) -> None:
        try:
            self._verify(snapshot_id)
        except SnapshotError as error:
            logger.error("not ready: %s", error)
            self._faults[snapshot_id] = error
