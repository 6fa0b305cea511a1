"""muhojir init, muhojir add, muhojir remove."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import EXIT_DONE, EXIT_OTHER
from ..intake import copies_of
from ..purging import mask_removed, queue_purges
from ..wiring import (
    create_empty,
    ensure_documents,
    finish_jobs,
    open_backend,
    open_jobs,
    open_store,
    take_in,
    update_index,
)
from . import options as o
from .accounts import date_lines, draft_account, dropped_lines, fact_lines
from .console import note, out, print_json, print_lines, reporting, strong, watch

if TYPE_CHECKING:
    from ..intake import Taken

Sources = Annotated[
    list[str],
    typer.Argument(metavar="PATH|URL...", help="Files, folders with everything readable below them, or addresses."),
]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Document ids, as `muhojir list` shows them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and report, store nothing.")]

INIT_EXAMPLES = """Examples:

  muhojir init

  muhojir init --no-library --home ./case-17

Running it again brings the index up to the documents; it deletes nothing."""

ADD_EXAMPLES = """Examples:

  muhojir add report.md notes/

  muhojir add --publisher FIDH --published 2011-08-25 --url https://example.org/r report.txt

  muhojir add https://example.org/reports/work-permits

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
        snapshots = open_backend(settings).snapshots
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
    sources: Sources,
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
        taken, skipped = take_in(settings, sources, {key: value for key, value in given.items() if value}, dry_run)
        if not dry_run:
            watch(update_index(settings), "Indexing")
        copies = [] if dry_run else copies_of(open_store(settings), [one.document_id for one in taken])
    for one in skipped:
        note(f"skipped {one.name}: {one.reason}")
    if as_json:
        print_json(
            {
                "schema": 1,
                "documents": [_row(one) for one in taken],
                "skipped": [{"name": one.name, "reason": one.reason} for one in skipped],
                "copies": [list(group) for group in copies],
            }
        )
    else:
        print_lines(line for done in taken for line in _lines(done))
        print_lines(f"one text  {', '.join(group)}: count as one source" for group in copies)
    named = set(_named(sources))
    failed = not taken or any(one.name in named for one in skipped)
    raise typer.Exit(EXIT_OTHER if failed else EXIT_DONE)


def _named(sources: Sequence[str]) -> Iterator[str]:
    for source in sources:
        yield source  # addresses are skipped under their own name, files under their last part
        if not Path(source).is_dir():
            yield Path(source).name


def _row(taken: Taken) -> dict[str, Any]:
    fields = ("name", "title", "document_id", "version", "outcome")
    account = {"account": draft_account(taken.draft)} if taken.draft else {}
    return {**{name: getattr(taken, name) for name in fields}, **account}


def _lines(taken: Taken) -> Iterator[str]:
    line = f"{taken.outcome:9}  {taken.document_id or taken.name}  {taken.title}"
    if taken.draft is None:
        yield line
        return
    body = draft_account(taken.draft)
    yield from (strong(line), *fact_lines(body), *dropped_lines(body), *date_lines(body), "")


def remove(context: typer.Context, identities: Ids, as_json: o.Json = False, home: o.Home = None) -> None:
    """Remove documents from every later answer and delete them from the disk; adding them again brings them back."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        store = open_store(settings)
        for identity in identities:
            store.get(identity)  # all are known, or none is removed
        for identity in identities:
            store.remove(identity)
        mask_removed(store, open_backend(settings).hide, time.sleep)
        queue_purges(store, open_jobs(settings))
        finish_jobs(settings)
        waiting = {gone.document_id for gone in store.tombstones() if gone.purged is None}
    for identity in sorted(waiting.intersection(identities)):
        note(f"{identity} is hidden; the service deletes it from the disk as soon as it can")
    if as_json:
        print_json({"schema": 1, "removed": identities})
    else:
        for identity in identities:
            out(f"removed  {identity}")
