"""The service put together from the settings. Loads the web framework, so only `muhojir serve` imports it."""

from __future__ import annotations

import time

from fastapi import FastAPI

from .access import Gate, RateLimiter
from .app import create_app
from .keys import KeyStore
from .service import AnswerService, DocumentService
from .settings import Settings


def assemble(settings: Settings, answers: AnswerService, documents: DocumentService, keys: KeyStore) -> FastAPI:
    return create_app(answers, documents, max_body_bytes=settings.max_body_bytes, gate=_gate(settings, keys))


def _gate(settings: Settings, keys: KeyStore) -> Gate:
    return Gate(
        keys,
        RateLimiter(settings.address_rate, time.monotonic),
        RateLimiter(settings.key_rate, time.monotonic),
        frozenset(filter(None, settings.allowed_origins.lower().split(","))),
        settings.require_key,
    )
