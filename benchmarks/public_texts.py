"""Public collections that something is taught with, as their files have them (BEIR's layout).

`qa.evaluation.dataset` reads the same folders for scoring; here the answers of XQuAD's questions are kept too.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.clean import clean


@dataclass(frozen=True, slots=True)
class Asked:
    """`home`: the text that answers; `answers`: its parts that do, none where the collection does not say."""

    text: str
    home: str
    answers: tuple[str, ...]


def texts(folder: Path) -> dict[str, str]:
    return {row["_id"]: clean(row["text"]) for row in _rows(folder / "corpus.jsonl")}


def asked(folder: Path) -> dict[str, Asked]:
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        home = {row["query-id"]: row["corpus-id"] for row in csv.DictReader(file, delimiter="\t")}
    return {
        row["_id"]: Asked(clean(row["text"]), home[row["_id"]], tuple(map(clean, row.get("answers", ()))))
        for row in _rows(folder / "queries.jsonl")
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
