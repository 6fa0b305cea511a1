"""muhojir doctor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ..errors import EXIT_DONE, EXIT_OTHER
from ..wiring import examine_home, set_damaged_aside, update_index
from . import options as o
from .console import note, out, print_json, reporting, watch

DOCTOR_EXAMPLES = """Examples:

  muhojir doctor

  muhojir doctor --repair"""


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Make anew what is damaged or outdated.")] = False,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Check the installation, the documents, the model and every file of the index."""
    with reporting(as_json):
        settings = o.settings_of(context, home)
        if repair:
            for fault in set_damaged_aside(settings):
                note(f"set aside: {fault}")
            watch(update_index(settings, renew=True), "Indexing")
        checks = list(examine_home(settings))
    if as_json:
        values = settings.model_dump(mode="json")
        print_json({"schema": 1, "checks": [asdict(check) for check in checks], "settings": values})
    else:
        for check in checks:
            out(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.found}")
        out()
        for name, value in settings.model_dump(mode="json").items():
            out(f"      MUHOJIR_{name.upper()}={value}")
    raise typer.Exit(EXIT_DONE if all(check.ok for check in checks) else EXIT_OTHER)
