"""One reading process for all hostile files, with a third of the time that the product gives, so that the suite ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.reading_process import ReadingLimits, ReadingProcess


@pytest.fixture(scope="session")
def process() -> Iterator[ReadingProcess]:
    opened = ReadingProcess(ReadingLimits(cpu_seconds=40, wall_seconds=240.0))
    yield opened
    opened.close()
