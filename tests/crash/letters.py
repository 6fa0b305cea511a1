"""HashingEncoder as a TokenEncoder: a word is a token, its letters are its code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoder import HashingEncoder
from index.ports import AskedTokens, Vectors
from index.token_head import SCALE, TokenCodes


class LetterReader(HashingEncoder):
    head, width = "letters", 64

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        return self.encode(texts, "passage"), [self._codes(text) for text in texts]

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        rows = self._codes(text) / np.float32(SCALE)
        return self.encode([text], "query")[0], AskedTokens(rows, np.full(len(rows), 1 / max(len(rows), 1), np.float32))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _codes(self, text: str) -> TokenCodes:
        codes = np.zeros((len(text.split()), self.width), np.int8)
        for row, word in zip(codes, text.split(), strict=True):
            for letter in word:
                row[ord(letter) % self.width] = int(SCALE)
        return codes
