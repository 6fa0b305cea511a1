"""muhojir eval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..wiring import ensure_index, evaluate_collection, evaluate_questions, index_collection
from . import options as o
from .console import print_json, print_lines, reporting, watch

EVAL_EXAMPLES = """Examples:

  muhojir eval --questions tests/golden/library.jsonl

  muhojir eval --beir datasets/scifact --json"""

Questions = Annotated[Path | None, typer.Option("--questions", help="A gold file (JSON lines), asked of the home.")]
Beir = Annotated[Path | None, typer.Option("--beir", help="A folder of corpus.jsonl, queries.jsonl, qrels.tsv.")]


def evaluate(
    context: typer.Context,
    questions: Questions = None,
    beir: Beir = None,
    as_json: o.Json = False,
    home: o.Home = None,
) -> None:
    """Score a gold file against the home, or a folder in BEIR's layout against its own corpus."""
    if (questions is None) == (beir is None):
        raise typer.BadParameter("give either --questions FILE or --beir DIR")
    with reporting(as_json):
        settings = o.settings_of(context, home)
        if questions is not None:
            watch(ensure_index(settings), "Indexing the library")
            report = evaluate_questions(settings, questions)
        elif beir is not None:
            watch(index_collection(settings, beir), f"Indexing {beir.name}")
            report = evaluate_collection(settings, beir)
    if as_json:
        print_json(report)
    else:
        print_lines(_rows(report["rows"]) if "rows" in report else _groups(report["groups"]))


def _rows(rows: list[dict[str, Any]]) -> Iterator[str]:
    """One line a row, under its keys; values of one column stand below each other."""
    names = list(rows[0])
    widths = [max(len(name), *(len(str(row[name])) for row in rows)) for name in names]
    yield "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()
    for row in rows:
        yield "  ".join(str(row[name]).ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()


def _groups(groups: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The figures of all questions and of each language side by side, with their counts."""
    figures = [name for name, value in groups["all"].items() if name != "refusal_recall_by_type"]
    yield from _rows(
        [
            {"figure": figure} | {group: _figure(values[figure]) for group, values in groups.items()}
            for figure in figures
        ]
    )


def _figure(value: Any) -> str:
    return f"{value['rate']:.3f} ({value['count']}/{value['n']})" if isinstance(value, dict) else str(value)
