"""Jobs: changes of the documents that take time, kept in service.sqlite so that a restart loses none.

queued -> running -> done | failed. A running job whose process died is queued again, at most MAX_ATTEMPTS times.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .errors import TABLE, ApiError, UnknownJob
from .service_database import ServiceDatabase

State = Literal["queued", "running", "done", "failed"]

MAX_ATTEMPTS = 3  # a job that ends its process three times would do so for ever
_COLUMNS = "id, kind, state, created, started, ended, done, total, result, error"


@dataclass(frozen=True, slots=True)
class Job:
    """`done` of `total` documents are indexed. `error` is a problem body. Times are ISO 8601, UTC."""

    id: str
    kind: str
    state: State
    created: str
    started: str | None
    ended: str | None
    done: int
    total: int
    result: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job with what it was given to do."""

    job: Job
    task: dict[str, Any]
    data: bytes | None


class JobStore:
    def __init__(self, database: ServiceDatabase, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def submit(self, kind: str, task: Mapping[str, Any], data: bytes | None = None) -> Job:
        identity = secrets.token_hex(8)
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO jobs (id, kind, state, task, data, created, done, total) "
                "VALUES (?, ?, 'queued', ?, ?, ?, 0, 0)",
                (identity, kind, json.dumps(task), data, self._stamp()),
            )
        return self.get(identity)

    def get(self, identity: str) -> Job:
        """Raises UnknownJob."""
        with self._database.reading() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (identity,)).fetchone()
        if row is None:
            raise UnknownJob(f"there is no job {identity!r}")
        return _job(row)

    def waiting(self) -> int:
        """Jobs that are not over."""
        with self._database.reading() as db:
            return int(db.execute("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')").fetchone()[0])

    def waiting_tasks(self, kind: str) -> list[dict[str, Any]]:
        """What the jobs of this kind that are not over have to do, oldest first."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT task FROM jobs WHERE kind = ? AND state IN ('queued', 'running') ORDER BY number", (kind,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def forget(self, document_id: str) -> None:
        """Leaves of the jobs that brought a document only its id: an address or a header may tell what it said."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE jobs SET result = json_object('document_id', ?1) "
                "WHERE kind = 'add' AND json_extract(result, '$.document_id') = ?1",
                (document_id,),
            )
        self._database.shed_log()

    def check(self) -> None:
        """Raises StoreUnavailable when the file is damaged."""
        self._database.check()

    def claim(self) -> Claimed | None:
        """The oldest queued job, now running; None when there is none."""
        with self._database.writing() as db:
            row = db.execute(
                "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1 WHERE number = "
                f"(SELECT min(number) FROM jobs WHERE state = 'queued') RETURNING task, data, {_COLUMNS}",
                (self._stamp(),),
            ).fetchone()
        return Claimed(_job(row[2:]), json.loads(row[0]), row[1]) if row else None

    def advance(self, identity: str, done: int, total: int) -> None:
        with self._database.writing() as db:
            db.execute("UPDATE jobs SET done = ?, total = ? WHERE id = ?", (done, total, identity))

    def finish(self, identity: str, result: Mapping[str, Any]) -> None:
        self._end(identity, "done", result=json.dumps(result))

    def fail(self, identity: str, problem: Mapping[str, Any]) -> None:
        self._end(identity, "failed", error=json.dumps(problem))

    def put_back(self, identity: str) -> None:
        """Queued again, as if never begun."""
        with self._database.writing() as db:
            db.execute("UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = ?", (identity,))

    def recover(self) -> None:
        """Queues what a dead process left running. Only the one who may build calls this."""
        with self._database.writing() as db:
            db.execute("UPDATE jobs SET state = 'queued' WHERE state = 'running' AND attempts < ?", (MAX_ATTEMPTS,))
            left = [row[0] for row in db.execute("SELECT id FROM jobs WHERE state = 'running'")]
        for identity in left:
            detail = f"given up: its process ended {MAX_ATTEMPTS} times on the way. The service's log tells more"
            self.fail(identity, TABLE[ApiError].body(detail))

    def _end(self, identity: str, state: State, *, result: str | None = None, error: str | None = None) -> None:
        with self._database.writing() as db:
            db.execute(
                "UPDATE jobs SET state = ?, ended = ?, result = ?, error = ?, task = '{}', data = NULL WHERE id = ?",
                (state, self._stamp(), result, error, identity),
            )

    def _stamp(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def _job(row: tuple[Any, ...]) -> Job:
    identity, kind, state, created, started, ended, done, total, result, error = row
    return Job(
        identity,
        kind,
        state,
        created,
        started,
        ended,
        done,
        total,
        json.loads(result) if result else None,
        json.loads(error) if error else None,
    )
