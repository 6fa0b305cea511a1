"""A text's shingles, and the sketch that is kept of them so that its copies are found without reading it again.

MinHash over shingles of words (Broder 1997), by datasketch. Sketches are kept in corpus.sqlite: other constants here
make other sketches, so a change of one empties the tables of sketches and overlaps, in a new format of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

from corpus.document import Document

SHINGLE = 5  # words; short enough to survive small edits, long enough that a common phrase is no evidence
SHINGLES_MIN = 20  # a text of fewer is a note; two notes agree by chance
PERMUTATIONS = 128  # standard error 1/sqrt(128) = .09 of a Jaccard estimate

_LOW = 2**32 - 1  # datasketch's affine scheme takes 32 bits of a hash
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """`shingles` is how many different ones the text has, `minhash` PERMUTATIONS uint32, least byte first; b"" of a
    note, which is no copy of anything."""

    shingles: int
    minhash: bytes


def sketch_of(document: Document) -> Sketch:
    from datasketch import MinHash

    own = shingles_of(document)
    if len(own) < SHINGLES_MIN:
        return Sketch(len(own), b"")
    minhash = MinHash(num_perm=PERMUTATIONS, hashfunc=_LOW.__and__, scheme="affine32")
    minhash.update_batch(own)
    return Sketch(len(own), minhash.hashvalues.astype("<u4").tobytes())


def shingles_of(document: Document) -> frozenset[int]:
    """Runs of SHINGLE visible words, as hashes of 64 bits that are the same in every process."""
    words = [crc32(word.encode()) for word in _WORD.findall(_visible_text(document).lower())]
    return frozenset(map(hash, zip(*(words[at:] for at in range(SHINGLE)), strict=False)))


def overlap(one: frozenset[int], two: frozenset[int]) -> float:
    """Share of the smaller set that the other holds; 0 when either is empty."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def _visible_text(document: Document) -> str:
    parts, at = [], 0
    for span in document.hidden:
        parts.append(document.text[at : span.start])
        at = max(at, span.end)
    return "".join([*parts, document.text[at:]])
