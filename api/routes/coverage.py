"""GET /v1/coverage."""

from __future__ import annotations

from fastapi import APIRouter

from ..coverage import RememberedCoverage
from ..reading_schemas import CoverageResponse
from ..service import AnswerService


def router(answers: AnswerService) -> APIRouter:
    routes = APIRouter(tags=["documents"])
    counted = RememberedCoverage(answers)

    @routes.get("/v1/coverage")
    def coverage() -> CoverageResponse:
        """What the library holds, by year, publisher, type, topic and language, and questions it can answer."""
        return counted()

    return routes
