"""The service put together from the settings. Loads the web framework, so only `muhojir serve` imports it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from .access import Gate, RateLimiter
from .app import create_app
from .builder import Builder
from .changes import ChangeService
from .jobs import JobStore
from .keys import KeyStore
from .mcp_server import http_routes, mcp_server
from .service import AnswerService, DocumentService
from .settings import Settings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Changing:
    """What ChangeService needs, apart from the builder."""

    jobs: JobStore
    mask: Callable[[], None]
    vector_keys: Callable[[str], list[bytes]]


def assemble(
    settings: Settings, answers: AnswerService, documents: DocumentService, keys: KeyStore, changes: Changing
) -> FastAPI:
    builder, server = Builder(settings, changes.jobs), mcp_server(answers, documents)
    is_local = settings.host in LOOPBACK

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        builder.start()
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
        changes=ChangeService(documents.store, changes.jobs, changes.mask, changes.vector_keys, builder.wake),
        lifespan=living,
        mcp=http_routes(server, settings.public_url, is_local),
    )


def _gate(settings: Settings, keys: KeyStore) -> Gate:
    return Gate(
        keys,
        RateLimiter(settings.address_rate, time.monotonic),
        RateLimiter(settings.key_rate, time.monotonic),
        frozenset(filter(None, settings.allowed_origins.lower().split(","))),
        settings.require_key,
    )
