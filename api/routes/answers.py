"""POST /v1/ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from corpus.bibliography import FORMATS

from ..description import prints_content
from ..dossier import DOSSIERS, Print
from ..schemas import AskRequest, AskResponse
from ..service import AnswerService

_PRINTS = prints_content([*DOSSIERS.values(), *(form.media_type for form in FORMATS.values())])


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["ask"])

    @routes.post("/v1/ask", response_model=AskResponse, responses={200: {"content": _PRINTS}})
    def ask(request: AskRequest, style: Annotated[Print, Query(alias="format")] = "json") -> Response:
        """A cited answer, or a refusal with its reason: both are 200. `format` prints it: a dossier, its sources."""
        printed = answers.printed(request, style)
        return Response(printed.text, media_type=printed.media_type)

    return routes
