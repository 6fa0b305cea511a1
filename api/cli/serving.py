"""muhojir serve."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from ..logs import log_as_json
from ..settings import hand_on
from ..wiring import ensure_index, web_app
from . import options as o
from .console import note, reporting, watch

Host = Annotated[str | None, typer.Option(help="Address to listen on (MUHOJIR_HOST).", show_default=False)]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port (MUHOJIR_PORT).", show_default=False)]

_GRACE_SECONDS = 20  # for answers under way; container engines kill after 10 to 30
_SILENCE_SECONDS = 60  # of a worker; after uvicorn's 5 it was killed with its answers on a starved machine

SERVE_EXAMPLES = """Examples:

  muhojir serve

  muhojir serve --host 0.0.0.0 --port 9000 --home ./case-17"""


def serve(context: typer.Context, host: Host = None, port: Port = None, home: o.Home = None) -> None:
    """Answer over HTTP; the addresses are listed at /docs."""
    import uvicorn

    with reporting():
        settings = o.settings_of(context, home)
        watch(ensure_index(settings), "Indexing the library")
        app = None if settings.workers > 1 else web_app(settings)
        log_as_json()
    address = f"http://{host or settings.host}:{port or settings.port}"
    note(f"Muhojir answers at {address} (addresses: {address}/docs). Stop it with Ctrl-C.")
    if app is None:
        hand_on(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it again when all is answered
    uvicorn.run(
        app or "api.assembly:from_environment",
        factory=app is None,
        workers=settings.workers,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_SILENCE_SECONDS,
        http="api.connections:PatientProtocol",
        host=host or settings.host,
        port=port or settings.port,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
    )
