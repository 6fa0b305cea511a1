"""Imported by the process that forks: goes once through a whole life, so that no child pays for an import."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash import life
from tests.crash.world import Operation, text_of

with TemporaryDirectory() as folder:
    life.perform(Path(folder), Operation("ingest", {"warm": text_of("warm", 0)}), 0, lambda: None)
    life.perform(
        Path(folder), Operation("publish", {name: text_of(name, 0) for name in ("one", "two")}), 0, lambda: None
    )
    life.perform(Path(folder), Operation("delete", {}, ("warm",)), 0, lambda: None)
    life.open_again(Path(folder), finish=True)
