"""/healthz and /readyz. Open by design: they tell nothing about the questions."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from qa.answer import SnapshotInfo

from ..reading_schemas import Health, Readiness
from ..wire import snapshot_out


def router(check: Callable[[], SnapshotInfo]) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    def alive() -> Health:
        """200 while the process answers."""
        return Health()

    @routes.get("/readyz")
    def ready() -> Readiness:
        """200 when a probe was answered and no file differs from its hash; else the problem that stands in the way."""
        return Readiness(snapshot=snapshot_out(check()))

    return routes
