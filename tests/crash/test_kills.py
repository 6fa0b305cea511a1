"""kill -9 at seeded moments: the home opens by itself, shows the old or the new state whole, and loses nothing."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import nursery
from tests.crash.world import KINDS, Operation, World, draw, outcomes

ROUNDS_A_HOME = 25
TRIES = 3  # rounds a kill may need: one that is timed sometimes comes after the end


def killed(root: Path, kills: int, seed: int) -> Counter[str]:
    """So many kills, home after home; returns how many of each kind of operation."""
    died = Counter[str]()
    for number, died_of in enumerate(rounds(root, random.Random(seed)), start=1):
        died.update([died_of] if died_of else [])
        if died.total() == kills:
            return died
        assert number < TRIES * kills, f"{died} in {number} rounds"
    raise AssertionError("rounds never end")


def rounds(root: Path, chance: random.Random) -> Iterator[str]:
    """Endless operations; yields the kind of one that was killed, "" for one that was not."""
    number = 0
    while True:
        home = root / f"home-{number}"
        home.mkdir()
        world: dict[str, str] = {}
        for number in range(number + 1, number + 1 + ROUNDS_A_HOME):  # noqa: B020  (goes on where it stopped)
            operation = draw(chance, world, number)
            died = attempt(home, operation, chance)
            yield operation.kind if died else ""
            world = settled(home, world, operation, f"round {number}, {'killed' if died else 'done'}: {operation}")
        shutil.rmtree(home)


def attempt(home: Path, operation: Operation, chance: random.Random) -> bool:
    """Half of the deaths come before a call to the disk, half after a time; a rehearsal tells how many there are."""
    rehearsal = home.with_name("rehearsal")
    shutil.copytree(home, rehearsal)
    whole = nursery.perform(rehearsal, operation)
    shutil.rmtree(rehearsal)
    assert whole is not None
    if chance.random() < 0.5:
        return nursery.perform(home, operation, fatal=chance.randint(1, whole.calls)) is None
    return nursery.perform(home, operation, after=chance.uniform(0, whole.seconds)) is None


def settled(home: Path, world: World, operation: Operation, where: str) -> dict[str, str]:
    """The world after the operation. Looks before the service's builder has run and after it."""
    certain = (home / "acks").exists()
    (home / "acks").unlink(missing_ok=True)
    possible = outcomes(world, operation)
    at_once = nursery.open_again(home, finish=False)
    assert not at_once.faults, f"{where}: {at_once.faults}"
    assert at_once.served in possible, where
    finished = nursery.open_again(home, finish=True)
    assert not finished.faults, f"{where}: {finished.faults}"
    assert finished.served in (possible[-1:] if certain else possible), f"{where} acknowledged {certain}"
    return finished.served


def test_a_kill_at_any_moment_loses_nothing_and_mixes_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, kills=3, seed=1).total() == 3


@pytest.mark.crash
@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_fifty_kills_lose_nothing_and_mix_nothing(tmp_path: Path, seed: int) -> None:
    assert set(killed(tmp_path, kills=50, seed=seed)) == set(KINDS)
