"""muhojir migrate."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from ..wiring import migrate_to_milvus, prove_migration
from . import options as o
from .console import note, out, print_json, reporting, watch

MIGRATE_EXAMPLES = """Examples:

  MUHOJIR_BACKEND_URI=http://milvus:19530 muhojir migrate --to milvus

  MUHOJIR_BACKEND_URI=http://milvus:19530 muhojir migrate --to milvus --shards 2 --replicas 2

The home stays as it is. Then set MUHOJIR_BACKEND=milvus, and nothing else changes."""


class Engine(StrEnum):
    MILVUS = "milvus"


def migrate(
    context: typer.Context,
    to: Annotated[Engine, typer.Option("--to", help="The engine that MUHOJIR_BACKEND_URI names.")],
    shards: Annotated[int, typer.Option(min=1, max=64, help="Parts that take writes side by side.")] = 1,
    replicas: Annotated[int, typer.Option(min=1, max=16, help="Copies that answer; each node holds one at most.")] = 1,
    samples: Annotated[int, typer.Option(min=1, max=10_000, help="Documents compared afterwards.")] = 100,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Copy the index into an engine without encoding anything, make the copy live there and compare both."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        watch(migrate_to_milvus(settings, shards, replicas), "Copying")
        proof = prove_migration(settings, samples)
    if as_json:
        print_json({"schema": 1, "to": to.value, **asdict(proof)})
        return
    out(f"{proof.documents} documents, {proof.passages} passages in {settings.backend_uri}")
    out(f"compared: {proof.sampled} passages, {proof.searches} searches; nearest ten agree on {proof.overlap:.3f}, "
        f"scores to {proof.difference:.1g}")  # fmt: skip
    note(f"Now set MUHOJIR_BACKEND={to.value}")
