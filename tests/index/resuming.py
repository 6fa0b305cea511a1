"""A builder that dies while it encodes, for a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from index.build import build
from index.encoder import HashingEncoder
from index.ports import AskedTokens, Role, Vectors
from index.store import SnapshotStore
from index.token_cache import remembering
from index.token_head import TokenCodes
from tests.crash.letters import LetterReader
from tests.index.samples import NOON, POLICY, MemoryCorpus, document

CORPUS = MemoryCorpus(
    document(f"note{place}", f"Note {place} is on quotas. Page {place} tells of fees. Line {place} names a consul.")
    for place in range(30)
)


class Recorder(LetterReader):
    """Writes down every text that it encodes; the call after the `last` one ends the process as `kill -9` does."""

    def __init__(self, path: Path, last: int = 1_000_000) -> None:
        super().__init__(64)
        self._path, self._left = path, last

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self._record(texts)
        return super().encode(texts, role)

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        self._record(texts)
        return HashingEncoder.encode(self, texts, "passage"), [self._codes(text) for text in texts]

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        raise NotImplementedError

    def _record(self, texts: Sequence[str]) -> None:
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\0" for text in texts)


def index(folder: Path, recorder: Recorder, tokens: bool) -> None:
    """Index CORPUS in `folder`, with its own vector cache."""
    cached = remembering(recorder, recorder, folder / "vectors.sqlite", batch=8)
    for _ in build(CORPUS, SnapshotStore(folder / "home"), cached, POLICY, clock=lambda: NOON, tokens=tokens):
        pass
    cached.close()
