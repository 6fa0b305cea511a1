"""One builder at a time: the lock that keeps a home's writers apart, whatever the backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import BuildBusy, PublishFailed


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """Holds the lock of an existing home. Raises BuildBusy at once when another process has it, PublishFailed where
    nothing can be written."""
    lock = FileLock(home / "build.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BuildBusy(
            f"another process is indexing {home}; the present index goes on answering. Try again when it ends"
        ) from error
    except OSError as error:
        raise PublishFailed(
            f"{home} cannot be written ({error.strerror}); the present index goes on answering. Check the folder and "
            "its permissions, then: muhojir init"
        ) from error
    try:
        yield
    finally:
        lock.release()
