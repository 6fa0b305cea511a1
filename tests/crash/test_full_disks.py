"""Disks that fill up at a seeded moment, and disks that cannot be written: said in words, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from api import wiring
from api.backup import write_backup
from api.cli import app
from api.errors import DOMAIN_ERRORS
from api.settings import PREFIX
from corpus.errors import StoreUnavailable
from tests.crash import life, nursery
from tests.crash.test_kills import settled
from tests.crash.world import KINDS, Operation, draw, text_of

LEFT = (
    0,
    4_096,
    12_288,
    40_960,
    90_112,
    180_224,
)  # bytes; a small segment takes 60 kB
DISK = 16 * 2**20
ROUNDS_A_HOME = 20


def mount(folder: Path, options: str) -> None:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a disk needs root")
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True).returncode:
        pytest.skip("this system does not let root mount a disk")


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    mount(folder, f"size={DISK}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, left: int) -> None:
    with (folder / "ballast").open("wb") as file:
        file.write(b"\0" * max(shutil.disk_usage(folder).free - left, 0))


def tried(root: Path, operation: Operation, left: int) -> str:
    """How it was refused, in words; "" when it was not."""
    try:
        life.perform(root, operation, 0, lambda: fill(root / "home", left))
    except DOMAIN_ERRORS as error:
        return str(error)
    return ""


def failed_jobs(home: Path) -> list[str]:
    if not (home / "service.sqlite").exists():
        return []
    with closing(sqlite3.connect(home / "service.sqlite")) as db:
        errors = [json.loads(row[0]) for row in db.execute("SELECT error FROM jobs WHERE state = 'failed'")]
    assert not [error for error in errors if error["type"].endswith("internal-error")], errors
    return [error["detail"] for error in errors]


def fill_up(root: Path, rounds: int, seed: int) -> Counter[str]:
    """So many operations on disks with little left; counts the refused by kind, and those that were done."""
    chance, tally, number = random.Random(seed), Counter[str](), 0
    while number < rounds:
        with disk(root / f"{number}" / "home") as home:
            world: dict[str, str] = {}
            failures = 0
            for number in range(number + 1, min(number + ROUNDS_A_HOME, rounds) + 1):  # noqa: B020  (goes on)
                operation, left = draw(chance, world, number), chance.choice(LEFT)
                said = nursery.call(tried, home.parent, operation, left)
                (home / "ballast").unlink(missing_ok=True)
                jobs = failed_jobs(home)
                if said or len(jobs) > failures:
                    (home.parent / "acks").unlink(missing_ok=True)  # it was told that nothing came of it
                where = f"round {number}, {left} bytes left, {said or jobs[failures:] or 'done'}: {operation}"
                failures = len(jobs)
                tally[operation.kind if said or jobs else "done"] += 1
                world = settled(home.parent, world, operation, where)
    return tally


def test_a_disk_that_fills_up_loses_nothing_and_is_named(tmp_path: Path) -> None:
    assert fill_up(tmp_path, rounds=4, seed=3).total() == 4


@pytest.mark.crash
@pytest.mark.parametrize("seed", [51, 52])
def test_disks_that_fill_up_at_any_operation_lose_nothing(tmp_path: Path, seed: int) -> None:
    tally = fill_up(tmp_path, rounds=60, seed=seed)
    assert {*KINDS, "done"} <= set(tally), tally


def test_a_backup_to_a_full_disk_is_refused_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = life.settings_of(tmp_path)
    life.perform(tmp_path, Operation("publish", {"a": text_of("a", 1) * 400}), 0, lambda: None)
    with disk(tmp_path / "target") as target, closing(wiring.open_store(settings)) as store:
        fill(target, 40_960)
        with pytest.raises(StoreUnavailable, match="saved.sqlite cannot be written"):
            write_backup(store, target / "saved.sqlite")
        assert [path.name for path in target.iterdir()] == ["ballast"]
        (target / "ballast").unlink()
        digest = write_backup(store, target / "saved.sqlite")
        assert hashlib.sha256((target / "saved.sqlite").read_bytes()).hexdigest() == digest


def contents(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home on a disk that was then mounted read-only; the settings' home."""
    with disk(tmp_path / "home") as home:
        nursery.perform(tmp_path, Operation("publish", {name: text_of(name, 1) for name in "ab"}))
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            monkeypatch.delenv(name)
        for name, value in (("HOME", home), ("CACHE", tmp_path / "cache"), ("MODEL", "hashing")):
            monkeypatch.setenv(PREFIX + name, str(value))
        (tmp_path / "new.txt").write_text("The seal of a third ledger was broken.")
        subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
        yield home


READING = (
    "search Whose ledger?", "ask Whose ledger?", "list", "show a", "doctor", "snapshots list", "keys list", "cite a",
    "add --dry-run {0}/new.txt", "backup {0}/saved.sqlite",
)  # fmt: skip
CHANGING = (
    "add {0}/new.txt", "remove a", "keys create --kind admin", "restore {0}/saved.sqlite", "doctor --repair",
    "snapshots prune", "init",
)  # fmt: skip


def test_a_home_that_cannot_be_written_answers_and_says_what_it_cannot_do(frozen: Path, tmp_path: Path) -> None:
    before = contents(frozen)

    def run(line: str) -> Result:
        result = CliRunner().invoke(app, line.format(tmp_path).split())
        assert isinstance(result.exception, SystemExit | None), (line, result.exception)
        return result

    assert {line: code for line in READING if (code := run(line).exit_code) not in {0, 3}} == {}
    for line in CHANGING:
        result = run(line)
        assert result.exit_code == 1, (line, result.output)
        assert str(frozen) in result.stderr.replace("\n", ""), line
    assert contents(frozen) == before


def test_a_service_on_a_home_that_cannot_be_written_answers(frozen: Path) -> None:
    settings = life.settings_of(frozen.parent)
    with TestClient(wiring.web_app(settings)) as client:
        asked = {"question": "Whose ledger holds the entry?"}
        for path in ("/v1/search", "/v1/ask"):
            assert client.post(path, json=asked).status_code == 200, path
        for path in ("/readyz", "/v1/documents", "/v1/documents/a", "/v1/coverage", "/metrics", "/"):
            assert client.get(path).status_code == 200, path
        new = client.post("/v1/documents", json={"name": "new.txt", "text": "A third ledger."})
        assert new.status_code == 403  # there can be no admin key


def test_a_place_where_no_home_can_be_made_is_named(frozen: Path) -> None:
    result = CliRunner().invoke(app, ["ask", "--home", str(frozen / "other"), "Whose ledger?"])
    assert isinstance(result.exception, SystemExit)
    assert "choose another --home" in result.stderr.replace("\n", " ")
