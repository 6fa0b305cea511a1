"""The three collections of one generation: passages, documents, statistics. Imports the engine's client when called.

Strings of any length are kept as arrays of pieces, since one VARCHAR holds 65,535 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .client import Client

# Milvus counts bytes, an id has at most 200 ASCII characters; publishers and topics are lines, up to 4 bytes a letter.
_ID_BYTES, _LINE_BYTES, _TOPICS = 256, 4_096, 256
_PIECE_BYTES, _PIECES = 65_535, 256
# Milvus's own middle of the road; what they reach with the search effort of passage_index.py stands in docs/scale.md.
_LINKS, _BUILD_EFFORT = 16, 128

_SCALARS = ("document_id", "publisher", "source_type", "language", "written_in", "first_day", "last_day")


@dataclass(frozen=True, slots=True)
class Generation:
    """The collections that belong together; the alias points to `passages`."""

    name: str

    @property
    def passages(self) -> str:
        return f"{self.name}_passages"

    @property
    def documents(self) -> str:
        return f"{self.name}_documents"

    @property
    def statistics(self) -> str:
        return f"{self.name}_statistics"

    @classmethod
    def of(cls, passages: str) -> Generation:
        return cls(passages.removesuffix("_passages"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a generation is spread: `shards` take writes side by side, each of `replicas` holds all for reading."""

    shards: int = 1
    replicas: int = 1


def create(client: Client, generation: Generation, dimension: int, layout: Layout) -> None:
    """Makes and loads the empty collections, passages last: their presence says that the generation is whole."""
    client.create(generation.statistics, *_statistics(), layout.shards, layout.replicas)
    client.create(generation.documents, *_documents(), layout.shards, layout.replicas)
    client.create(generation.passages, *_passages(dimension, client.has_sparse), layout.shards, layout.replicas)


def load(client: Client, generation: Generation, layout: Layout) -> None:
    for name in (generation.statistics, generation.documents, generation.passages):
        client.load(name, layout.replicas)


def drop(client: Client, generation: Generation) -> None:
    for name in (generation.passages, generation.documents, generation.statistics):
        client.drop(name)


def _passages(dimension: int, has_sparse: bool) -> tuple[Any, Any]:
    from pymilvus import DataType

    schema, indexes = _empty()
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("document_id", DataType.VARCHAR, max_length=_ID_BYTES)
    schema.add_field("written_in", DataType.VARCHAR, max_length=8)
    _add_filtered(schema)
    for name in ("body", "vectors", "counts"):
        _add_pieces(schema, name)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
    graph = {"M": _LINKS, "efConstruction": _BUILD_EFFORT}
    indexes.add_index("dense", index_type="HNSW", metric_type="IP", params=graph)
    if has_sparse:
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
        for name in _SCALARS:
            indexes.add_index(name, index_type="INVERTED", params={})
    return schema, indexes


def _documents() -> tuple[Any, Any]:
    from pymilvus import DataType

    schema, indexes = _empty()
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=_ID_BYTES)
    schema.add_field("version", DataType.VARCHAR, max_length=64)
    schema.add_field("revision", DataType.INT64)
    schema.add_field("repeats", DataType.VARCHAR, max_length=_ID_BYTES)
    _add_filtered(schema)
    _add_pieces(schema, "body")
    return _with_unused_vector(schema, indexes)


def _statistics() -> tuple[Any, Any]:
    from pymilvus import DataType

    schema, indexes = _empty()
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("count", DataType.INT64)
    _add_pieces(schema, "value")
    return _with_unused_vector(schema, indexes)


def _empty() -> tuple[Any, Any]:
    from pymilvus import MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    return schema, MilvusClient.prepare_index_params()


def _add_filtered(schema: Any) -> None:
    """The fields that filters name: equal in documents and in passages."""
    from pymilvus import DataType

    schema.add_field("language", DataType.VARCHAR, max_length=8)
    schema.add_field("publisher", DataType.VARCHAR, max_length=_LINE_BYTES)
    schema.add_field("source_type", DataType.VARCHAR, max_length=64)
    schema.add_field("topics", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=_TOPICS,
                     max_length=_LINE_BYTES)  # fmt: skip
    schema.add_field("first_day", DataType.INT64)
    schema.add_field("last_day", DataType.INT64)


def _add_pieces(schema: Any, name: str) -> None:
    """Read only for candidates, so it stays on disk where the engine can map it."""
    from pymilvus import DataType

    schema.add_field(name, DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=_PIECES,
                     max_length=_PIECE_BYTES, mmap_enabled=True)  # fmt: skip


def _with_unused_vector(schema: Any, indexes: Any) -> tuple[Any, Any]:
    """Milvus takes no collection without a vector."""
    from pymilvus import DataType

    schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)
    indexes.add_index("unused", index_type="FLAT", metric_type="IP", params={})
    return schema, indexes
