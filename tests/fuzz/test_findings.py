"""What fuzzing once found stays found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

FOUND = sorted(path for path in (Path(__file__).parent / "findings").glob("*/*") if path.is_file())
BYTES = [b"", b"\x00", b"\xff\xfe", b"a\xcc\x81" * 40, b"\xed\xa0\x80", b"1.\n2.\n", "т. е. U.S. г. 2011 г.".encode()]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_finding_breaks_its_law_no_more(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes().decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("data", BYTES)
def test_every_target_holds_its_law_on_odd_bytes(name: str, data: bytes) -> None:
    TARGETS[name](data.decode("utf-8", "surrogateescape"))
