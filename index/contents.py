"""What does a snapshot hold? Its live documents with passages and vectors, for whoever copies it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .manifest import Manifest
from .ports import DocumentCard, StoredPassage, Vectors
from .segment import Segment


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One live document. `vectors`: float32 (len(passages), dimension), the passages' own, as they are stored;
    `windows`: those of the windows of each passage."""

    card: DocumentCard
    revision: int
    passages: Sequence[StoredPassage]
    vectors: Vectors
    windows: Sequence[Vectors]


class Contents:
    """Reads `manifest`'s segments below `folder`; keys in it are rows of their segment."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        dimension = manifest.recipe.encoder.dimension
        self._parts = [(Segment(folder / info.id, dimension), frozenset(info.masked)) for info in manifest.segments]

    def documents(self) -> Iterator[StoredDocument]:
        """Every live document once."""
        for segment, masked in self._parts:
            for ordinal in range(len(segment.table.documents)):
                if ordinal not in masked:
                    yield _document(segment, ordinal)

    def sample(self, count: int, random: np.random.Generator) -> list[StoredDocument]:
        """`count` live documents, or all when there are fewer."""
        live = [(place, ordinal) for place, (segment, masked) in enumerate(self._parts)
                for ordinal in range(len(segment.table.documents)) if ordinal not in masked]  # fmt: skip
        order = random.permutation(len(live))[:count].tolist()
        return [_document(self._parts[place][0], ordinal) for place, ordinal in map(live.__getitem__, order)]

    def mean_length(self) -> float:
        """Terms of a live passage."""
        words = passages = 0
        for segment, masked in self._parts:
            live = (segment.table.rows_of(one) for one in range(len(segment.table.documents)) if one not in masked)
            for rows in live:
                words += int(segment.lexical.lengths[rows.start : rows.stop].sum(dtype=np.int64))
                passages += len(rows)
        return words / max(passages, 1)


def _document(segment: Segment, ordinal: int) -> StoredDocument:
    rows = segment.table.rows_of(ordinal)
    vectors = segment.vectors.take(slice(rows.start, rows.stop))
    (card,) = segment.table.cards([ordinal])
    passages, windows = segment.stored(rows, 0), segment.windows(rows)
    return StoredDocument(card, segment.table.revisions[ordinal], passages, vectors, windows)
