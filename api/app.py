"""The HTTP application: routes, limits and errors around two services."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette

from . import problems
from .access import Gate
from .changes import ChangeService
from .description import describe
from .guards import CrossOrigin, Guard, Pace, SecurityHeaders
from .limits import BodyLimits
from .readiness import Readiness
from .routes import answers as answers_routes
from .routes import changes as changes_routes
from .routes import chat_completions, coverage, health, pages, passages, search, stream
from .routes import documents as documents_routes
from .routes import metrics as metrics_routes
from .service import AnswerService, DocumentService
from .telemetry import Metrics, RequestLog
from .version import VERSION


def create_app(
    answers: AnswerService,
    documents: DocumentService,
    *,
    max_body_bytes: int,
    max_document_bytes: int = 0,
    gate: Gate | None = None,
    changes: ChangeService | None = None,
    lifespan: Any = None,
    mcp: Starlette | None = None,
    metrics: Metrics | None = None,
    readiness: Readiness | None = None,
    modes: Collection[str] = ("extractive", "passages"),
) -> FastAPI:
    """Routes are synchronous and run in the thread pool; a new snapshot is taken up by the next request.

    Without a `gate` everything is open; without `changes` the documents cannot be changed. `modes` stand in the
    OpenAPI description.
    """
    metrics = metrics or Metrics()
    app = FastAPI(
        title="Muhojir",
        version=VERSION,
        lifespan=lifespan,
        responses=problems.DESCRIBED,
        summary="Cited answers about Russia-Tajikistan migration pressure, from documents.",
    )
    app.add_middleware(problems.Unexpected)  # innermost: added first
    app.add_middleware(BodyLimits, max_bytes=max_body_bytes, max_document_bytes=max_document_bytes)
    if gate:
        app.add_middleware(Guard, gate=gate)
        app.add_middleware(CrossOrigin, gate=gate)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, metrics=metrics)
    if gate and gate.refusals:
        app.add_middleware(Pace, refusals=gate.refusals)  # outermost: added last; its pauses are no work of ours
    problems.install(app)
    app.include_router(answers_routes.router(answers))
    app.include_router(stream.router(answers))
    app.include_router(chat_completions.router(answers))
    app.include_router(search.router(answers))
    app.include_router(documents_routes.router(documents, answers))
    if changes:
        app.include_router(changes_routes.router(changes))
    app.include_router(passages.router(documents))
    app.include_router(coverage.router(answers))
    app.include_router(health.router(readiness.check if readiness else lambda: answers.snapshot()))
    app.include_router(metrics_routes.router(metrics))
    describe(app, modes=modes, require_key=bool(gate and gate.require_key))
    if mcp:
        app.router.routes.extend(mcp.routes)
    app.include_router(pages.router(answers, documents, answer_openly=not (gate and gate.require_key)))
    return app
