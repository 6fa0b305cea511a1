"""LanceDB's hybrid search with its vector index, which its documentation advises from about a million rows on."""

from __future__ import annotations

from pathlib import Path

from lancedb import connect
from lancedb.index import IvfPq

from benchmarks.rivals.collection import Collection
from benchmarks.rivals.engines import lancedb
from benchmarks.rivals.runner import main


class Indexed(lancedb.LanceDb):
    def finish(self) -> None:
        self.table.create_index("vector", config=IvfPq(distance_type="cosine"))
        super().finish()


def create(folder: Path, collection: Collection) -> Indexed:
    return Indexed(lancedb.create(folder, collection).table)


def reopen(folder: Path) -> Indexed:
    return Indexed(connect(folder).open_table("passages"))


if __name__ == "__main__":
    main(create, reopen)
