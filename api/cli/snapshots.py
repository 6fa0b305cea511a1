"""muhojir snapshots list, rollback, prune."""

from __future__ import annotations

from typing import Annotated

import typer

from ..wiring import open_backend, prune_snapshots, roll_back
from . import options as o
from .console import out, print_json, reporting

app = typer.Typer(help="List, roll back and prune the snapshots of the index.", no_args_is_help=True)

LIST_EXAMPLES = """Examples:

  muhojir snapshots list"""

ROLLBACK_EXAMPLES = """Examples:

  muhojir snapshots list

  muhojir snapshots rollback 3f2a91c07d5e"""

PRUNE_EXAMPLES = """Examples:

  muhojir snapshots prune --keep 1"""


@app.command("list", epilog=LIST_EXAMPLES)
def list_snapshots(context: typer.Context, as_json: o.Json = False, home: o.Home = None) -> None:
    """List the snapshots, oldest first; the live one is marked with a star."""
    with reporting(as_json):
        snapshots = open_backend(o.settings_of(context, home)).snapshots
        live = snapshots.current_id()
        manifests = [snapshots.manifest(name) for name in snapshots.ids()]
    rows = [
        {
            "id": manifest.id,
            "live": manifest.id == live,
            "created": manifest.created.isoformat(timespec="seconds"),
            "documents": manifest.documents,
            "passages": manifest.passages,
            "model": str(manifest.recipe.encoder),
        }
        for manifest in manifests
    ]
    if as_json:
        print_json({"schema": 1, "snapshots": rows})
        return
    for row in rows:
        star = "*" if row["live"] else " "
        out(f"{star} {row['id']}  {row['created']}  {row['documents']} documents  {row['passages']} passages")


@app.command("rollback", epilog=ROLLBACK_EXAMPLES)
def rollback(
    context: typer.Context,
    snapshot_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Answer from an earlier snapshot; documents removed since stay removed."""
    with reporting(as_json):
        live = roll_back(o.settings_of(context, home), snapshot_id)
    if as_json:
        print_json({"schema": 1, "live": live})
    else:
        out(f"now answering from snapshot {live}")


@app.command("prune", epilog=PRUNE_EXAMPLES)
def prune(
    context: typer.Context,
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest stay; the live one always does.")] = 1,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Delete old snapshots."""
    with reporting(as_json):
        gone = prune_snapshots(o.settings_of(context, home), keep)
    if as_json:
        print_json({"schema": 1, "pruned": gone})
    else:
        out(f"pruned {len(gone)}: {' '.join(gone)}" if gone else "nothing to prune")
