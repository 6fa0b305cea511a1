"""Text -> token ids of multilingual-e5-small's Unigram vocabulary, without parsing its tokenizer.json first.

The 250,000 pieces are read from two flat files into one dict (0.16 s instead of 1.2 s) and segmented by the Viterbi
rule of the `tokenizers` library: the ids are equal to the full tokenizer's; a test holds them together. Only in a
word of more than LONGEST_WORD characters may they differ, where equally good segmentations exist.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers.normalizers import NFKC

from index.weights import Vocabulary

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3  # ids of <s>, <pad>, </s>, <unk> in XLM-R's vocabulary
WORD_START = "\N{LOWER ONE EIGHTH BLOCK}"  # sentencepiece's mark in place of the space before a word
UNKNOWN_PENALTY = 10.0  # below the least likely piece; the constant of sentencepiece and of `tokenizers`
WORDS_CACHED = 1 << 15  # words repeat: a corpus of 10,000 passages has about 60,000 different ones, most of them once
LONGEST_CACHED = 64  # characters; keeps the cache under 10 MB whatever is fed to it
LONGEST_WORD = 1 << 14  # characters; twice what 510 pieces of at most 16 characters hold

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r"<(?=(?:s|/s|pad|unk|mask)>)")


def well_formed(text: str) -> str:
    """`text` that every runtime reads alike: no lone surrogates, and no spelled-out special token."""
    return _SPECIAL.sub("< ", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text))


def write_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    (folder / "pieces.txt").write_text("\n".join(vocabulary.pieces), encoding="utf-8", newline="")
    np.save(folder / "scores.npy", vocabulary.scores)
    table = beyond_nfkc(vocabulary.normalization)
    (folder / "normalization.json").write_text(json.dumps(table, sort_keys=True), encoding="utf-8")


def beyond_nfkc(normalization: Mapping[str, str]) -> dict[str, str]:
    """The entries of a map of single characters that NFKC does not already make: removals and odd spaces."""
    nfkc = NFKC()
    return {a: b for a, b in normalization.items() if nfkc.normalize_str(a) != b}


class UnigramTokenizer:
    """Thread safe. Words are separated by white space; a word's ids do not depend on its neighbours."""

    def __init__(self, folder: Path) -> None:
        pieces = (folder / "pieces.txt").read_bytes().decode().split("\n")
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores: list[float] = np.load(folder / "scores.npy").tolist()
        self._longest = max(map(len, pieces))
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        self._table = str.maketrans(json.loads((folder / "normalization.json").read_text(encoding="utf-8")))
        self._nfkc = NFKC()
        self._cached = lru_cache(WORDS_CACHED)(self._segment)

    def encode(self, text: str, limit: int) -> list[int]:
        """Token ids between <s> and </s>, at most `limit` with them; a text without words gives just these two."""
        ids = [BEGIN]
        for word in self._words(text):
            ids += self._ids_of(word)
            if len(ids) >= limit:
                break
        return [*ids[: limit - 1], END]

    def count_words(self, text: str) -> list[tuple[str, int]]:
        """Each word of the text as it is read, and how many tokens it has."""
        return [(word.removeprefix(WORD_START), len(self._ids_of(word))) for word in self._words(text)]

    def _words(self, text: str) -> Iterator[str]:
        normal = self._nfkc.normalize_str(well_formed(text).translate(self._table))
        for word in normal.split():
            yield WORD_START + word[: LONGEST_WORD - 1]
            for at in range(LONGEST_WORD - 1, len(word), LONGEST_WORD):
                yield word[at : at + LONGEST_WORD]

    def _ids_of(self, word: str) -> list[int]:
        return self._cached(word) if len(word) <= LONGEST_CACHED else self._segment(word)

    def _segment(self, word: str) -> list[int]:
        """The most likely pieces of one word; a run of unknown characters makes one <unk>."""
        start, piece = self._lattice(word)
        ids: list[int] = []
        end = len(word)
        while end:
            if not (piece[end] == UNKNOWN and ids and ids[-1] == UNKNOWN):
                ids.append(piece[end])
            end = start[end]
        return ids[::-1]

    def _lattice(self, word: str) -> tuple[list[int], list[int]]:
        """For every position: where the last piece of the best path to it starts, and that piece's id."""
        size = len(word)
        best, start, piece = [0.0] + [-math.inf] * size, [0] * (size + 1), [UNKNOWN] * (size + 1)
        for begin in range(size):
            for end in range(begin + 1, min(begin + self._longest, size) + 1):
                found = self._ids.get(word[begin:end])
                if found is not None:
                    gain = self._scores[found]
                elif end == begin + 1:
                    found, gain = UNKNOWN, self._unknown_score
                else:
                    continue
                if best[begin] + gain > best[end]:
                    best[end], start[end], piece[end] = best[begin] + gain, begin, found
                if found == UNKNOWN:
                    break  # every character of a piece is a piece itself, so none starts with an unknown one
        return start, piece
