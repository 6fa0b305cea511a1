"""A service of its own for a benchmark: started as people start it, watched from outside through /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.store import CorpusStore
from index.store import SnapshotStore

_TICKS = os.sysconf("SC_CLK_TCK")
_READY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Service:
    """`url` answers; all figures are sums over the process and its workers."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self._family()) / _TICKS

    def resident_mb(self) -> float:
        """Private memory: the index's files are shared, and the kernel's to drop."""
        return sum(private_kb(pid) for pid in self._family()) / 1024

    def _family(self) -> list[int]:
        family = [self.pid]
        for pid in sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
            try:
                if int(_stat(pid)[1]) in family:
                    family.append(pid)
            except (FileNotFoundError, ProcessLookupError):  # it ended between the two looks
                continue
        return family


@contextmanager
def running(home: Path, port: int, workers: int) -> Iterator[Service]:
    """`muhojir serve` without rate limits, ready to answer, ended with the block."""
    settings = {"HOME": home, "WORKERS": workers, "ADDRESS_RATE": 0}
    environment = {**os.environ, **{f"MUHOJIR_{name}": str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process)
            yield Service(url, process.pid)
        finally:
            process.terminate()


def swap(home: Path) -> str:
    """Publishes the live snapshot once more, as after a change of nothing, and returns its new id."""
    snapshots = SnapshotStore(home)
    with snapshots.building(), closing(CorpusStore(home / "corpus.sqlite", create=False)) as store:
        live = snapshots.manifest(snapshots.current_id())
        if store.revision() != live.corpus_revision:
            raise SystemExit(f"the index of {home} is not up to date. Run: muhojir init")
        store.outlive(live.corpus_revision)
        fresh = replace(live, corpus_revision=store.revision())
        snapshots.publish(fresh, None)
        return fresh.id


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _READY_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=60):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"the service at {url} does not get ready; start it by hand to see why")


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) from `state` on; a command's name may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def private_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
