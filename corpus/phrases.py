"""The words by which pages give their furniture away, of boilerplate.toml, asked of one line. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Phrases:
    """`matches` looks at a line's start, or at all of it where `whole`; a line longer than `longest` never matches."""

    reason: str
    longest: int
    pattern: re.Pattern[str]
    whole: bool

    def matches(self, text: str) -> bool:
        if len(text) > self.longest:
            return False
        return bool(self.pattern.fullmatch(text) if self.whole else self.pattern.match(text))


@cache
def phrases(kind: str) -> tuple[Phrases, ...]:
    """The rows of one kind: line, list, comments or contacts."""
    table = tomllib.loads((files("corpus") / "boilerplate.toml").read_text("utf-8"))
    return tuple(
        Phrases(row["reason"], row["longest"], _pattern(row["patterns"], table["words"]), row.get("whole", False))
        for row in table[kind]
    )


def _pattern(patterns: Iterable[str], words: dict[str, str]) -> re.Pattern[str]:
    joined = "(?:" + "|".join(patterns) + ")"
    for word, meaning in words.items():
        joined = joined.replace(f"<{word}>", meaning)
    return re.compile(joined, re.IGNORECASE)


def line_reason(text: str) -> str:
    """Which furniture the line is; "" when it is none."""
    bare = text.strip(" -–—•·|*►▶→»«[]")
    return next((row.reason for row in phrases("line") if row.matches(bare)), "") if bare else "ornament"
