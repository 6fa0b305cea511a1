"""muhojir init, muhojir add, muhojir remove."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import EXIT_DONE, EXIT_OTHER
from ..wiring import create_empty, ensure_documents, open_snapshots, open_store, take_in, update_index
from . import options as o
from .console import note, out, print_json, reporting, watch

Paths = Annotated[list[Path], typer.Argument(help="Files, or folders with everything readable below them.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Document ids, as `muhojir list` shows them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and report, store nothing.")]

INIT_EXAMPLES = """Examples:

  muhojir init

  muhojir init --no-library --home ./case-17

Running it again brings the index up to the documents; it deletes nothing."""

ADD_EXAMPLES = """Examples:

  muhojir add report.md notes/

  muhojir add --publisher FIDH --published 2011-08-25 --url https://example.org/r report.txt

  muhojir add --dry-run archive/

Adding a file again under the same name makes a new version; the same content changes nothing."""

REMOVE_EXAMPLES = """Examples:

  muhojir remove report-1a2b3c4d"""


def init(
    context: typer.Context,
    library: Annotated[bool, typer.Option("--library/--no-library", help="Begin with the shipped library.")] = True,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Make the home and its index, or bring the index up to the documents."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        (ensure_documents if library else create_empty)(settings)
        watch(update_index(settings), "Indexing")
        snapshots = open_snapshots(settings)
        manifest = snapshots.manifest(snapshots.current_id())
    facts = {
        "schema": 1,
        "home": str(settings.home),
        "snapshot": manifest.id,
        "documents": manifest.documents,
        "passages": manifest.passages,
    }
    if as_json:
        print_json(facts)
    else:
        out(f"{settings.home}: {manifest.documents} documents, {manifest.passages} passages, snapshot {manifest.id}")


def add(
    context: typer.Context,
    paths: Paths,
    dry_run: DryRun = False,
    title: Annotated[str | None, typer.Option(help="Title, in place of the document's own.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="Author; may be repeated.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="2011, 2011-08 or 2011-08-25.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    source_type: Annotated[str | None, typer.Option("--type", help="news, report, statement ...")] = None,
    topics: Annotated[list[str] | None, typer.Option("--topic", help="Topic; may be repeated.")] = None,
    lang: Annotated[str | None, typer.Option("--language", help="en, ru or tg; detected when left out.")] = None,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Add documents and index them; options describe every file that is named."""
    given: dict[str, Any] = {
        "title": title,
        "author": author,
        "publisher": publisher,
        "published": published,
        "published_basis": "given" if published else None,
        "url": url,
        "source_type": source_type,
        "topics": topics,
        "lang": lang,
    }
    with reporting(as_json):
        settings = o.settings_of(context, home)
        taken, skipped = take_in(settings, paths, {key: value for key, value in given.items() if value}, dry_run)
        if not dry_run:
            watch(update_index(settings), "Indexing")
    for one in skipped:
        note(f"skipped {one.name}: {one.reason}")
    if as_json:
        print_json(
            {"schema": 1, "documents": [asdict(one) for one in taken], "skipped": [asdict(one) for one in skipped]}
        )
    else:
        for done in taken:
            out(f"{done.outcome:9}  {done.document_id or done.name}  {done.title}")
    named = {path.name for path in paths if not path.is_dir()}
    failed = not taken or any(one.name in named for one in skipped)
    raise typer.Exit(EXIT_OTHER if failed else EXIT_DONE)


def remove(context: typer.Context, identities: Ids, as_json: o.Json = False, home: o.Home = None) -> None:
    """Remove documents from every later answer; adding them again brings them back."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        store = open_store(settings)
        for identity in identities:
            store.get(identity)  # all are known, or none is removed
        for identity in identities:
            store.remove(identity)
        watch(update_index(settings), "Indexing")
    if as_json:
        print_json({"schema": 1, "removed": identities})
    else:
        for identity in identities:
            out(f"removed  {identity}")
