"""Questions with known answers: gold files (JSON lines) and folders in BEIR's layout."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from corpus.clean import clean
from corpus.document import Document, Heading, Record, Span
from corpus.language import detect

from ..errors import InvalidQuery


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One line of a gold file. `evidence`: one tuple per fact, any of its substrings proves the fact."""

    id: str
    question: str
    language: str
    type: str
    answerable: bool
    evidence: tuple[tuple[str, ...], ...]
    answer_patterns: tuple[re.Pattern[str], ...]
    group: str
    abstain_ok: bool
    traps: tuple[str, ...]
    split: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            id=data["id"],
            question=data["question"],
            language=data["lang"],
            type=data["type"],
            answerable=data["answerable"],
            evidence=tuple(tuple(map(folded, alternatives)) for alternatives in data.get("evidence", [])),
            answer_patterns=tuple(re.compile(pattern, re.I) for pattern in data.get("answer_regex", [])),
            group=data.get("group") or data["id"],
            abstain_ok=bool(data.get("abstain_ok")),
            traps=_traps(data.get("trap") or []),
            split=data.get("split", ""),
        )


def _traps(given: Any) -> tuple[str, ...]:
    """Texts that must not be served: a string, a list of them, or objects that hold one under "text"."""
    items = given if isinstance(given, list) else [given]
    return tuple(folded(item["text"] if isinstance(item, dict) else item) for item in items)


def folded(text: str) -> str:
    """White space collapsed, the form in which gold texts are compared."""
    return re.sub(r"\s+", " ", text).strip()


def read_gold(path: Path) -> list[GoldQuestion]:
    """The questions of a file, in order. Raises InvalidQuery naming file, line and cause."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                questions.append(GoldQuestion.from_json(json.loads(line)))
            except (KeyError, ValueError, TypeError, re.error) as error:
                raise InvalidQuery(f"{path.name}, line {number}", f"not a gold question ({error!r})") from error
    return questions


@dataclass(frozen=True, slots=True)
class Collection:
    """A BEIR folder in memory; it serves as the corpus that an index is built from."""

    name: str
    documents: dict[str, Document]
    queries: dict[str, str]
    relevant: dict[str, dict[str, float]]

    def live(self) -> dict[str, str]:
        return {identity: document.version for identity, document in self.documents.items()}

    def revisions(self) -> dict[str, int]:
        return dict.fromkeys(self.documents, 0)

    def get(self, document_id: str, version: str | None = None) -> Document:
        """The one version there is."""
        document = self.documents[document_id]
        if version not in (None, document.version):
            raise KeyError(f"{document_id} has no version {version}")
        return document

    def revision(self) -> int:
        return 0


def read_beir(folder: Path) -> Collection:
    """corpus.jsonl, queries.jsonl, qrels.tsv. Queries without a judgement are left out, as BEIR does.

    Raises InvalidQuery when a file is missing or a line is no JSON.
    """
    relevant: dict[str, dict[str, float]] = {}
    with _open(folder / "qrels.tsv") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    documents = {line["_id"]: _document(line) for line in _lines(folder / "corpus.jsonl")}
    queries = {line["_id"]: line["text"] for line in _lines(folder / "queries.jsonl") if line["_id"] in relevant}
    return Collection(folder.name, documents, queries, relevant)


def _open(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8", newline="")
    except FileNotFoundError as error:
        raise InvalidQuery(str(path), "missing; a folder needs corpus.jsonl, queries.jsonl and qrels.tsv") from error


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise InvalidQuery(f"{path.name}, line {number}", f"not JSON ({error})") from error


def _document(line: dict[str, Any]) -> Document:
    """Title, newline, text; the title stands above every passage as a heading does."""
    title, body = clean(line.get("title") or "").strip(), clean(line["text"]).strip()
    text = f"{title}\n{body}" if title else body
    return Document(
        id=line["_id"],
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        name=line["_id"],
        language=detect(text),
        text=text,
        record=Record(),
        headings=(Heading(Span(0, len(title)), 1, title),) if title else (),
    )
