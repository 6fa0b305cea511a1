"""The one builder process of a home: runs the queued jobs and ends. Started by builder.py, settings on stdin.

Several may be started; only the one that gets the lock works. A kill at any moment loses nothing: the job is queued
again, and a half-built index is never published.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from filelock import FileLock, Timeout

from corpus.fetch import fetch
from index.embedding_cache import forget
from index.errors import BuildBusy

from .errors import DOMAIN_ERRORS, TABLE, ApiError, body_of
from .jobs import Claimed, JobStore
from .library_jobs import LibraryJobs
from .settings import Settings, read_in
from .wiring import drop_old_snapshots, open_backend, open_jobs, open_store, update_index

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 1.0  # before trying again when a command is indexing the same home


class Progress(Protocol):
    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...


Perform = Callable[[str, Mapping[str, Any], bytes | None], Iterator[Progress | dict[str, Any]]]


def run_jobs(jobs: JobStore, perform: Perform, pause: Callable[[float], None] = time.sleep) -> int:
    """Runs queued jobs until there is none; returns how many ended. `perform` yields progress, last its result."""
    jobs.recover()
    ended = 0
    while claimed := jobs.claim():
        try:
            jobs.finish(claimed.job.id, _run(jobs, claimed, perform))
        except BuildBusy:
            jobs.put_back(claimed.job.id)
            pause(_BUSY_SECONDS)
            continue
        except DOMAIN_ERRORS as error:
            logger.error("job %s failed: %s; its body says why", claimed.job.id, type(error).__name__)
            jobs.fail(claimed.job.id, body_of(error))
        except Exception:
            logger.exception("job %s failed", claimed.job.id)
            jobs.fail(claimed.job.id, TABLE[ApiError].body("an unexpected error; the service's log tells more"))
        ended += 1
    return ended


def _run(jobs: JobStore, claimed: Claimed, perform: Perform) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for step in perform(claimed.job.kind, claimed.task, claimed.data):
        if isinstance(step, dict):
            result = step
        else:
            jobs.advance(claimed.job.id, step.done, step.total)
    return result


def library_jobs(settings: Settings) -> LibraryJobs:
    store, snapshots = open_store(settings), open_backend(settings).snapshots
    return LibraryJobs(
        store,
        fetch,
        lambda purge: update_index(settings, purge=purge),
        snapshots.current_id,
        lambda: drop_old_snapshots(settings),
        lambda document_id: forget(settings.cache / "vectors.sqlite", document_id),
        open_jobs(settings).forget,
        time.sleep,
    )


def work_through(settings: Settings) -> bool:
    """Runs the queued jobs of the home; False when another process is at it."""
    try:
        with FileLock(settings.home / "jobs.lock", timeout=0):
            run_jobs(open_jobs(settings), library_jobs(settings).run)
    except Timeout:
        return False
    return True


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    settings = read_in(sys.stdin.read())
    if not work_through(settings):
        logger.info("another process of %s runs the jobs", settings.home)


if __name__ == "__main__":
    main()
