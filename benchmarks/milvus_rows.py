"""How large is a passage in the engine? `python -m benchmarks.milvus_rows HOME`: the mean bytes of each field."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from index.contents import Contents
from index.milvus.rows import counts_of, passage_row
from index.segment import passage_terms
from index.store import SnapshotStore


def main() -> None:
    snapshots = SnapshotStore(Path(sys.argv[1]))
    manifest = snapshots.manifest(snapshots.current_id())
    sizes: dict[str, list[int]] = {"windows": [], "terms": [], "body": [], "vectors": [], "counts": []}
    for document in Contents(manifest, snapshots.segments).documents():
        for own, stored, windows in zip(document.vectors, document.passages, document.windows, strict=True):
            counts = counts_of(passage_terms(stored.passage))
            row = passage_row(document.card, stored.passage, np.vstack([own, windows]), counts)
            sizes["windows"].append(len(windows))
            sizes["terms"].append(len(counts.terms))
            for field in ("body", "vectors", "counts"):
                sizes[field].append(sum(len(piece.encode()) for piece in row[field]))
    dimension = manifest.recipe.encoder.dimension
    print(f"{len(sizes['terms'])} passages, {dimension} dimensions, dense {4 * dimension} bytes")
    print({field: round(float(np.mean(values))) for field, values in sizes.items()})


if __name__ == "__main__":
    main()
