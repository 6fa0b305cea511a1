"""muhojir serve."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from ..wiring import ensure_index, web_app
from . import options as o
from .console import note, reporting, watch

Host = Annotated[str | None, typer.Option(help="Address to listen on (MUHOJIR_HOST).", show_default=False)]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port (MUHOJIR_PORT).", show_default=False)]

SERVE_EXAMPLES = """Examples:

  muhojir serve

  muhojir serve --host 0.0.0.0 --port 9000 --home ./case-17"""


def serve(context: typer.Context, host: Host = None, port: Port = None, home: o.Home = None) -> None:
    """Answer over HTTP; the addresses are listed at /docs."""
    import uvicorn

    with reporting():
        settings = o.settings_of(context, home)
        watch(ensure_index(settings), "Indexing the library")
        app = web_app(settings)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("api").setLevel(logging.INFO)
    address = f"http://{host or settings.host}:{port or settings.port}"
    note(f"Muhojir answers at {address} (addresses: {address}/docs). Stop it with Ctrl-C.")
    uvicorn.run(
        app,
        host=host or settings.host,
        port=port or settings.port,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
    )
