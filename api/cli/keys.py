"""muhojir keys create, list, revoke."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ..wiring import open_keys
from . import options as o
from .console import note, out, print_json, reporting

app = typer.Typer(help="Make, list and revoke the keys of the service.", no_args_is_help=True)

CREATE_EXAMPLES = """Examples:

  muhojir keys create --kind admin --name editors

  muhojir keys create --kind publishable --origin https://example.org --name website"""

LIST_EXAMPLES = """Examples:

  muhojir keys list"""

REVOKE_EXAMPLES = """Examples:

  muhojir keys list

  muhojir keys revoke 3f2a91c0"""


@app.command("create", epilog=CREATE_EXAMPLES)
def create(
    context: typer.Context,
    kind: Annotated[str, typer.Option("--kind", help="admin, reading or publishable.")] = "reading",
    name: Annotated[str, typer.Option("--name", help="What it is for, to recognise it later.")] = "",
    origins: Annotated[
        list[str] | None, typer.Option("--origin", help="Where a publishable key may be used; repeatable.")
    ] = None,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Make a key and print it: it is kept as a hash and cannot be shown again."""
    with reporting(as_json):
        key, secret = open_keys(o.settings_of(context, home)).create(kind, name, origins or ())
    if as_json:
        print_json({"schema": 1, "key": asdict(key), "secret": secret})
    else:
        note(f"{key.kind} key {key.id}; keep it now, it is not shown again")
        out(secret)


@app.command("list", epilog=LIST_EXAMPLES)
def list_keys(context: typer.Context, as_json: o.Json = False, home: o.Home = None) -> None:
    """List the keys, oldest first."""
    with reporting(as_json):
        keys = open_keys(o.settings_of(context, home)).list()
    if as_json:
        print_json({"schema": 1, "keys": [asdict(key) for key in keys]})
        return
    for key in keys:
        state = f"revoked {key.revoked}" if key.revoked else "in force"
        out(f"{key.id}  {key.kind:11}  {key.created}  {state}  {' '.join([key.name, *key.origins])}".rstrip())


@app.command("revoke", epilog=REVOKE_EXAMPLES)
def revoke(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID")],
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Refuse a key from the next request on."""
    with reporting(as_json):
        open_keys(o.settings_of(context, home)).revoke(identity)
    if as_json:
        print_json({"schema": 1, "revoked": identity})
    else:
        out(f"revoked  {identity}")
