"""/healthz and /readyz. Open by design: they tell nothing about the questions."""

from __future__ import annotations

from fastapi import APIRouter

from ..schemas import Health, Readiness
from ..service import AnswerService
from ..wire import snapshot_out


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    def alive() -> Health:
        """200 while the process answers."""
        return Health()

    @routes.get("/readyz")
    def ready() -> Readiness:
        """200 when a question can be answered; else the problem that stands in the way."""
        return Readiness(snapshot=snapshot_out(answers.snapshot()))

    return routes
