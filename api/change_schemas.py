"""The wire shapes of changing the documents: what is added, and the job that does it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .fields import Address, Name, OptionalValue, PartialDate, Text, Value
from .jobs import Job
from .schemas import Body, Numbered, Request


class MetadataIn(Request):
    """What is known of a document; it wins over what the document says of itself. Keys as in a front matter."""

    id: OptionalValue = None
    title: OptionalValue = None
    author: list[Value] = Field(default=[])
    publisher: OptionalValue = None
    published: PartialDate | None = None
    url: OptionalValue = None
    source_type: OptionalValue = None
    topics: list[Value] = Field(default=[])
    lang: OptionalValue = None
    translation_of: OptionalValue = None

    def given(self) -> dict[str, Any]:
        return {key: value for key, value in self.model_dump().items() if value}


class NewText(Request):
    """A text; the ending of its `name` tells the format (.txt, .md, .html)."""

    text: Text
    name: Name
    metadata: MetadataIn = MetadataIn()


class NewAddress(Request):
    """An address that the service loads."""

    url: Address
    metadata: MetadataIn = MetadataIn()


class ProgressOut(Body):
    done: int
    total: int


class JobResponse(Numbered):
    """`state`: queued, running, done or failed; `progress` counts documents indexed; `error` is a problem body."""

    id: str
    kind: Literal["add", "purge"]
    state: Literal["queued", "running", "done", "failed"]
    created: str
    started: str | None
    ended: str | None
    progress: ProgressOut
    result: dict[str, Any] | None
    error: dict[str, Any] | None


def job_response(job: Job) -> JobResponse:
    return JobResponse(
        id=job.id,
        kind="purge" if job.kind == "purge" else "add",
        state=job.state,
        created=job.created,
        started=job.started,
        ended=job.ended,
        progress=ProgressOut(done=job.done, total=job.total),
        result=job.result,
        error=job.error,
    )
