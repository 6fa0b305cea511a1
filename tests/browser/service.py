"""The real application over the shipped library, served on a port of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from api import wiring
from api.settings import Settings


@contextmanager
def library_service(home: Path) -> Iterator[str]:
    """The address of a running service whose home is `home`; made from the library when it is empty."""
    settings = Settings(home=home)
    for _ in wiring.ensure_index(settings):
        pass
    server = uvicorn.Server(uvicorn.Config(wiring.web_app(settings), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the service did not start; its log is above")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)
