"""muhojir backup, muhojir restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..backup import restore_backup, write_backup
from ..wiring import create_empty, open_file, open_store, update_index
from . import options as o
from .console import note, out, print_json, reporting, watch

BACKUP_EXAMPLES = """Examples:

  muhojir backup library-2026-11-22.sqlite"""

RESTORE_EXAMPLES = """Examples:

  muhojir restore library-2026-11-22.sqlite

Documents that were removed after the backup stay removed."""

File = Annotated[Path, typer.Argument(metavar="FILE")]


def backup(context: typer.Context, file: File, as_json: o.Json = False, home: o.Home = None) -> None:
    """Write all documents and versions into one file, also while the service runs."""
    with reporting(as_json):
        store = open_store(o.settings_of(context, home))
        write_backup(store, file)
        documents = len(store.live())
    if as_json:
        print_json({"schema": 1, "file": str(file), "documents": documents})
    else:
        out(f"{file}: {documents} documents")


def restore(context: typer.Context, file: File, as_json: o.Json = False, home: o.Home = None) -> None:
    """Put a backup's documents in the place of the home's, and index them."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        saved = open_file(file, create=False)
        create_empty(settings)
        aside = open_file(settings.home / "corpus.sqlite.restored", create=True)
        removed = restore_backup(saved, open_store(settings), aside)
        watch(update_index(settings), "Indexing")
        documents = len(open_store(settings).live())
    for name in removed:
        note(f"stays removed: {name}")
    if as_json:
        print_json({"schema": 1, "documents": documents, "stay_removed": removed})
    else:
        out(f"restored: {documents} documents")
