"""muhojir show, muhojir cite, muhojir list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..ports import Reading
from ..wiring import ensure_documents, local_documents, open_store, remote_library
from . import options as o
from .console import faint, out, print_json, reporting, strong

if TYPE_CHECKING:
    from corpus.store import DocumentRow

Id = Annotated[str, typer.Argument(metavar="ID", help="A document id, or a passage id (document@version:start-end).")]
Version = Annotated[str | None, typer.Option("--version", help="An earlier version of the document.")]
Style = Annotated[str, typer.Option("--format", help="refworld, bibtex, ris or csl-json.")]

SHOW_EXAMPLES = """Examples:

  muhojir show 2024-asia-plus-vnukovo-954-held

  muhojir show 2024-asia-plus-vnukovo-954-held --json | jq .dates"""

CITE_EXAMPLES = """Examples:

  muhojir cite 2025-hrw-living-in-fear-and-humiliation

  muhojir cite 2025-hrw-living-in-fear-and-humiliation --format bibtex >> sources.bib"""

LIST_EXAMPLES = """Examples:

  muhojir list

  muhojir list --json | jq -r '.documents[].id'"""


def show(
    context: typer.Context,
    identity: Id,
    version: Version = None,
    as_json: o.Json = False,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """Print a document's text, or the words of a passage."""
    with reporting(as_json):
        reading = _reading(context, home, server)
        body = reading.passage(identity) if "@" in identity else reading.document(identity, version)
    if as_json:
        out(body.json_text(indent=2))
        return
    out(strong(body.cite_as))
    out(faint(body.id))
    out()
    out(body.text)


def cite(
    context: typer.Context,
    identity: Id,
    style: Style = "refworld",
    as_json: o.Json = False,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """Print a document's citation; --json is the same as --format csl-json."""
    with reporting(as_json):
        document_id = identity.partition("@")[0]
        printed = _reading(context, home, server).citation(document_id, "csl-json" if as_json else style)
    out(printed.text.rstrip("\n"))


def list_documents(context: typer.Context, as_json: o.Json = False, home: o.Home = None) -> None:
    """List the documents of the home, in order of id."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        ensure_documents(settings)
        rows = open_store(settings).list()
    if as_json:
        print_json({"schema": 1, "documents": [_row(row) for row in rows]})
        return
    for row in rows:
        date = row.published.value if row.published else "n.d."
        out(f"{row.id}  {faint(date)}  {row.title or row.name}")


def _row(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "title": row.title or row.name,
        "language": row.language,
        "published": row.published and row.published.value,
        "publisher": row.publisher or None,
        "added": row.added.isoformat(timespec="seconds"),
    }


def _reading(context: typer.Context, home: Path | None, server: str | None) -> Reading:
    settings = o.settings_of(context, home)
    if server:
        return remote_library(server)
    ensure_documents(settings)
    return local_documents(settings)
