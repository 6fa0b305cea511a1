"""POST and DELETE /v1/documents, GET /v1/jobs/{id}."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from qa.errors import InvalidQuery

from ..change_schemas import JobResponse, MetadataIn, NewAddress, NewText, job_response
from ..changes import ChangeService
from ..description import JOB_EVENTS, events_schema, place_of
from ..events import MEDIA_TYPE, Event, event_response
from ..jobs import Job
from ..wire import parse, parse_json

LOOK_SECONDS = 0.25  # between two looks at a job that a client follows
MULTIPART = "multipart/form-data"
_ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"model": JobResponse, "description": "Accepted; follow the job."}}
_FOLLOWED: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {"schema": events_schema(JOB_EVENTS)}}}}
_FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "metadata": place_of(MetadataIn)},
    "additionalProperties": False,
}
_BODY = {
    "application/json": {"schema": {"anyOf": [place_of(NewText), place_of(NewAddress)]}},
    MULTIPART: {"schema": _FILE, "encoding": {"metadata": {"contentType": "application/json"}}},
}


def router(changes: ChangeService, pause: Callable[[float], None] = time.sleep) -> APIRouter:
    routes = APIRouter(tags=["changes"])

    @routes.post(
        "/v1/documents",
        status_code=202,
        responses=_ACCEPTED,
        openapi_extra={"requestBody": {"required": True, "content": _BODY}},
    )
    async def add(request: Request, response: Response) -> JobResponse:
        """Adds a file, a text or an address, or makes a version of what has that name, id or address already."""
        if request.headers.get("content-type", "").startswith(MULTIPART):
            async with request.form(max_files=1, max_fields=1) as form:
                job = await _add_file(changes, form)
        else:
            job = await run_in_threadpool(_add_json, changes, await request.body())
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return job_response(job)

    @routes.delete("/v1/documents/{document_id}", status_code=202, responses=_ACCEPTED)
    def delete(document_id: str, response: Response) -> JobResponse:
        """From the answer on no question sees the document; the job deletes every trace of it from the disk."""
        job = changes.delete(document_id)
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return job_response(job)

    @routes.get("/v1/jobs/{job_id}", response_model=JobResponse, responses=_FOLLOWED)
    def job(job_id: str, request: Request) -> Any:
        """The job as it stands; with `Accept: text/event-stream` each change of it, until it is over."""
        found = changes.job(job_id)
        if MEDIA_TYPE in request.headers.get("accept", ""):
            return event_response(_followed(changes, found, pause))
        return job_response(found)

    return routes


async def _add_file(changes: ChangeService, form: FormData) -> Job:
    file, metadata = form.get("file"), form.get("metadata", "{}")
    if not isinstance(file, UploadFile) or not isinstance(metadata, str) or set(form) - {"file", "metadata"}:
        raise InvalidQuery("file", "send one part `file` with a file name, and at most one part `metadata`")
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    if not name:
        raise InvalidQuery("file", "the part has no file name")
    given = parse_json(MetadataIn, metadata, "metadata").given()
    data = await file.read()
    # The reader goes by the name: browsers send media types that differ from machine to machine.
    return await run_in_threadpool(changes.add, name, "", "", given, data)


def _add_json(changes: ChangeService, body: bytes) -> Job:
    try:
        values = from_json(body)
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(values, dict):
        raise InvalidQuery("body", "is no object")
    if "url" in values:
        address = parse(NewAddress, values)
        return changes.add("", "", address.url, address.metadata.given(), None)
    new = parse(NewText, values)
    return changes.add(new.name, "", "", new.metadata.given(), new.text.encode())


def _followed(changes: ChangeService, job: Job, pause: Callable[[float], None]) -> Iterator[Event]:
    yield ("done" if job.is_over else "job"), job_response(job)
    while not job.is_over:
        pause(LOOK_SECONDS)
        before, job = job, changes.job(job.id)
        if job != before:
            yield ("done" if job.is_over else "job"), job_response(job)
