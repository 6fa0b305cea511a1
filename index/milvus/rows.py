"""Passages and documents as rows of the engine, and back. Pure.

A row carries what a candidate is judged by: the passage's words and spans, its int8 vector with those of its windows
(as the embedded index holds them), and its term counts, from which exact BM25 scores are computed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage, Span
from corpus.metadata import date_interval, record_from_json, record_to_json

from ..lexical_bm25 import K1, B, term_hashes
from ..ports import DocumentCard, Vectors
from .client import Row
from .filters import UNDATED_FIRST, UNDATED_LAST

PASSAGE_FIELDS = ("key", "document_id", "written_in", "body", "vectors", "counts")
CARD_FIELDS = ("id", "version", "body")

_PIECE = 16_000  # characters; at most 64,000 of the 65,535 bytes that a VARCHAR holds
_TERMS = 2**32 - 1  # dimensions of a sparse vector
_COUNTED = np.dtype([("term", "<u4"), ("count", "<u2")])
_MOST = int(np.iinfo(np.uint16).max)

Terms = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Counts:
    """The terms of one passage, ascending, and how often each stands there; `length` counts all of them."""

    terms: Terms
    often: NDArray[np.uint16]
    length: int


@dataclass(frozen=True, slots=True)
class HeldPassage:
    """A passage as read back. `vectors`: float32 (1 + windows, dimension), the passage's own first."""

    key: int
    passage: Passage
    vectors: Vectors
    counts: Counts


def passage_key(document_id: str, ordinal: int) -> int:
    """63 bits of a hash: writing a document again meets its own rows. Of ten million, two collide once in 180,000."""
    digest = hashlib.blake2b(f"{document_id}#{ordinal}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def term_keys(terms: Sequence[str]) -> Terms:
    """Dimensions of the sparse vectors. Of two million terms, one in two thousand shares its own with another."""
    return (term_hashes(terms) % np.uint64(_TERMS)).astype(np.uint32)


def counts_of(terms: Sequence[str]) -> Counts:
    often = Counter(term_keys(terms).tolist())
    keys = np.array(sorted(often), dtype=np.uint32)
    values = np.array([min(often[key], _MOST) for key in keys.tolist()], dtype=np.uint16)
    return Counts(keys, values, len(terms))


def lexical_weights(counts: Counts, mean_length: float) -> NDArray[np.float32]:
    """tf (k1 + 1) / (tf + k1 (1 - b + b dl / avgdl)) of each term: BM25 without the question's part."""
    often = counts.often.astype(np.float32)
    norm = K1 * (1 - B + B * counts.length / max(mean_length, 1e-9))
    return np.asarray(often * (K1 + 1) / (often + norm), dtype=np.float32)


def passage_row(card: DocumentCard, passage: Passage, vectors: Vectors, counts: Counts) -> Row:
    """`vectors` are the passage's own and those of its windows."""
    return {
        "key": passage_key(passage.document_id, passage.ordinal),
        "document_id": passage.document_id,
        "written_in": passage.language,
        **_filtered(card),
        "body": pieces(_body(passage)),
        "vectors": pieces(_quantized(vectors)),
        "counts": pieces(_counted(counts)),
        "dense": vectors[0].tolist(),
    }


def sparse_row(counts: Counts, mean_length: float) -> dict[int, float]:
    """Sparse vector of a passage; one without any term, which no question can find, holds a term that nobody asks."""
    weights = lexical_weights(counts, mean_length)
    return dict(zip(counts.terms.tolist(), weights.tolist(), strict=True)) or {_TERMS - 1: 1e-6}


def held_passage(row: Row, dimension: int) -> HeldPassage:
    """The inverse of `passage_row`."""
    return HeldPassage(row["key"], _passage(row), _dequantized(row["vectors"], dimension), read_counts(row["counts"]))


def document_row(card: DocumentCard, revision: int) -> Row:
    body = {"name": card.name, "record": record_to_json(card.record)}
    return {
        "id": card.id,
        "version": card.version,
        "revision": revision,
        "repeats": card.record.translation_of or card.record.copy_of,
        **_filtered(card),
        "body": pieces(json.dumps({**body, "language": card.language}, ensure_ascii=False)),
        "unused": [0.0, 0.0],
    }


def card_of(row: Row) -> DocumentCard:
    """The inverse of `document_row`."""
    body = json.loads("".join(row["body"]))
    return DocumentCard(row["id"], row["version"], body["name"], body["language"], record_from_json(body["record"]))


def read_counts(parts: Sequence[str]) -> Counts:
    data = base64.b64decode("".join(parts))
    records = np.frombuffer(data, dtype=_COUNTED, offset=4)
    return Counts(records["term"].copy(), records["count"].copy(), int.from_bytes(data[:4], "little"))


def _filtered(card: DocumentCard) -> Row:
    record = card.record
    days = date_interval(record.published.value) if record.published else (UNDATED_FIRST, UNDATED_LAST)
    return {
        "language": card.language,
        "publisher": record.publisher,
        "source_type": record.source_type,
        "topics": list(record.topics),
        "first_day": days[0],
        "last_day": days[1],
    }


def _body(passage: Passage) -> str:
    return json.dumps(
        {
            "version": passage.version,
            "ordinal": passage.ordinal,
            "span": _edges((passage.span,)),
            "heading": passage.heading,
            "page": passage.page,
            "sentences": _edges(passage.sentences),
            "windows": _edges(passage.windows),
            "text": passage.text,
        },
        ensure_ascii=False,
    )


def _passage(row: Row) -> Passage:
    body: dict[str, Any] = json.loads("".join(row["body"]))
    (span,) = _spans(body["span"])
    return Passage(
        row["document_id"], body["version"], body["ordinal"], span, body["text"], row["written_in"],
        tuple(body["heading"]), body["page"], _spans(body["sentences"]), _spans(body["windows"]),
    )  # fmt: skip


def _edges(spans: Sequence[Span]) -> list[int]:
    return [edge for span in spans for edge in (span.start, span.end)]


def _spans(edges: Sequence[int]) -> tuple[Span, ...]:
    return tuple(map(Span, edges[::2], edges[1::2]))


def _counted(counts: Counts) -> str:
    records = np.empty(len(counts.terms), dtype=_COUNTED)
    records["term"], records["count"] = counts.terms, counts.often
    return base64.b64encode(counts.length.to_bytes(4, "little") + records.tobytes()).decode("ascii")


def _quantized(vectors: Vectors) -> str:
    """As index/quantized.py: one scale and int8 components a row, so both backends give equal cosines."""
    records = np.empty(len(vectors), dtype=_quantized_rows(vectors.shape[1]))
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-12) / 127
    records["scale"], records["row"] = scales, np.rint(vectors / scales[:, None])
    return base64.b64encode(records.tobytes()).decode("ascii")


def _dequantized(parts: Sequence[str], dimension: int) -> Vectors:
    records = np.frombuffer(base64.b64decode("".join(parts)), dtype=_quantized_rows(dimension))
    return np.asarray(records["row"].astype(np.float32) * records["scale"][:, None], dtype=np.float32)


def _quantized_rows(dimension: int) -> np.dtype[Any]:
    return np.dtype([("scale", "<f4"), ("row", "i1", (dimension,))])


def pieces(text: str) -> list[str]:
    """`text` cut so that each part fits a VARCHAR; none for an empty one."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
