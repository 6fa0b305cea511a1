"""Muhojir's two legs and their plain mix, without the sentence windows: what the rivals' hybrid searches do."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.rivals.collection import Vectors
from benchmarks.rivals.engines import muhojir
from benchmarks.rivals.runner import Hit, main
from index.fusion import mix
from index.ports import Filters
from qa.answer import Query
from qa.question import understand


class Legs(muhojir.Searching):
    def search(self, text: str, vector: Vectors, k: int) -> list[Hit]:
        terms = understand(Query(text), self.glossary).terms
        found = self.index.search(terms, vector, Filters(), self.policy.depth)
        order = np.argsort(-mix(found.lexical, found.dense, self.policy.fused_dense), kind="stable")
        stored = self.index.fetch(found.keys[order[:k]].tolist())
        return [(one.document.id, one.passage.text) for one in stored]


def reopen(folder: Path) -> Legs:
    return Legs(muhojir.opened(folder))


if __name__ == "__main__":
    main(muhojir.Building, reopen)
