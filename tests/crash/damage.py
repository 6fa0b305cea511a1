"""Damage to every kind of file of a home, and whether `muhojir doctor` sees it.

`python -m tests.crash.damage 20` flips twenty bits in each region of each file and cuts it at three places, in copies
of one small home, and prints a line a kind of file.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api import wiring
from tests.crash import life, nursery
from tests.crash.world import Operation, text_of

REGIONS = {"header": (0.0, 0.02), "middle": (0.02, 0.98), "footer": (0.98, 1.0)}
_LEFT_OUT = {"acks", "corpus.sqlite-shm", "service.sqlite-shm", "vectors.sqlite-shm"}  # SQLite makes -shm anew
_TOLD_APART = 'INSERT INTO "state"'  # what was compared when: lost, it is compared again; revisions are checked
_HEADER = 100  # bytes of SQLite's own header, and enough of any other


@dataclass(frozen=True, slots=True)
class Damage:
    """`path` is below the root. `place` is the byte that is changed, or the length that is left."""

    path: Path
    region: str
    kind: str
    place: int

    def done_to(self, root: Path) -> None:
        data = bytearray((root / self.path).read_bytes())
        if self.kind == "cut":
            del data[self.place :]
        else:
            data[self.place] ^= 1 << (self.place % 8)
        (root / self.path).write_bytes(bytes(data))


def make_home(root: Path) -> None:
    """Two segments, one of them with token codes, a replaced document, an older snapshot, jobs, a removed document and
    kept vectors."""
    names = [f"d{number}" for number in range(6)]
    nursery.perform(root, Operation("publish", {name: text_of(name, 1) for name in names}))
    nursery.perform(root, Operation("ingest", {"d1": text_of("d1", 2)}))
    nursery.perform(root, Operation("delete", {}, ("d2",)))
    nursery.perform(root, Operation("tokens", {"last": text_of("last", 3)}))


def kinds(root: Path) -> list[Path]:
    """Every file that is kept; what is empty cannot be damaged."""
    found = [path for path in root.rglob("*") if path.is_file() and path.stat().st_size]
    return sorted(path.relative_to(root) for path in found if path.suffix != ".lock" and path.name not in _LEFT_OUT)


def damages(root: Path, path: Path, flips: int, chance: random.Random) -> Iterator[Damage]:
    size = (root / path).stat().st_size
    for region, (first, last) in REGIONS.items():
        low = min(int(first * size), size - 1) if region != "header" else 0
        high = max(int(last * size), low + 1) if region != "header" else min(_HEADER, size)
        for _ in range(flips):
            yield Damage(path, region, "flip", chance.randrange(low, high))
        yield Damage(path, region, "cut", chance.randrange(low, high))


def seen(root: Path, damage: Damage, before: list[str] | bytes) -> str:
    """What becomes of it: "named" by the doctor, "harmless" where nothing that counts changed, or "missed"."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy)
    try:
        damage.done_to(copy)
        faults = [check.found for check in wiring.examine_home(life.settings_of(copy)) if not check.ok]
        names = {damage.path.name, damage.path.stem, damage.path.name.removesuffix("-wal")}
        if any(name in fault for fault in faults for name in names):
            return "named"
        if faults:
            return f"not named: {faults}"
        if damage.path.name.startswith("vectors.sqlite"):  # the doctor counts them, the next build encodes them again
            return "harmless"
        return "harmless" if content(copy / damage.path) == before else "missed"
    finally:
        shutil.rmtree(copy)


def content(path: Path) -> list[str] | bytes:
    """All that a reader of the file can get out of it."""
    if ".sqlite" not in path.suffix:
        return path.read_bytes()
    with closing(sqlite3.connect(path.with_name(path.name.removesuffix("-wal")))) as db:
        return [line for line in db.iterdump() if not line.startswith(_TOLD_APART)]


def tally(root: Path, flips: int, seed: int) -> dict[str, Counter[str]]:
    """Kind of file -> how often each thing became of a damage."""
    chance, table = random.Random(seed), dict[str, Counter[str]]()
    twin = shutil.copytree(root, root.with_name("twin"))  # reading a database tidies its log away
    before = {path: content(shutil.copytree(root, twin, dirs_exist_ok=True) / path) for path in kinds(root)}
    for path in kinds(root):
        counts = table.setdefault(path.name if path.suffix != ".json" else "manifest", Counter())
        counts.update(seen(root, damage, before[path]) for damage in damages(root, path, flips, chance))
    return table


def main() -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        make_home(root)
        for name, counts in tally(root, int(sys.argv[1]), seed=21).items():
            sys.stdout.write(f"{name:24} {dict(counts)}\n")


if __name__ == "__main__":
    main()
