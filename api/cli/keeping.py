"""muhojir backup, muhojir restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..backup import restore_backup, write_backup
from ..wiring import open_store, update_index
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
        digest = write_backup(store, file)
        documents = len(store.live())
    if as_json:
        print_json({"schema": 1, "file": str(file), "documents": documents, "sha256": digest})
    else:
        out(f"{file}: {documents} documents, sha256 {digest}")


def restore(context: typer.Context, file: File, as_json: o.Json = False, home: o.Home = None) -> None:
    """Put a backup's documents in the place of the home's, and index them."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        settings.home.mkdir(parents=True, exist_ok=True)
        restored = restore_backup(file, settings.home / "corpus.sqlite")
        watch(update_index(settings), "Indexing")
        documents = len(open_store(settings).live())
    for name in restored.stay_removed:
        note(f"stays removed: {name}")
    if restored.damaged:
        note(f"the damaged documents were set aside in {restored.damaged}; what was removed from them may be back")
    if as_json:
        print_json({"schema": 1, "documents": documents, "stay_removed": list(restored.stay_removed)})
    else:
        out(f"restored: {documents} documents")
    note("Restart services of this home that are running: they still read the documents from before.")
