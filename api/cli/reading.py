"""muhojir show, muhojir cite, muhojir list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.metadata import date_interval
from qa.errors import InvalidQuery

from ..ports import Reading
from ..schemas import FiltersIn
from ..wire import filters_of, parse
from ..wiring import ensure_documents, local_documents, open_store, remote_library
from . import options as o
from .accounts import account_body, date_lines, dropped_lines, fact_lines
from .console import faint, out, print_json, print_lines, reporting, strong

if TYPE_CHECKING:
    from corpus.store import DocumentRow
    from index.ports import Filters

Id = Annotated[str, typer.Argument(metavar="ID", help="A document id, or a passage id (document@version:start-end).")]
Version = Annotated[str | None, typer.Option("--version", help="An earlier version of the document.")]
AccountOnly = Annotated[
    bool, typer.Option("--account", help="What was kept and dropped, each fact's basis, dates in sentences; no text.")
]
Style = Annotated[str, typer.Option("--format", help="refworld, bibtex, ris or csl-json.")]

SHOW_EXAMPLES = """Examples:

  muhojir show 2024-asia-plus-vnukovo-954-held

  muhojir show 2024-asia-plus-vnukovo-954-held --json | jq .dates

  muhojir show 2024-asia-plus-vnukovo-954-held --account"""

CITE_EXAMPLES = """Examples:

  muhojir cite 2025-hrw-living-in-fear-and-humiliation

  muhojir cite 2025-hrw-living-in-fear-and-humiliation --format bibtex >> sources.bib"""

LIST_EXAMPLES = """Examples:

  muhojir list

  muhojir list --from 2020 --publisher Reuters --language en

  muhojir list --json | jq -r '.documents[].id'"""


def show(
    context: typer.Context,
    identity: Id,
    version: Version = None,
    account: AccountOnly = False,
    as_json: o.Json = False,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """Print a document's facts, its text and what was dropped of it, or the words of a passage."""
    with reporting(as_json):
        if account and (server or "@" in identity):
            raise InvalidQuery("account", "is kept beside the documents of this machine's home; give a document id")
        why = None if server or "@" in identity else _account(context, home, identity, version)
        if why and account:
            if as_json:
                print_json(why)
            else:
                print_lines([*_facts(why), "", *date_lines(why)])
            return
        reading = _reading(context, home, server)
        body = reading.passage(identity) if "@" in identity else reading.document(identity, version)
    if as_json:
        out(body.json_text(indent=2))
        return
    out(strong(body.cite_as))
    out(faint(body.id))
    out()
    print_lines([*_facts(why), ""] if why else [])
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


@o.filtering
def list_documents(
    context: typer.Context,
    *,
    filters: o.Filters,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """List the documents of the home, in order of id; filters as in `ask`."""
    with reporting(as_json):
        wanted = filters_of(parse(FiltersIn, filters))
        settings = o.settings_of(context, home)
        ensure_documents(settings)
        rows = [row for row in open_store(settings).list() if _passes(row, wanted)]
    if as_json:
        print_json({"schema": 1, "documents": [_row(row) for row in rows]})
        return
    for row in rows:
        date = row.published.value if row.published else "n.d."
        out(f"{row.id}  {faint(date)}  {row.title or row.name}")


def _passes(row: DocumentRow, filters: Filters) -> bool:
    """The rules of the index's own filters, for documents that may not be indexed yet."""
    own = {
        "publisher": (row.publisher,),
        "source_type": (row.record.source_type,),
        "topic": row.record.topics,
        "language": (row.language,),
        "document_id": (row.id,),
    }
    listed = all(not getattr(filters, key) or set(values) & set(getattr(filters, key)) for key, values in own.items())
    first, last = filters.published_from, filters.published_to
    if not (first or last):
        return listed
    days = date_interval(row.published.value) if row.published else None
    return bool(
        listed
        and days
        and (not first or days[1] >= date_interval(first)[0])
        and (not last or days[0] <= date_interval(last)[1])
    )


def _account(context: typer.Context, home: Path | None, identity: str, version: str | None) -> dict[str, Any]:
    settings = o.settings_of(context, home)
    ensure_documents(settings)
    store = open_store(settings)
    why = store.account(identity, version)
    body = account_body(store.get(identity, version), why.dropped, why.how)
    return {"schema": 1, **body, "headers": dict(why.headers)}


def _facts(why: dict[str, Any]) -> list[str]:
    headers = [f"{'header':15}  {name}: {value}" for name, value in why["headers"].items()]
    return [*fact_lines(why), *headers, "", *dropped_lines(why)]


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
        return remote_library(settings, server)
    ensure_documents(settings)
    return local_documents(settings)
