"""POST /v1/ask."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from corpus.bibliography import FORMATS

from ..dossier import DOSSIERS
from ..schemas import AskRequest, AskResponse
from ..service import AnswerService

_MEDIA_TYPES = (*DOSSIERS.values(), *(form.media_type for form in FORMATS.values()))
_PRINTS = {media_type: {"schema": {"type": "string"}} for media_type in _MEDIA_TYPES}


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["ask"])

    @routes.post("/v1/ask", response_model=AskResponse, responses={200: {"content": _PRINTS}})
    def ask(request: AskRequest, style: Annotated[str, Query(alias="format")] = "json") -> Any:
        """A cited answer, or a refusal with its reason: both are 200. `format` prints it: a dossier, its sources."""
        if style == "json":
            return answers.ask(request)
        printed = answers.printed(request, style)
        return Response(printed.text, media_type=printed.media_type)

    return routes
