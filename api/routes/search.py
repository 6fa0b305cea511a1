"""POST and GET /v1/search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from ..replies import reply
from ..schemas import SearchParams, SearchRequest, SearchResponse
from ..service import AnswerService


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(prefix="/v1/search", tags=["search"])

    @routes.post("", response_model=SearchResponse)
    def search(request: SearchRequest) -> Response:
        """The passages nearest to the question, without an answer."""
        return reply(answers.search(request))

    @routes.get("", response_model=SearchResponse)
    def search_by_link(params: Annotated[SearchParams, Query()]) -> Response:
        """The same as a link: `?q=...&k=5&publisher=Reuters&publisher=TASS`."""
        return reply(answers.search(params.request()))

    return routes
