"""What is confidential stays out of logs, figures and errors, and nothing leaves the machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.privacy.doors import CANARIES, KEY, QUESTION

ROOT = Path(__file__).parents[2]
NAMESPACE = ["unshare", "--map-root-user", "--net"]


def knocked(folder: Path, model: str) -> dict[str, Any]:
    if shutil.which("unshare") is None or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("a network namespace needs Linux and leave to make one")
    command = [*NAMESPACE, sys.executable, "-m", "tests.privacy.doors", str(folder), model]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def check(told: dict[str, Any], folder: Path) -> None:
    assert {name: status for name, status, _ in told["answers"] if status != 200} == {}
    for name, status, body in told["errors"]:
        assert status < 500, (name, body)
        assert [canary for canary in CANARIES if canary in body] == [], (name, body)
    for canary in (*CANARIES, told["key"]):
        assert canary not in told["log"]
        assert canary not in told["metrics"]
    command = ["grep", "-rlaE", f"{QUESTION}|{KEY}|{told['key']}", str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""
    assert told["probe"] == [["counted", 1, ""]]
    assert told["packets"] == 0


def test_no_door_tells_what_is_confidential_and_no_packet_leaves(tmp_path: Path) -> None:
    check(knocked(tmp_path, "hashing"), tmp_path)


@pytest.mark.slow
def test_the_default_model_needs_no_network_either(tmp_path: Path) -> None:
    check(knocked(tmp_path, "intfloat/multilingual-e5-small"), tmp_path)
