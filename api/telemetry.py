"""What operators see: figures for Prometheus, one JSON line a request, and an id that ties a reader's complaint to it.

Neither holds a question: paths are logged without their query strings. Figures are this process's own.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import uuid
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.answer import Answer

from .logs import REQUEST

logger = logging.getLogger(__name__)

MEDIA_TYPE = CONTENT_TYPE_LATEST
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # a proxy's own id is kept; anything else could forge log lines
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)  # seconds; the goal is p99 below 0.3
_PAGE_SECONDS = 5.0  # a page of 1,500 lines takes 50 ms to write, and Prometheus asks every 15 s


class Metrics:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        self._clock, self._lock = clock, threading.Lock()
        self._page, self._made = b"", -_PAGE_SECONDS
        self._requests = Histogram(
            "muhojir_request_seconds", "Requests.", ["route", "method", "status"], registry=self.registry,
            buckets=_BUCKETS,
        )  # fmt: skip
        self._stages = Histogram(
            "muhojir_stage_seconds", "Stages of an answer.", ["stage"], registry=self.registry, buckets=_BUCKETS
        )
        self._answers = Counter("muhojir_answers", "Answers by outcome.", ["status", "reason"], registry=self.registry)

    def answered(self, answer: Answer) -> None:
        for stage, milliseconds in answer.timing_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._answers.labels(answer.status or "passages", answer.reason or "").inc()

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).observe(seconds)

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(value)

    def page(self) -> bytes:
        """At most five seconds old, so that whoever asks for it all the time stops nobody."""
        with self._lock:
            if self._clock() - self._made >= _PAGE_SECONDS:
                self._page, self._made = generate_latest(self.registry), self._clock()
            return self._page


class RequestLog:
    """ASGI middleware, the outermost: times each request, names it in X-Request-ID and in every log line below it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Callable[[], float] = time.perf_counter) -> None:
        self.app, self.metrics, self.clock = app, metrics, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        status, began = 500, self.clock()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = identity
            await send(message)

        token = REQUEST.set(identity)
        try:
            await self.app(scope, receive, sending)
        finally:
            self._note(scope, status, self.clock() - began)
            REQUEST.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in {"GET", "POST", "DELETE", "OPTIONS", "HEAD"} else "other"
        self.metrics.requested(route, method, status, seconds)
        facts = {"method": method, "path": scope["path"], "status": status, "ms": round(1000 * seconds, 1)}
        logger.info("request", extra={"facts": facts})
