"""What jobs do: take a document in, or delete one for good. Generators of progress; the last value is the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.errors import StoreUnavailable, UnknownDocument
from corpus.fetch import Fetched
from corpus.ingest import read_document
from corpus.reading import Read
from corpus.reading_process import read_apart
from index.build import Progress

if TYPE_CHECKING:
    from corpus.store import CorpusStore

Step = Progress | dict[str, Any]

_PURGES = 10  # attempts, a second apart: a reader may hold the store's log for a moment


@dataclass(frozen=True)
class LibraryJobs:
    """`update` brings the index up to the store; with True it also rebuilds every segment that masks something.
    `forget_vectors` deletes those kept of a document's removed versions, `forget_jobs` what was noted when it was
    added, `drop_snapshots` all snapshots but the live one."""

    store: CorpusStore
    fetch: Callable[[str], Fetched]
    update: Callable[[bool], Iterator[Progress]]
    live_snapshot: Callable[[], str]
    drop_snapshots: Callable[[], object]
    forget_vectors: Callable[[str], object]
    forget_jobs: Callable[[str], object]
    pause: Callable[[float], None]
    read: Read = read_apart

    def run(self, kind: str, task: Mapping[str, Any], data: bytes | None) -> Iterator[Step]:
        """Raises CorpusError, IndexingError; `kind` is add or purge."""
        return self._purge(task) if kind == "purge" else self._add(task, data)

    def _add(self, task: Mapping[str, Any], data: bytes | None) -> Iterator[Step]:
        given: dict[str, Any] = dict(task["metadata"])
        name, media_type, origin, headers = task["name"], task["media_type"], dict[str, Any](), dict[str, str]()
        if task["url"]:
            fetched = self.fetch(task["url"])
            data, name, media_type = fetched.data, fetched.name, fetched.media_type
            given = {"url": fetched.url, "accessed": fetched.fetched.date().isoformat(), **given}
            origin, headers = _origin(fetched), dict(fetched.headers)
        raw, draft = read_document(data or b"", name, media_type=media_type, given=given, read=self.read)
        result = self.store.add(raw, replace(draft, headers=headers))
        yield from self.update(False)
        yield {
            "document_id": result.document_id,
            "version": result.version,
            "outcome": result.outcome,
            "snapshot": self.live_snapshot(),
            **origin,
        }

    def _purge(self, task: Mapping[str, Any]) -> Iterator[Step]:
        yield from self.update(True)
        self.drop_snapshots()
        self.forget_vectors(task["document_id"])
        is_gone = self._erase(task["document_id"])
        self.forget_jobs(task["document_id"])
        yield {"document_id": task["document_id"], "purged": is_gone, "snapshot": self.live_snapshot()}

    def _erase(self, document_id: str) -> bool:
        """False when it was added again since, and nothing of it is removed any more."""
        for attempt in range(1, _PURGES + 1):
            try:
                self.store.purge(document_id)
            except UnknownDocument:
                return False
            except StoreUnavailable:
                if attempt == _PURGES:
                    raise
                self.pause(1.0)
            else:
                return True
        raise AssertionError("the last attempt returns or raises")


def _origin(fetched: Fetched) -> dict[str, Any]:
    return {
        "fetched": {
            "asked": fetched.asked,
            "url": fetched.url,
            "time": fetched.fetched.isoformat(timespec="seconds"),
            "headers": dict(fetched.headers),
        }
    }
