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


_MOST = 100_000  # at a million only those run that are made for it

ROWS = (
    Row("Muhojir", "muhojir"),
    Row("Muhojir, two legs only", "muhojir_legs", index_of="muhojir"),
    Row("txtai", "txtai", "txtai", plain=True, largest=_MOST),
    Row("LanceDB", "lancedb", "lancedb", plain=True),
    Row("LanceDB, vector index", "lancedb_index", "lancedb", plain=True),
    Row("haiku.rag", "haiku", "haiku.rag-slim", python="python3.12", plain=True, largest=_MOST),
    Row("Haystack", "haystack", "haystack-ai", plain=True, largest=_MOST),
    Row("Chroma (vectors only)", "chroma", "chromadb", largest=_MOST),
    Row("bm25s (words only)", "bm25s", "bm25s"),
    Row("tutorial script", "script", "rank-bm25", largest=_MOST),
)
