"""GET /metrics."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ..telemetry import MEDIA_TYPE, Metrics


def router(metrics: Metrics) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def page() -> Response:
        """Figures of this process in Prometheus' text format."""
        return Response(metrics.page(), media_type=MEDIA_TYPE)

    return routes
