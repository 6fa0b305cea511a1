"""POST /v1/chat/completions and GET /v1/models, for OpenAI's clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from fastapi import APIRouter
from starlette.responses import Response

from ..chat import ChatRequest, ChatResponse, ModelList, ModelOut, chat_chunks, chat_error, chat_response
from ..description import CHUNKS_SCHEMA
from ..errors import body_of
from ..events import MEDIA_TYPE, Event, chunk_response
from ..replies import reply
from ..service import AnswerService

_STREAMED = {"content": {MEDIA_TYPE: {"schema": CHUNKS_SCHEMA}}}


def router(answers: AnswerService, clock: Callable[[], float] = time.time) -> APIRouter:
    routes = APIRouter(tags=["openai"])

    @routes.post("/v1/chat/completions", response_model=ChatResponse, responses={200: _STREAMED})
    def complete(request: ChatRequest) -> Response:
        """The answer to the last message; earlier questions make follow-ups. `stream` gives chunks."""
        asked, created = request.asked(), int(clock())
        if not request.stream:
            return reply(chat_response(answers.ask(asked), created))
        events = answers.stream(asked)
        first = next(events)
        return chunk_response(chat_chunks(_resumed(first, events), created), lambda error: chat_error(body_of(error)))

    @routes.get("/v1/models")
    def models() -> ModelList:
        """One model: the library as it stands."""
        return ModelList(data=[ModelOut(created=int(answers.snapshot().created.timestamp()))])

    return routes


def _resumed(first: Event, rest: Iterator[Event]) -> Iterator[Event]:
    yield first
    yield from rest
