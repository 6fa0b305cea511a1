"""The command line: which commands there are, in the order of --help."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from . import asking, caring, changing, chatting, evaluating, keeping, keys, mcp, moving, reading, serving, snapshots

app = typer.Typer(
    name="muhojir",
    help="Cited answers about Russia-Tajikistan migration pressure, from documents, without a language model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("muhojir"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", help="The same as --home after the command.", show_default=False)
    ] = None,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    context.obj = home


app.command("init", epilog=changing.INIT_EXAMPLES)(changing.init)
app.command("ask", epilog=asking.ASK_EXAMPLES)(asking.ask)
app.command("search", epilog=asking.SEARCH_EXAMPLES)(asking.search)
app.command("chat", epilog=chatting.CHAT_EXAMPLES)(chatting.chat)
app.command("add", epilog=changing.ADD_EXAMPLES)(changing.add)
app.command("remove", epilog=changing.REMOVE_EXAMPLES)(changing.remove)
app.command("list", epilog=reading.LIST_EXAMPLES)(reading.list_documents)
app.command("show", epilog=reading.SHOW_EXAMPLES)(reading.show)
app.command("cite", epilog=reading.CITE_EXAMPLES)(reading.cite)
app.command("serve", epilog=serving.SERVE_EXAMPLES)(serving.serve)
app.command("mcp", epilog=mcp.MCP_EXAMPLES)(mcp.mcp)
app.command("eval", epilog=evaluating.EVAL_EXAMPLES)(evaluating.evaluate)
app.add_typer(keys.app, name="keys")
app.add_typer(snapshots.app, name="snapshots")
app.command("backup", epilog=keeping.BACKUP_EXAMPLES)(keeping.backup)
app.command("restore", epilog=keeping.RESTORE_EXAMPLES)(keeping.restore)
app.command("migrate", epilog=moving.MIGRATE_EXAMPLES)(moving.migrate)
app.command("doctor", epilog=caring.DOCTOR_EXAMPLES)(caring.doctor)


def main() -> None:
    """The installed command. Speaks UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
