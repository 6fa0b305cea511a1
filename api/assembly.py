"""The service put together from the settings. Loads the web framework, so only `muhojir serve` imports it."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import get_args

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from qa.answer import Mode

from .access import GUESSES, REFUSALS, Gate, RateLimiter
from .app import create_app
from .builder import Builder
from .changes import ChangeService
from .jobs import JobStore
from .keys import KeyStore
from .logs import log_as_json
from .mcp_server import http_routes, mcp_server
from .readiness import Readiness
from .service import AnswerService, DocumentService
from .settings import Settings, load_settings
from .telemetry import Metrics
from .wiring import web_app

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Changing:
    """What ChangeService needs, apart from the builder."""

    jobs: JobStore
    mask: Callable[[], None]
    verify: Callable[[str], None]


def assemble(
    settings: Settings, answers: AnswerService, documents: DocumentService, keys: KeyStore, changes: Changing
) -> FastAPI:
    metrics = _metrics(answers, changes.jobs)
    answers = replace(answers, observe=metrics.answered)
    builder, server = Builder(settings, changes.jobs), mcp_server(answers, documents)
    is_local = settings.host in LOOPBACK

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        builder.start()
        gc.collect()
        gc.freeze()  # what is loaded stays: a full collection that walks through it stops every request for 0.1 s
        try:
            async with server.session_manager.run():
                yield
        finally:
            await run_in_threadpool(builder.stop)

    return create_app(
        answers,
        documents,
        max_body_bytes=settings.max_body_bytes,
        max_document_bytes=settings.max_document_bytes,
        gate=_gate(settings, keys),
        changes=ChangeService(documents.store, changes.jobs, changes.mask, builder.wake),
        lifespan=living,
        metrics=metrics,
        readiness=Readiness(answers, changes.verify),
        modes=[one for one in get_args(Mode) if one != "written" or settings.writer_url],
        mcp=http_routes(server, settings.public_url, is_local),
    )


def from_environment() -> FastAPI:
    """One of several workers: reads the settings that `muhojir serve` handed on."""
    log_as_json()
    return web_app(load_settings())


def _metrics(answers: AnswerService, jobs: JobStore) -> Metrics:
    metrics = Metrics()
    metrics.gauge(
        "muhojir_snapshot_age_seconds",
        "Since the snapshot that answers was built.",
        lambda: time.time() - answers.engine.info().created.timestamp(),
    )
    metrics.gauge("muhojir_documents", "Documents that can be found.", lambda: answers.engine.info().documents)
    metrics.gauge("muhojir_jobs_waiting", "Jobs that are not over.", jobs.waiting)
    return metrics


def _gate(settings: Settings, keys: KeyStore) -> Gate:
    return Gate(
        keys,
        RateLimiter(settings.address_rate, time.monotonic),
        RateLimiter(settings.key_rate, time.monotonic),
        RateLimiter(GUESSES, time.monotonic, "wrong keys"),
        frozenset(filter(None, settings.allowed_origins.lower().split(","))),
        settings.require_key,
        RateLimiter(REFUSALS, time.monotonic, "refusals") if settings.address_rate else None,
    )
