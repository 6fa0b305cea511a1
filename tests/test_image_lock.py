"""image.lock names what constraints.txt names, each with hashes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([a-z0-9.-]+)==([^+\s]+)")


def entries() -> list[str]:
    text = (ROOT / "image.lock").read_text(encoding="utf-8")
    return [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]


def canonical(line: str) -> tuple[str, str]:
    name, version = line.split("==")
    return re.sub(r"[-_.]+", "-", name).lower(), version


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.split("==")[0])
def test_each_package_of_the_image_is_pinned_as_tested_with_a_hash(entry: str) -> None:
    pinned = dict(map(canonical, (ROOT / "constraints.txt").read_text(encoding="utf-8").split()))
    found = PIN.match(entry)
    assert found is not None
    assert pinned[found[1]] == found[2]
    assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)


def test_the_image_installs_only_what_has_a_hash() -> None:
    steps = re.findall(r"pip install[^\n]*", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    unchecked = [step for step in steps if "--require-hashes" not in step]
    assert unchecked == ["pip install --no-deps --no-build-isolation ."]
