"""kill -9 at seeded moments: the home opens by itself, shows the old or the new state whole, and loses nothing."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.crash import nursery
from tests.crash.world import KINDS, draw

ROUNDS_A_HOME = 25


def killed(root: Path, kills: int, seed: int) -> Counter[str]:
    """So many kills, home after home; returns how many of each kind of operation."""
    chance, died = random.Random(seed), Counter[str]()
    number = 0
    while died.total() < kills:
        if number % ROUNDS_A_HOME == 0:
            home = root / f"home-{number}"
            home.mkdir()
            world: dict[str, str] = {}
        number += 1
        operation = draw(chance, world, number)
        rehearsal = root / "rehearsal"
        shutil.copytree(home, rehearsal)
        taken = nursery.perform(rehearsal, operation)
        shutil.rmtree(rehearsal)
        assert taken is not None
        calls, seconds = taken
        if chance.random() < 0.5:
            end = nursery.perform(home, operation, fatal=chance.randint(1, calls))
        else:
            end = nursery.perform(home, operation, after=chance.uniform(0, seconds))
        died[operation.kind] += end is None
        is_certain = end is not None or (home / "acks").exists()
        (home / "acks").unlink(missing_ok=True)
        after = operation.applied(world)
        allowed = [after] if is_certain else [world, after]
        for finish in (False, True):
            found = nursery.open_again(home, finish=finish)
            where = f"round {number}: {operation.kind} {operation.puts or operation.drops} acknowledged {is_certain}"
            assert not found.faults, f"{where}: {found.faults}"
            assert found.served in (allowed if finish else [world, after]), where
        world = found.served
    return died


def test_a_kill_at_any_moment_loses_nothing_and_mixes_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, kills=8, seed=1).total() == 8


@pytest.mark.crash
def test_two_hundred_kills_lose_nothing_and_mix_nothing(tmp_path: Path) -> None:
    died = killed(tmp_path, kills=200, seed=2)
    print(died)
    assert set(died) == set(KINDS)
