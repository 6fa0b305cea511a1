"""POST /v1/ask."""

from __future__ import annotations

from fastapi import APIRouter

from ..schemas import AskRequest, AskResponse
from ..service import AnswerService


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["ask"])

    @routes.post("/v1/ask")
    def ask(request: AskRequest) -> AskResponse:
        """A cited answer, or a refusal with its reason: both are 200."""
        return answers.ask(request)

    return routes
