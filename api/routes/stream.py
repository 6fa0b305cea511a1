"""POST /v1/ask/stream."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from ..description import ASK_EVENTS, events_schema
from ..events import MEDIA_TYPE, Event, event_response
from ..schemas import AskRequest
from ..service import AnswerService

_DESCRIBED = {
    "description": "Events in order: question, passages, sentence (several or none), citations, done; or error.",
    "content": {MEDIA_TYPE: {"schema": events_schema(ASK_EVENTS)}},
}


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["ask"])

    @routes.post("/v1/ask/stream", response_class=Response, responses={200: _DESCRIBED})
    def stream(request: AskRequest) -> StreamingResponse:
        """The answer as it is made; `done` carries the body of /v1/ask. Errors before the first event are problems."""
        events = answers.stream(request)
        first = next(events)
        return event_response(_resumed(first, events))

    return routes


def _resumed(first: Event, rest: Iterator[Event]) -> Iterator[Event]:
    yield first
    yield from rest
