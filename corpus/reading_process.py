"""Bytes of one document -> a draft, read in a process of its own that a hostile file may hang or crash at will.

The process is started with the first file and kept for the next ones, so that only the first pays for a start. It is
a fresh Python, never a fork, whatever the program around has loaded; what it sends is JSON.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from corpus.draft_json import draft_from_json
from corpus.errors import CorpusError, InvalidMetadata, UnreadableDocument, UnsupportedFormat
from corpus.reading import Draft

REPLY_MAX = 2**30  # bytes of a draft as JSON; the text of the largest file taken (50 MB) is under a tenth of it
WORKER = (sys.executable, "-I", "-m", "corpus.reading_worker")  # -I: a folder of documents may hold a json.py
_ERRORS = {one.__name__: one for one in (UnsupportedFormat, UnreadableDocument, InvalidMetadata)}
_SIGXCPU = 24  # on Linux and macOS; the signal module does not name it on Windows
_LAST_BREATH = 5.0  # seconds in which a process that closed its pipe ends by itself and leaves its own exit code


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """For one file. 1,000 full pages of PDF took 23 s of work and 0.1 GB; wall time is more generous, because a busy
    machine gives a process less.
    """

    cpu_seconds: int = 120
    wall_seconds: float = 300.0
    memory: int = 2 * 2**30


class ReadingProcess:
    """Thread safe; reads one file at a time. Ends with the program that uses it."""

    def __init__(self, limits: ReadingLimits | None = None, command: Sequence[str] = WORKER) -> None:
        self._limits, self._command = limits or ReadingLimits(), command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(
        self,
        data: bytes,
        name: str,
        *,
        media_type: str = "",
        given: Mapping[str, object] | None = None,
        topics: Collection[str] | None = None,
    ) -> Draft:
        """As `read_bytes`, which does the work. UnreadableDocument also stands for a reader that crashed or took too
        much time or memory.
        """
        request = {
            "name": name,
            "media_type": media_type,
            "given": dict(given or {}),
            "topics": None if topics is None else sorted(topics),
            "size": len(data),
        }
        with self._lock:
            reply = self._exchange(json.dumps(request, default=_day).encode() + b"\n" + data, name)
        return self._draft(reply, name)

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        with self._lock:
            self._end()

    def _exchange(self, request: bytes, name: str) -> dict[str, Any]:
        process = self._running(name)
        late = threading.Event()
        alarm = threading.Timer(self._limits.wall_seconds, _kill, (process, late))
        alarm.start()
        try:
            line = _ask(process, request)
        finally:
            alarm.cancel()
        if not line.endswith(b"\n"):
            raise self._ended(process, late.is_set(), name)
        reply: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
        if reply["last"]:
            self._end()
        return reply

    def _draft(self, reply: Mapping[str, Any], name: str) -> Draft:
        if "draft" in reply:
            return draft_from_json(reply["draft"])
        if "error" in reply:
            raise _ERRORS.get(reply["error"], CorpusError)(reply["message"])
        if "memory" in reply:
            size = self._limits.memory / 2**30
            raise UnreadableDocument(f"{name}: reading it takes more than {size:g} GB of memory; split it")
        raise UnreadableDocument(f"{name}: its reader failed ({reply['broken']}); save the document again, or as text")

    def _ended(self, process: subprocess.Popen[bytes], late: bool, name: str) -> UnreadableDocument:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_BREATH)
        self._end()
        code = process.returncode
        if late or code == -_SIGXCPU:
            return UnreadableDocument(
                f"{name}: not read within {self._limits.cpu_seconds} s of work, which no whole document takes; "
                "split it or save it again"
            )
        return UnreadableDocument(f"{name}: its reader crashed (exit {code}); save the document again, or as text")

    def _running(self, name: str) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = self._started(name)
            atexit.register(self.close)
        return self._process

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a parser's complaints quote the document
                env={},  # the service's may hold secrets
            )
        except OSError as error:
            raise UnreadableDocument(f"{name}: no process to read it can be started ({error}); try again") from error
        limits = {"memory": self._limits.memory, "cpu_seconds": self._limits.cpu_seconds}
        with suppress(OSError):  # a process that cannot begin is met by the first request
            _pipe(process.stdin).write(json.dumps(limits).encode() + b"\n")
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.close)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # what was not written yet is of no use to a dead process
                _pipe(pipe).close()


def _ask(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """A line, or part of one or nothing where the process ends before."""
    try:
        _pipe(process.stdin).write(request)
        _pipe(process.stdin).flush()
        return _pipe(process.stdout).readline(REPLY_MAX)
    except OSError:  # its end of the pipe is gone; the exit code tells why
        return b""


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # both were asked for
    return pipe


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    raise TypeError(f"{type(value).__name__} is no value of metadata")


read_apart = ReadingProcess().read
