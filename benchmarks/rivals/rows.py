"""The rivals: one row here, one file in engines/, one in requirements/."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`module` below engines/. `package`: whose version is shown; empty for ourselves, who need no environment.
    `index_of`: the row whose index it searches, its own by default. `largest`: passages it is given at most.
    `plain`: it is among those that a person would pick for hybrid search, the bar of the ratios."""

    name: str
    module: str
    package: str = ""
    python: str = "python3"
    index_of: str = ""
    largest: int = 1_000_000
    plain: bool = False


ROWS = (
    Row("Muhojir", "muhojir"),
    Row("Muhojir, two legs only", "muhojir_legs", index_of="muhojir"),
    Row("txtai", "txtai", "txtai", plain=True),
    Row("LanceDB", "lancedb", "lancedb", plain=True),
    Row("Haystack", "haystack", "haystack-ai", plain=True, largest=10_000),  # half a second a question at 10,000
    Row("Chroma (vectors only)", "chroma", "chromadb"),
    Row("bm25s (words only)", "bm25s", "bm25s"),
    Row("tutorial script", "script", "rank-bm25"),
)
