"""A whole Milvus cluster on this machine: etcd, a broker and one process for each of the server's roles.

scripts/install-milvus-cluster puts the programs in place. Ports are free ones, data lies in the folder given.
`python -m tests.cluster.launcher FOLDER` starts one by hand and prints its address.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml

ROOT = Path(__file__).parent.parent.parent
INSTALLED = ROOT / ".cluster"
BROKER = Path(__file__).parent / "broker.py"
# The section of milvus.yaml that holds each role's port. Two query nodes: one may die.
ROLES = {
    "rootcoord": "rootCoord",
    "datacoord": "dataCoord",
    "querycoord": "queryCoord",
    "datanode": "dataNode",
    "indexnode": "indexNode",
    "querynode1": "queryNode",
    "querynode2": "queryNode",
    "proxy": "proxy",
}
_SLOT = re.compile(r"\{\{\s*\w+(?:\(\w+\))?(?:: ?([^}]*?))?\s*\}\}")


_START_SECONDS = 180.0  # twenty on an idle machine


class ClusterFailed(Exception):
    """The cluster cannot be started; says which part and where its log is."""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Cluster:
    """Running processes by role. `start` raises ClusterFailed; `stop` ends every one of them."""

    def __init__(self, folder: Path, installed: Path = INSTALLED) -> None:
        self.folder, self._installed = folder, installed
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ports = {role: free_port() for role in ROLES}
        self._health = {role: free_port() for role in ROLES}
        self._etcd, self._broker = f"127.0.0.1:{free_port()}", ""

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self._ports['proxy']}"

    def start(self) -> None:
        if not (self._installed / "milvus" / "milvus").exists() or shutil.which("etcd") is None:
            raise ClusterFailed("the server is not installed. Run: scripts/install-milvus-cluster")
        (self.folder / "data").mkdir(parents=True)
        peers, clients = f"http://127.0.0.1:{free_port()}", f"http://{self._etcd}"
        options = {
            "data-dir": str(self.folder / "etcd"),
            "listen-client-urls": clients,
            "advertise-client-urls": clients,
            "listen-peer-urls": peers,
            "initial-advertise-peer-urls": peers,
            "initial-cluster": f"default={peers}",
        }
        self._run("etcd", ["etcd", *(f"--{name}={value}" for name, value in options.items())])
        self._run("broker", [str(self._installed / "bin" / "python"), str(BROKER)])
        self._broker = self._first_line("broker")
        for role in ROLES:
            self.start_role(role)
        self._wait(_START_SECONDS)

    def start_role(self, role: str) -> None:
        """Also after a kill: the role comes back under its old port."""
        programs = self._installed / "milvus"
        settings = {
            "MILVUSCONF": str(self._configured(role)),
            "LD_LIBRARY_PATH": str(programs.resolve()),
            "METRICS_PORT": str(self._health[role]),
            "GOMAXPROCS": "2",
        }
        self._run(role, [str((programs / "milvus").resolve()), "run", role.rstrip("12")], settings)

    def kill(self, role: str) -> None:
        """As a crash would: no warning, nothing written."""
        self._processes[role].send_signal(signal.SIGKILL)
        self._processes[role].wait()

    def roles(self) -> list[str]:
        return list(self._processes)

    def pid(self, role: str) -> int:
        return self._processes[role].pid

    def stop(self) -> None:
        for process in reversed(self._processes.values()):
            if process.poll() is None:
                process.kill()
            process.wait()

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _wait(self, seconds: float) -> None:
        """Until every role says that it is healthy."""
        deadline, waiting = time.monotonic() + seconds, list(ROLES)
        while waiting := [role for role in waiting if not self._is_healthy(role)]:
            if gone := [name for name, process in self._processes.items() if process.poll() is not None]:
                raise ClusterFailed(f"{gone[0]} ended by itself; see {self.log_of(gone[0])}")
            if time.monotonic() > deadline:
                raise ClusterFailed(f"{waiting[0]} did not start in {seconds:.0f} s; see {self.log_of(waiting[0])}")
            time.sleep(0.5)

    def _is_healthy(self, role: str) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._health[role]}/healthz", timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:  # not listening yet, or a 500 while it starts
            return False

    def _run(self, name: str, command: list[str], settings: Mapping[str, str] | None = None) -> None:
        with self.log_of(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder, env={**os.environ, **(settings or {})}
            )

    def _first_line(self, name: str) -> str:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if "\n" in (text := self.log_of(name).read_text()):
                return text.splitlines()[0]
            time.sleep(0.1)
        raise ClusterFailed(f"{name} did not start; see {self.log_of(name)}")

    def _configured(self, role: str) -> Path:
        template = next(self._installed.glob("lib/*/site-packages/milvus/data/config.yaml.template"))
        text = _SLOT.sub(lambda slot: slot.group(1) or "", template.read_text(encoding="utf-8"))
        config: dict[str, Any] = yaml.safe_load(text)
        config["etcd"] |= {"endpoints": self._etcd, "use": {"embed": False}}
        config["mq"] = {"type": "kafka"}
        config["kafka"] = {"brokerList": self._broker, "saslMechanisms": "PLAIN", "securityProtocol": "PLAINTEXT"}
        config["localStorage"] = {"path": str((self.folder / "data").resolve())}
        config["common"] |= {"storageType": "local"}
        config["rootCoord"]["dmlChannelNum"] = 4  # sixteen cost the mock broker more than they give
        config["proxy"]["internalPort"] = free_port()
        for other, section in ROLES.items():
            if other == role or not other.startswith("querynode"):
                config[section] |= {"ip": "127.0.0.1", "port": self._ports[other]}
        folder = self.folder / f"conf-{role}"
        folder.mkdir(exist_ok=True)
        (folder / "milvus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        shutil.copy(template.parent / "glog.conf", folder)
        return folder


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A started cluster, ended with the block. Raises ClusterFailed."""
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # else the processes would outlive this one
    with running(Path(sys.argv[1])) as started:
        sys.stdout.write(f"{started.uri}\n")
        sys.stdout.flush()
        signal.pause()
