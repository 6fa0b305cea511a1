"""What a home should hold: the documents that were acknowledged, and the one operation that may be half done."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("ingest", "replace", "delete", "publish", "merge", "migrate")
_MOST = 24  # documents of a world: enough for several segments, few enough for fifty operations a minute

World = Mapping[str, str]  # document id -> text


@dataclass(frozen=True, slots=True)
class Operation:
    """`puts` are documents to add or replace, `drops` ids to delete. "migrate" opens the store of an older format."""

    kind: str
    puts: Mapping[str, str]
    drops: tuple[str, ...] = ()

    def applied(self, world: World) -> dict[str, str]:
        kept = {name: text for name, text in world.items() if name not in self.drops}
        return kept | dict(self.puts)


def outcomes(world: World, operation: Operation) -> list[dict[str, str]]:
    """What may be found after a death: the world before, and after each document that is taken in; whole last."""
    names = list(operation.puts)
    parts = [Operation(operation.kind, {name: operation.puts[name] for name in names[:many]})
             for many in range(len(names))]  # fmt: skip
    return [*(part.applied(world) for part in parts or [Operation("none", {})]), operation.applied(world)]


def text_of(name: str, version: int) -> str:
    """A paragraph that no other document and no other version has; all share the word "ledger"."""
    return (
        f"The ledger of {name} holds entry {version}. Its clerk wrote token{name}v{version} beside the seal.\n\n"
        f"A second hand added that {version} permits of {name} had been returned to the office."
    )


def draw(chance: random.Random, world: World, number: int) -> Operation:
    """An operation that changes `world`; `number` makes its texts and ids new."""
    kinds = [kind for kind in KINDS if world or kind not in ("replace", "delete")]
    kind = "delete" if len(world) > _MOST else chance.choice(kinds)
    if kind == "delete":
        return Operation(kind, {}, (chance.choice(sorted(world)),))
    if kind == "replace":
        name = chance.choice(sorted(world))
        return Operation(kind, {name: text_of(name, number)})
    if kind == "migrate":
        return Operation(kind, {})
    many = {"ingest": 1, "publish": 3, "merge": 2}[kind]
    names = [f"d{number:03}{letter}" for letter in "abc"[:many]]
    return Operation(kind, {name: text_of(name, number) for name in names})
