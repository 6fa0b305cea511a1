"""The token codes of a segment's passages on disk: how each token of a passage reads, and in which sentence it stands.

About 64 bytes a token. Memory-mapped: only the tokens of the candidates looked at are read.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .ports import PassageTokens
from .token_head import SCALE, TokenCodes

NO_SENTENCE = 255  # a token of the title, of a heading or between sentences; no passage has so many sentences
_CODES, _SENTENCES, _OFFSETS, _HEAD = "token_codes.bin", "token_sentences.bin", "token_offsets.bin", "token_head.txt"

Places = NDArray[np.uint8]


class TokenTable:
    """The opened files of a segment. `head`: the revision of the projection that made the codes."""

    def __init__(self, folder: Path) -> None:
        self.head = (folder / _HEAD).read_text(encoding="ascii")
        self._offsets = np.fromfile(folder / _OFFSETS, dtype=np.int64)
        self._sentences: Places = _mapped(folder / _SENTENCES)
        codes = _mapped(folder / _CODES).view(np.int8)
        tokens = int(self._offsets[-1])
        self._codes = codes.reshape(tokens, len(codes) // tokens if tokens else 1)

    @classmethod
    def open(cls, folder: Path) -> TokenTable | None:
        """None for a segment that was built without token codes."""
        return cls(folder) if (folder / _HEAD).exists() else None

    def tokens(self, row: int) -> PassageTokens:
        here = slice(*self._offsets[row : row + 2].tolist())
        return PassageTokens(self._codes[here] * np.float32(1 / SCALE), self._sentences[here])


class TokenTableWriter:
    """Appends passages' tokens; `close` leaves files that TokenTable opens."""

    def __init__(self, folder: Path, head: str) -> None:
        self._folder, self._head = folder, head
        self._codes, self._sentences = (folder / _CODES).open("wb"), (folder / _SENTENCES).open("wb")
        self._offsets = array("q", [0])

    def append(self, codes: Sequence[TokenCodes], places: Sequence[Places]) -> None:
        """One entry a passage: codes (tokens, width), and each token's sentence or NO_SENTENCE."""
        for rows, sentences in zip(codes, places, strict=True):
            self._codes.write(np.ascontiguousarray(rows).data)
            self._sentences.write(sentences.data)
            self._offsets.append(self._offsets[-1] + len(rows))

    def close(self) -> None:
        self._codes.close()
        self._sentences.close()
        (self._folder / _OFFSETS).write_bytes(self._offsets.tobytes())
        (self._folder / _HEAD).write_text(self._head, encoding="ascii")


def sentence_places(above: int, counts: Sequence[int], total: int) -> Places:
    """The sentence of each of a text's `total` tokens, of which `above` stand before the passage and then `counts` in
    each sentence. Where a piece crosses a border the sums differ by one or two: the last token gives way."""
    places = np.concatenate([np.full(above, NO_SENTENCE), np.repeat(np.arange(len(counts)), counts)])[:total]
    missing = np.full(total - len(places), len(counts) - 1 if counts else NO_SENTENCE)
    return np.concatenate([places, missing]).astype(np.uint8)


def _mapped(path: Path) -> NDArray[np.uint8]:
    return np.asarray(np.memmap(path, dtype=np.uint8, mode="r")) if path.stat().st_size else np.empty(0, np.uint8)
