"""Children that start at once: a server process that has everything imported and forks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from tests.crash import life
from tests.crash.world import Operation

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.crash.warm"])
_Told = TypeVar("_Told")
_PATIENCE = 60.0  # seconds; an operation takes a tenth of one


def _run(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        pipe.send(("done", work(*arguments)))
    except Exception:  # noqa: BLE001  (the parent's test fails with it)
        pipe.send(("failed", traceback.format_exc()))


def _perform(pipe: Connection, root: Path, operation: Operation, fatal: int) -> None:
    _run(pipe, life.perform, (root, operation, fatal, lambda: pipe.send(("begun", None))))


@dataclass(frozen=True, slots=True)
class Lived:
    """What an operation took that was not killed."""

    calls: int
    seconds: float


def perform(root: Path, operation: Operation, *, fatal: int = 0, after: float | None = None) -> Lived | None:
    """In a child that dies before its `fatal`-th call to the disk, or `after` seconds. None when it was killed."""
    pipe, theirs = CONTEXT.Pipe()
    child = CONTEXT.Process(target=_perform, args=(theirs, root, operation, fatal))
    child.start()
    theirs.close()
    assert pipe.recv() == ("begun", None)
    began = time.perf_counter()
    if after is not None and not pipe.poll(after):
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
    try:
        state, value = pipe.recv()
    except EOFError:
        child.join()
        assert child.exitcode == -signal.SIGKILL
        return None
    child.join()
    assert state == "done", value
    return Lived(value, time.perf_counter() - began)


def open_again(root: Path, *, finish: bool) -> life.Found:
    return call(_opened_again, root, finish)


def _opened_again(root: Path, finish: bool) -> life.Found:
    return life.open_again(root, finish=finish)


def call(work: Callable[..., _Told], *arguments: Any) -> _Told:
    """What `work` returns in a child; fails with it."""
    pipe, theirs = CONTEXT.Pipe()
    child = CONTEXT.Process(target=_run, args=(theirs, work, arguments))
    child.start()
    theirs.close()
    assert pipe.poll(_PATIENCE), f"{work.__name__} does not end"
    state, value = pipe.recv()
    child.join()
    assert state == "done", value
    told: _Told = value
    return told
