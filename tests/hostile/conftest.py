"""One reading process for all hostile files, with less time than the product gives, so that the suite ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.reading_process import ReadingLimits, ReadingProcess


@pytest.fixture(scope="session")
def process() -> Iterator[ReadingProcess]:
    opened = ReadingProcess(ReadingLimits(cpu_seconds=20, wall_seconds=120.0))
    yield opened
    opened.close()
