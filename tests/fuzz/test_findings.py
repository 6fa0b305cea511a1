"""What fuzzing once found stays found, and odd bytes break no law."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

FOUND = sorted(path for path in (Path(__file__).parent / "findings").glob("*/*") if path.suffix != ".md")
BYTES = [b"", b"\x00", b"\xff\xfe", b"a\xcc\x81" * 40, b"\xed\xa0\x80", b"1.\n2.\n", "т. е. U.S. г. 2011 г.".encode()]
CASES = [*((name, data) for name in TARGETS for data in BYTES), *((one.parent.name, one.read_bytes()) for one in FOUND)]


@pytest.mark.parametrize(("name", "data"), CASES)
def test_every_target_holds_its_law(name: str, data: bytes) -> None:
    TARGETS[name](data.decode("utf-8", "surrogateescape"))
