"""How commands speak: data on stdout, everything else on stderr, errors as one sentence and an exit code."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import typer

from qa.errors import InvalidQuery

from ..errors import DOMAIN_ERRORS, body_of, exit_code_of
from ..settings import colour_allowed

_WIDEST = 100  # columns; longer lines are hard to read


class Progress(Protocol):
    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...


@contextmanager
def reporting(as_json: bool = False) -> Iterator[None]:
    """Turns a domain error into its sentence on stderr (or its problem body on stdout) and its exit code."""
    try:
        yield
    except DOMAIN_ERRORS as error:
        if as_json:
            print_json(body_of(error))
        else:
            note(f"muhojir: {error}")
        raise typer.Exit(exit_code_of(error)) from error


def out(text: str = "") -> None:
    typer.echo(text)


def note(text: str) -> None:
    typer.echo(text, err=True)


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        out(line)


def width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)


def write_file(path: Path, text: str) -> None:
    """Raises InvalidQuery naming the file that cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidQuery("file", f"{path} cannot be written: {error.strerror or error}") from error


def print_json(value: Any) -> None:
    out(json.dumps(value, ensure_ascii=False, indent=2))


def colour_wanted() -> bool:
    return sys.stdout.isatty() and colour_allowed()


def strong(text: str) -> str:
    return typer.style(text, bold=True) if colour_wanted() else text


def faint(text: str) -> str:
    return typer.style(text, dim=True) if colour_wanted() else text


def watch(steps: Iterable[Progress], doing: str) -> None:
    """Runs `steps` to the end: a bar on a terminal, a line at the start and the end elsewhere, nothing for none."""
    if sys.stderr.isatty():
        _bar(steps, doing)
        return
    last: Progress | None = None
    for step in steps:
        if last is None:
            note(f"{doing} ...")
        last = step
    if last is not None:
        note(f"{doing}: {last.done} of {last.total} documents")


def _bar(steps: Iterable[Progress], doing: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    iterator = iter(steps)
    first = next(iterator, None)
    if first is None:
        return
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(doing, total=first.total, completed=first.done)
        for step in iterator:
            bar.update(task, total=step.total, completed=step.done)
