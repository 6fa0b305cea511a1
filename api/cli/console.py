"""How commands speak: data on stdout, everything else on stderr, errors as one sentence and an exit code."""

from __future__ import annotations

import json
import math
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import typer

from qa.errors import InvalidQuery

from ..errors import DOMAIN_ERRORS, body_of, exit_code_of
from ..settings import colour_allowed

_WIDEST = 100  # columns; longer lines are hard to read
_SILENT = 30.0  # seconds between two lines of progress where no bar can be drawn: a day of indexing fits a log


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


def watch(steps: Iterable[Progress], doing: str, clock: Callable[[], float] = time.monotonic) -> None:
    """Runs `steps` to the end: a bar on a terminal, lines elsewhere (at the start, every half a minute, at the end),
    nothing for none."""
    if sys.stderr.isatty():
        _bar(steps, doing, clock)
        return
    begun = said = clock()
    last: Progress | None = None
    for step in steps:
        if last is None:
            note(f"{doing} ...")
        elif clock() - said >= _SILENT:
            said = clock()
            note(f"{doing}: {step.done} of {step.total} documents, {pace(step, said - begun)}")
        last = step
    if last is not None:
        note(f"{doing}: {last.done} of {last.total} documents")


def pace(step: Progress, seconds: float) -> str:
    """How fast it goes and how long it will take, judged by the `seconds` since the start; "" when nothing is done."""
    if not step.done or seconds <= 0:
        return ""
    rate = step.done / seconds
    left = (step.total - step.done) / rate
    shown = f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute"
    return f"{shown}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    """Rounded up in the unit that fits."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds > 2 * size:
            return f"{math.ceil(seconds / size)} {unit}"
    return f"{math.ceil(seconds)} s"


def _bar(steps: Iterable[Progress], doing: str, clock: Callable[[], float]) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    pace_column = TextColumn("{task.fields[pace]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), pace_column)
    begun, iterator = clock(), iter(steps)
    first = next(iterator, None)
    if first is None:
        return
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(doing, total=first.total, completed=first.done, pace=pace(first, clock() - begun))
        for step in iterator:
            bar.update(task, total=step.total, completed=step.done, pace=pace(step, clock() - begun))
