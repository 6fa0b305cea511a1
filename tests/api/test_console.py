"""What a command tells while it works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.cli.console import pace, watch
from index.build import Progress


@pytest.mark.parametrize(
    ("done", "total", "seconds", "shown"),
    [
        (0, 100, 5.0, ""),
        (10, 100, 5.0, "2.0 a second, 45 s left"),
        (100, 100, 5.0, "20.0 a second, 0 s left"),
        (10, 1_000, 40.0, "15.0 a minute, 66 min left"),
        (1_000, 100_000, 500.0, "2.0 a second, 14 h left"),
    ],
)
def test_the_rate_so_far_tells_the_time_left(done: int, total: int, seconds: float, shown: str) -> None:
    assert pace(Progress(done, total), seconds) == shown


def test_a_log_gets_a_line_at_the_start_every_half_a_minute_and_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0

    def work() -> Iterator[Progress]:
        nonlocal now
        for done in range(10, 101, 10):
            now += 10
            yield Progress(done, 100)

    watch(work(), "Indexing", clock=lambda: now)
    assert capsys.readouterr().err.splitlines() == [
        "Indexing ...",
        "Indexing: 30 of 100 documents, 1.0 a second, 70 s left",
        "Indexing: 60 of 100 documents, 1.0 a second, 40 s left",
        "Indexing: 90 of 100 documents, 1.0 a second, 10 s left",
        "Indexing: 100 of 100 documents",
    ]


def test_nothing_to_do_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    watch([], "Indexing")
    assert capsys.readouterr().err == ""
