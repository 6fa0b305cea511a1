"""muhojir mcp."""

from __future__ import annotations

import typer

from ..wiring import ensure_index, mcp_over_stdio
from . import options as o
from .console import reporting, watch

MCP_EXAMPLES = """Examples:

  muhojir mcp

  {"mcpServers": {"muhojir": {"command": "muhojir", "args": ["mcp"]}}}"""


def mcp(context: typer.Context, home: o.Home = None) -> None:
    """Serve the Model Context Protocol on standard input and output."""
    with reporting():
        settings = o.settings_of(context, home)
        watch(ensure_index(settings), "Indexing the library")
        mcp_over_stdio(settings)
