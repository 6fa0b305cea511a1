"""Which documents are copies of one text? Republished articles count as one source, however the pages around differ.

MinHash over shingles of words (Broder 1997), by datasketch; candidates are then compared exactly, so the estimate
never decides. Texts in different languages are no copies of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from corpus.document import Document

SHINGLE = 5  # words; short enough to survive small edits, long enough that a common phrase is no evidence
PERMUTATIONS = 128  # standard error 1/sqrt(128) = .09 of a Jaccard estimate
CANDIDATE = 0.3  # Jaccard at which a pair is looked at; a copy inside a text three times as long has about that
COPIED = 0.8  # share of the shorter text's shingles that the longer one must hold
SHINGLES_MIN = 20  # a text of fewer is a note; two notes agree by chance

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
    shingles: dict[str, frozenset[bytes]] = {}
    groups = _Groups()
    for document in documents:
        own = frozenset() if document.record.digest else shingles_of(visible_text(document))
        if len(own) < SHINGLES_MIN:
            continue
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch(list(own))
        for other in index.query(sketch):
            groups.tie(document.id, str(other), overlap(own, shingles[str(other)]))
        index.insert(document.id, sketch)
        shingles[document.id] = own
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


def shingles_of(text: str) -> frozenset[bytes]:
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[at : at + SHINGLE]).encode() for at in range(len(words) - SHINGLE + 1))


def overlap(one: frozenset[bytes], two: frozenset[bytes]) -> float:
    """Share of the smaller set that the other holds; 0 when either is empty."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


class _Groups:
    def __init__(self) -> None:
        self._members: dict[str, set[str]] = {}
        self._shares: dict[frozenset[str], float] = {}

    def tie(self, one: str, two: str, share: float) -> None:
        if share < COPIED:
            return
        joined = self._members.get(one, {one}) | self._members.get(two, {two})
        for member in joined:
            self._members[member] = joined
        self._shares[frozenset((one, two))] = share

    def found(self) -> list[CopyGroup]:
        groups = {tuple(sorted(members)) for members in self._members.values()}
        return [
            CopyGroup(ids, min(share for pair, share in self._shares.items() if pair <= set(ids)))
            for ids in sorted(groups)
        ]
