"""An environment for each rival, so that none bends another's versions; made once, in a cache folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from .rows import Row

REQUIREMENTS = Path(__file__).parent / "requirements"


class EnvironmentFailed(Exception):
    """No environment for a rival: its interpreter is missing or its packages cannot be installed."""


def interpreter(row: Row, cache: Path) -> Path:
    """The Python that runs the row; ours where it needs no packages. Rows of equal requirements share one.

    Raises EnvironmentFailed.
    """
    if not row.package:
        return Path(sys.executable)
    wanted = REQUIREMENTS / f"{row.module}.txt"
    digest = hashlib.sha256(wanted.read_bytes() + row.python.encode()).hexdigest()[:12]
    folder = cache / f"{row.package}-{digest}"
    python = folder / "bin" / "python"
    if not (folder / ".whole").exists():
        _install(row.python, folder, wanted)
        (folder / ".whole").touch()
    return python


def _install(python: str, folder: Path, wanted: Path) -> None:
    if shutil.which(python) is None:
        raise EnvironmentFailed(f"{python} is not on PATH; install it or leave the row out with --only")
    shutil.rmtree(folder, ignore_errors=True)
    _run([python, "-m", "venv", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "-r", str(wanted)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise EnvironmentFailed(" / ".join(done.stderr.strip().splitlines()[-2:]))


def version_of(row: Row, python: Path) -> str:
    """Of the row's package; empty for ourselves."""
    if not row.package:
        return ""
    code = f"import importlib.metadata as m; print(m.version({row.package!r}))"
    return subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.strip()
