"""POST and GET /v1/search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ..schemas import SearchParams, SearchRequest, SearchResponse
from ..service import AnswerService


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(prefix="/v1/search", tags=["search"])

    @routes.post("")
    def search(request: SearchRequest) -> SearchResponse:
        """The passages nearest to the question, without an answer."""
        return answers.search(request)

    @routes.get("")
    def search_by_link(params: Annotated[SearchParams, Query()]) -> SearchResponse:
        """The same as a link: `?q=...&k=5&publisher=Reuters&publisher=TASS`."""
        return answers.search(params.request())

    return routes
