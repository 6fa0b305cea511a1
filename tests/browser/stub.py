"""A service that speaks the HTTP contract from recorded answers and fails as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from tests.browser.answers import SOURCES, answer, coverage

STATIC = Path(__file__).parents[2] / "api" / "static"
HOST_PAGE_POLICY = "default-src 'self'"

Fault = Literal["cut", "key", "origin", "slow", "held", "busy", "no stream", "broken", "html", "not ready"]


@dataclass
class Stub:
    """`fault` is read at each request; `pages` are host pages by path; `asked` keeps what was asked."""

    fault: Fault | None = None
    key: str | None = None
    allowed_origin: str = "*"
    policy: str | None = HOST_PAGE_POLICY
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    server = ThreadingHTTPServer(("127.0.0.1", stub.port), partial(_Handler, stub))
    server.daemon_threads = True
    stub.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.released.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, stub: Stub, *connection: Any) -> None:
        self.stub = stub
        super().__init__(*connection)

    def log_message(self, *_: Any) -> None:
        """The tests read the page, not a log."""

    def do_OPTIONS(self) -> None:
        self._send(204, "text/plain", b"")

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path in self.stub.pages:
            self._send(200, "text/html; charset=utf-8", self.stub.pages[path].encode(), host_page=True)
        elif path == "/widget.js":
            self._send(200, "text/javascript; charset=utf-8", (STATIC / "widget.js").read_bytes())
        elif path == "/favicon.ico":
            self._send(204, "image/x-icon", b"")
        elif path == "/healthz":
            self._json(200, {"status": "ok"})
        elif path.startswith(("/v1/", "/readyz")) and self._admitted():
            self._read(path)
        elif not path.startswith(("/v1/", "/readyz")):
            self._problem(404)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if not self._admitted():
            return
        self.stub.asked.append(request)
        body = answer(request["question"])
        if self.path == "/v1/ask/stream" and self.stub.fault != "no stream":
            self._stream(body)
        elif self.path == "/v1/ask":
            self._json(200, body)
        else:
            self._problem(404)

    def _admitted(self) -> bool:
        """Answers with the fault itself when there is one."""
        fault = self.stub.fault
        if fault == "key" or (self.stub.key and self.headers.get("authorization") != f"Bearer {self.stub.key}"):
            self._problem(401)
        elif fault == "busy":
            self._problem(429, {"Retry-After": "7"})
        elif fault == "broken":
            self._problem(500)
        elif fault == "not ready":
            self._problem(503)
        elif fault == "html":
            self._send(200, "text/html", b"<h1>It works</h1>")
        else:
            return True
        return False

    def _read(self, path: str) -> None:
        name, _, rest = path.removeprefix("/v1/documents/").partition("/")
        if path == "/v1/coverage":
            self._json(200, coverage())
        elif path in {"/readyz", "/v1/documents"}:
            self._json(200, {"schema": 1, "status": "ready", "documents": []})
        elif name in SOURCES and rest == "citation":
            self._send(200, "text/plain; charset=utf-8", f"@misc{{{name}}}".encode())
        elif name in SOURCES:
            self._json(200, SOURCES[name].document())
        else:
            self._problem(404)

    def _stream(self, body: dict[str, Any]) -> None:
        self._head(200, "text/event-stream")
        self.end_headers()
        self.wfile.write(b": open\n\n")
        if self.stub.fault == "slow":
            self.stub.released.wait(20)
        self._event("question", {key: body[key] for key in ("id", "snapshot", "question", "filters")})
        self._event("passages", {key: body[key] for key in ("passages", "documents")})
        for sentence in body["answer"]["sentences"]:
            self._event("sentence", sentence)
            if self.stub.fault == "cut":
                return
            if self.stub.fault == "held":
                self.stub.released.wait(20)
            time.sleep(0.02)
        self._event("citations", {"citations": body["citations"]})
        self._event("done", body)

    def _event(self, kind: str, data: Any) -> None:
        self.wfile.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def _problem(self, status: int, headers: dict[str, str] | None = None) -> None:
        body = {"type": "urn:muhojir:problem:test", "title": "refused", "status": status}
        self._send(status, "application/problem+json", json.dumps(body).encode(), headers)

    def _json(self, status: int, body: Any) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None, *, host_page: bool = False
    ) -> None:
        self._head(status, kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if host_page and self.stub.policy:
            self.send_header("Content-Security-Policy", self.stub.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if self.stub.fault != "origin" or self.path == "/widget.js":
            self.send_header("Access-Control-Allow-Origin", self.stub.allowed_origin)
            self.send_header("Access-Control-Allow-Headers", "authorization, content-type")
            self.send_header("Access-Control-Expose-Headers", "retry-after")
