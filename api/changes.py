"""Changing the documents over HTTP: accepts a change, hides what is deleted at once, and leaves the rest to a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .jobs import Job, JobStore

if TYPE_CHECKING:
    from corpus.store import CorpusStore


@dataclass(frozen=True)
class ChangeService:
    """`mask` publishes a snapshot without what was removed."""

    store: CorpusStore
    jobs: JobStore
    mask: Callable[[], None]
    wake: Callable[[], None]

    def add(self, name: str, media_type: str, url: str, metadata: dict[str, Any], data: bytes | None) -> Job:
        if metadata.get("published"):
            metadata = {"published_basis": "given", **metadata}
        task = {"name": name, "media_type": media_type, "url": url, "metadata": metadata}
        return self._submit("add", task, data)

    def delete(self, document_id: str) -> Job:
        """Returns when no later question can see the document. Raises UnknownDocument, BuildBusy."""
        self.store.remove(document_id)
        try:
            self.mask()
        finally:  # removed is removed, also when the index was too busy to hide it at once
            job = self._submit("purge", {"document_id": document_id}, None)
        return job

    def job(self, identity: str) -> Job:
        """Raises UnknownJob."""
        return self.jobs.get(identity)

    def _submit(self, kind: str, task: dict[str, Any], data: bytes | None) -> Job:
        job = self.jobs.submit(kind, task, data)
        self.wake()
        return job
