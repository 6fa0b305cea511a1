"""A language model's endpoint on this machine, with the faults that real ones have."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Endpoint:
    """`answer` writes the response to one request; `requests` are the headers and bodies that came."""

    url: str
    answer: Callable[[BaseHTTPRequestHandler], None]
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    going: threading.Event = field(default_factory=threading.Event)  # set: what stalls may end

    def says(self, words: object) -> None:
        """From now on, `words` as a chat completion."""
        self.sends(json.dumps({"choices": [{"message": {"role": "assistant", "content": words}}]}).encode())

    def sends(self, body: bytes, status: int = 200, **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer

    def stalls(self) -> None:
        """Silence until the test ends."""
        self.answer = lambda _: self.going.wait(10) and None

    def streams(self, part: bytes, times: int, pause: float = 0.0) -> None:
        """`part` again and again, without saying how long it will be."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.end_headers()
            for _ in range(times):
                handler.wfile.write(part)
                if self.going.wait(pause):
                    return

        self.answer = answer


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.requests.append((dict(self.headers), body))
            try:
                made.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has heard enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", lambda handler: handler.send_error(500))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.going.set()
        server.shutdown()
        thread.join()
        server.server_close()
