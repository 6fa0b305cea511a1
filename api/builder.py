"""Starts the builder process whenever jobs wait, and ends it with the service."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

from filelock import FileLock, Timeout

from .jobs import JobStore
from .settings import Settings, written_out

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0  # how soon a job is noticed that another worker, or an earlier life, accepted


class Builder:
    """A thread of the service. Work is done in a process of its own: answers keep their processor time and memory."""

    def __init__(self, settings: Settings, jobs: JobStore) -> None:
        self._settings, self._jobs = settings, jobs
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="builder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the process under way; its job is taken up again at the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if self._has_work():
                self._build()
            self._wake.wait(_LOOK_SECONDS)

    def _has_work(self) -> bool:
        try:
            if not self._jobs.waiting():
                return False
            with FileLock(self._settings.home / "jobs.lock", timeout=0):
                return True
        except Timeout:  # another worker's process is at it
            return False
        except Exception as error:  # noqa: BLE001  (a locked or full disk must not end the thread)
            logger.error("the jobs cannot be read: %s", error)
            return False

    def _build(self) -> None:
        command = [sys.executable, "-m", "api.building"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
            if process.stdin:
                process.stdin.write(written_out(self._settings))
                process.stdin.close()
            while process.poll() is None:
                if self._stopping.wait(0.1):
                    process.terminate()
