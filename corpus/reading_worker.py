"""The process in which documents are parsed: requests on stdin, drafts or refusals as lines of JSON on stdout.

Started by reading_process.py. A parser that is led astray by its file can lose no more than this process: it has
bounds on memory and processor time, writes no file, and knows no setting of the service.

A request is one line of JSON and then `size` bytes; a reply is one line of JSON. The first line holds the limits.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from corpus.draft_json import draft_to_json
from corpus.errors import CorpusError
from corpus.reading import read_bytes

WORN = 4  # a process that once took this part of the memory allowed is not used again: its heap is in pieces


def main() -> None:
    requests, replies = sys.stdin.buffer, _private_stdout()
    limits = json.loads(requests.readline())
    _confine(limits["memory"])
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        _allow(limits["cpu_seconds"])
        replies.write(_line(request, data, limits["memory"] // WORN) + b"\n")
        replies.flush()


def _line(request: Mapping[str, Any], data: bytes, worn: int) -> bytes:
    try:
        reply = answer(request, data)
        reply["last"] = _most_memory() > worn
        return json.dumps(reply, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except MemoryError:
        return b'{"memory": true, "last": true}'


def answer(request: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """The draft, or the class and the words of the error that refuses it. Raises MemoryError."""
    try:
        draft = read_bytes(
            data, request["name"], media_type=request["media_type"], given=request["given"], topics=request["topics"]
        )
    except CorpusError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (a parser may raise anything, and the person is owed a reason)
        return {"broken": type(error).__name__}
    return {"draft": draft_to_json(draft)}


def _private_stdout() -> BinaryIO:
    """A library that prints must not speak into the replies."""
    replies = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)
    return replies


if sys.platform == "win32":  # no such limits there; time is still bounded by the parent

    def _confine(memory: int) -> None:
        pass

    def _allow(seconds: int) -> None:
        pass

    def _most_memory() -> int:
        return 0

else:
    import resource

    def _confine(memory: int) -> None:
        for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
            _lower(kind, most)

    def _allow(seconds: int) -> None:
        """Processor time is counted from the start of the process."""
        _lower(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)

    def _lower(kind: int, most: int) -> None:
        """The soft limit, never above a hard one that was set from outside."""
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))

    def _most_memory() -> int:
        """Bytes; Linux counts in kilobytes, macOS in bytes."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
