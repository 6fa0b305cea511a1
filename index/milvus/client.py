"""The connection to a Milvus engine: every call is tried again while the engine heals, then fails in our words.

Nothing here knows of passages.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..errors import BackendUnavailable

Row = dict[str, Any]
Result = TypeVar("Result")

# A query node that was killed leaves its replica without answers until its lease ends: 13 s measured (docs/scale.md).
_PATIENCE = 30.0
_ATTEMPT_SECONDS, _FIRST_PAUSE, _LONGEST_PAUSE = 10.0, 0.05, 1.0
_LOAD_SECONDS = 600.0  # a collection of many segments is read from the object store
_PAGE = 1_000  # rows of a scan at once: some 15 MB of passages, a quarter of what one gRPC message may hold
_SPARSE_SINCE = (2, 4)  # the version of Milvus that brought sparse vectors
# Asking again changes nothing: collection, index or alias not there, index already there, parameter not allowed.
_LASTING = frozenset({35, 100, 700, 1100, 1600})


class Client:
    """Thread safe. Every method raises BackendUnavailable when the engine does not answer within half a minute."""

    def __init__(
        self, uri: str, token: str = "", clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._uri, self._clock, self._pause = uri, clock, pause
        self._engine, self._failures = _connected(uri, token)
        self._pool = ThreadPoolExecutor(16, thread_name_prefix="milvus")
        self.version = str(self._call("get_server_version"))

    @property
    def has_sparse(self) -> bool:
        """Can the engine hold sparse vectors, and so the lexical leg?"""
        found = re.search(r"(\d+)\.(\d+)", self.version)
        return found is None or (int(found[1]), int(found[2])) >= _SPARSE_SINCE

    def together(self, asked: Sequence[Callable[[], Result]]) -> list[Result]:
        """The results of independent calls, asked at the same time, in their order."""
        return list(self._pool.map(lambda call: call(), asked))

    def search(self, collection: str, field: str, query: Any, where: str, n: int, **options: Any) -> list[Row]:
        """At most `n` hits, best first: `id`, `distance` and `entity` with the fields asked for."""
        hits = self._call("search", collection, data=[query], anns_field=field, filter=where, limit=n, **options)
        return [{"id": hit.id, "distance": hit.distance, "entity": hit.fields} for hit in hits[0]]

    def query(self, collection: str, where: str, fields: Sequence[str], **options: Any) -> list[Row]:
        """All rows that `where` lets through. It must name few: `scan` is for many."""
        return list(self._call("query", collection, filter=where, output_fields=list(fields), **options))

    def count(self, collection: str, where: str = "", **options: Any) -> int:
        return int(self.query(collection, where, ["count(*)"], **options)[0]["count(*)"])

    def scan(
        self, collection: str, where: str, fields: Sequence[str], *, limit: int = -1, **options: Any
    ) -> Iterator[Row]:
        """The rows that `where` lets through by primary key, at most `limit` of them unless it is negative."""
        size = min(limit, _PAGE) if limit > 0 else _PAGE
        pages = self._call("query_iterator", collection, filter=where, output_fields=list(fields), batch_size=size,
                           limit=limit, **options)  # fmt: skip
        try:
            while rows := self._again("a scan", pages.next):
                yield from rows
        finally:
            pages.close()

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        if rows:
            self._call("upsert", collection, list(rows))

    def delete(self, collection: str, where: str) -> None:
        self._call("delete", collection, filter=where)

    def collections(self) -> list[str]:
        return [str(name) for name in self._call("list_collections")]

    def describe(self, name: str) -> Row | None:
        """The collection of that name or alias with its `properties` and `aliases`; None when there is none."""
        try:
            return dict(self._call("describe_collection", name))
        except _Absent:
            return None

    def create(self, name: str, schema: Any, indexes: Any, shards: int, replicas: int) -> None:
        """Makes a collection and loads it. One made and left half done by a crash is made anew."""
        self.drop(name)
        self._call("create_collection", name, schema=schema, num_shards=shards, consistency_level="Bounded")
        self._call("create_index", name, indexes)
        self.load(name, replicas)

    def load(self, name: str, replicas: int) -> None:
        """Puts a collection into the nodes' memory unless it is there: a restart may have lost it."""
        state = self._call("get_load_state", name)["state"]
        if state.name != "Loaded":
            self._call("load_collection", name, replica_number=replicas, timeout=_LOAD_SECONDS)

    def drop(self, name: str) -> None:
        self._call("drop_collection", name)

    def compact(self, collection: str) -> None:
        self._call("compact", collection)

    def set_properties(self, collection: str, properties: Mapping[str, str]) -> None:
        self._call("alter_collection_properties", collection, properties=dict(properties))

    def point(self, alias: str, collection: str) -> None:
        """Makes the alias name the collection, at once for everybody."""
        verb = "create_alias" if self.describe(alias) is None else "alter_alias"
        self._call(verb, collection, alias)

    def _call(self, verb: str, *values: Any, **options: Any) -> Any:
        method = getattr(self._engine, verb)
        options = {"timeout": _ATTEMPT_SECONDS, **options}
        return self._again(verb, lambda: method(*values, **options))

    def _again(self, what: str, attempt: Callable[[], Result]) -> Result:
        begun, wait = self._clock(), _FIRST_PAUSE
        while True:
            try:
                return attempt()
            except self._failures as error:
                code = getattr(error, "code", None)
                if code in _LASTING:
                    raise _Absent(_message(self._uri, what, error)) from error
                if self._clock() - begun > _PATIENCE:
                    raise BackendUnavailable(_message(self._uri, what, error)) from error
                self._pause(wait)
                wait = min(2 * wait, _LONGEST_PAUSE)


class _Absent(BackendUnavailable):
    """What was named is not in the engine, or the engine will never do what was asked."""


def _connected(uri: str, token: str) -> tuple[Any, tuple[type[Exception], ...]]:
    """The engine's own client, and what it raises."""
    try:
        import grpc
        import pymilvus
    except ModuleNotFoundError as error:
        raise BackendUnavailable(
            f"the backend milvus needs the package {error.name}. Run: pip install 'muhojir[milvus]'"
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs a traceback of each failure that it raises
    failures = (pymilvus.MilvusException, grpc.RpcError)
    try:
        return pymilvus.MilvusClient(uri=uri, token=token, timeout=_ATTEMPT_SECONDS), failures
    except failures as error:
        raise BackendUnavailable(_message(uri, "connecting", error)) from error


def _message(uri: str, what: str, error: Exception) -> str:
    place = re.sub(r"//[^@/]*@", "//***@", uri)
    said = str(getattr(error, "message", "") or error).splitlines()[0]
    return f"Milvus at {place} failed at {what} ({said}). Check the engine and MUHOJIR_BACKEND_URI, then ask again"
