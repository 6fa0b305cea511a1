"""Which documents are copies of one text? Republished articles count as one source, however the pages around differ.

MinHash over shingles of words (Broder 1997), by datasketch; candidates are then compared exactly, so the estimate
never makes a copy. Texts in different languages are no copies of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from corpus.document import Document

SHINGLE = 5  # words; short enough to survive small edits, long enough that a common phrase is no evidence
PERMUTATIONS = 128  # standard error 1/sqrt(128) = .09 of a Jaccard estimate
CANDIDATE = 0.3  # Jaccard at which a pair is looked at; a copy inside a text three times as long has about that
COPIED = 0.8  # share of the shorter text's shingles that the longer one must hold
MARGIN = 0.18  # four standard errors of an estimate near .5; a pair further below a copy's Jaccard is not compared
SHINGLES_MIN = 20  # a text of fewer is a note; two notes agree by chance

_LOW = 2**32 - 1  # datasketch's affine scheme takes 32 bits of a hash
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Ids of documents that hold one text, sorted; `share` is the smallest overlap that tied two of them."""

    ids: tuple[str, ...]
    share: float


def copy_groups(documents: Iterable[Document]) -> list[CopyGroup]:
    """Groups of two and more, ordered by their first id. Digests are in our own words and copies of nothing."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=CANDIDATE, num_perm=PERMUTATIONS)
    empty = MinHash(num_perm=PERMUTATIONS, hashfunc=_LOW.__and__)
    seen: dict[str, tuple[frozenset[int], MinHash]] = {}
    groups = _Groups()
    for document in documents:
        own = frozenset() if document.record.digest else shingles_of(visible_text(document))
        if len(own) < SHINGLES_MIN:
            continue
        sketch = empty.copy()
        sketch.update_batch(own)
        for other in sorted(map(str, index.query(sketch))):
            if groups.tied(document.id, other):  # of a thousand copies, each is compared with one
                continue
            theirs, their_sketch = seen[other]
            if sketch.jaccard(their_sketch) + MARGIN >= _least_jaccard(len(own), len(theirs)):
                groups.tie(document.id, other, overlap(own, theirs))
        index.insert(document.id, sketch)
        seen[document.id] = own, sketch
    return groups.found()


def sources_of(groups: Iterable[CopyGroup], documents: Mapping[str, tuple[datetime, str]]) -> dict[str, str]:
    """Each copy and its source: that of the member added first. `documents` gives, by id, when one was added and
    its own source (itself, or what it translates); translations keep theirs.
    """
    sources: dict[str, str] = {}
    for group in groups:
        first = min(group.ids, key=lambda name: (documents[name][0], name))
        for name in group.ids:
            if documents[name][1] == name and name != first:
                sources[name] = documents[first][1]
    return sources


def visible_text(document: Document) -> str:
    """The text without its hidden stretches."""
    parts, at = [], 0
    for span in document.hidden:
        parts.append(document.text[at : span.start])
        at = max(at, span.end)
    return "".join([*parts, document.text[at:]])


def shingles_of(text: str) -> frozenset[int]:
    """Runs of SHINGLE words, as hashes of 64 bits that are the same in every process."""
    words = [crc32(word.encode()) for word in _WORD.findall(text.lower())]
    return frozenset(map(hash, zip(*(words[at:] for at in range(SHINGLE)), strict=False)))


def overlap(one: frozenset[int], two: frozenset[int]) -> float:
    """Share of the smaller set that the other holds; 0 when either is empty."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def _least_jaccard(one: int, two: int) -> float:
    """Of two sets of these sizes, the smaller of which is held by the other as far as a copy's must be."""
    shared = COPIED * min(one, two)
    return shared / (one + two - shared)


class _Groups:
    def __init__(self) -> None:
        self._members: dict[str, set[str]] = {}
        self._shares: dict[tuple[str, str], float] = {}

    def tied(self, one: str, two: str) -> bool:
        return one in self._members and self._members[one] is self._members.get(two)

    def tie(self, one: str, two: str, share: float) -> None:
        if share < COPIED:
            return
        small, joined = sorted((self._members.get(one, {one}), self._members.get(two, {two})), key=len)
        joined |= small
        self._members |= dict.fromkeys(small | {one, two}, joined)
        self._shares[one, two] = share

    def found(self) -> list[CopyGroup]:
        shares: dict[int, float] = {}
        for (one, _), share in self._shares.items():
            group = id(self._members[one])
            shares[group] = min(share, shares.get(group, 1.0))
        groups = {id(members): members for members in self._members.values()}
        found = [CopyGroup(tuple(sorted(members)), shares[group]) for group, members in groups.items()]
        return sorted(found, key=lambda group: group.ids)
