"""Figures as Markdown, and a document's generated sections replaced in place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import InvalidQuery
from .answering import Outcome
from .intervals import Interval

Measured = Mapping[str, Interval]

FAILURES = (
    "answerable, declined",
    "answerable, no evidence among five passages",
    "answerable, evidence found, another sentence shown",
    "unanswerable, answered",
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured_table(parts: Mapping[str, Measured]) -> str:
    """A row a measure, a column a part: the rate, the ends of its 95% interval, and how many it is taken over."""
    names = list(dict.fromkeys(name for part in parts.values() for name in part))
    rows = [[name, *(_cell(part.get(name)) for part in parts.values())] for name in names]
    return table(["measure", *parts], rows)


def _cell(one: Interval | None) -> str:
    return "" if one is None else f"**{short(one.rate)}** {short(one.low)}-{short(one.high)} ({one.n:g})"


def short(rate: float) -> str:
    """Three digits without the leading zero, as tables of rates are written."""
    return f"{rate:.3f}".removeprefix("0")


def compared_table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """The first row in full, every other as the difference to it; differences below .0005 are left blank."""
    (first, base), *others = rows.items()
    lines = [[first, *(short(value) for value in base.values())]]
    lines += [[name, *(_difference(row[key] - base[key]) for key in base)] for name, row in others]
    return table(["", *base], lines)


def _difference(value: float) -> str:
    sign = "-" if value < 0 else "+"
    return "" if abs(value) < 0.0005 else sign + short(abs(value))


def ranking_table(reports: Sequence[Mapping[str, Any]]) -> str:
    """nDCG@10 of the four rows of each collection."""
    legs = [row["leg"] for row in reports[0]["rows"]] if reports else []
    rows = [
        [one["collection"], str(one["documents"]), str(one["queries"]), *(short(row["ndcg@10"]) for row in one["rows"])]
        for one in reports
    ]
    return table(["collection", "documents", "queries", *legs], rows)


def failure_of(one: Outcome) -> str | None:
    """Which of FAILURES, None when the outcome is right."""
    if not one.gold.answerable:
        return FAILURES[3] if one.answered else None
    if not one.answered:
        return None if one.gold.abstain_ok else FAILURES[0]
    if one.correct:
        return None
    return FAILURES[2] if one.hits else FAILURES[1]


def failing(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each kind of failure, in the order of FAILURES and of the file."""
    found: dict[str, list[Outcome]] = {kind: [] for kind in FAILURES}
    for one in outcomes:
        if kind := failure_of(one):
            found[kind].append(one)
    return found


def with_section(text: str, name: str, body: str) -> str:
    """`text` with what stands between the marks of section `name` replaced. Raises InvalidQuery for missing marks."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise InvalidQuery("section", f"the document lacks {begin} ... {end}; put both lines where it belongs")
    return pattern.sub(lambda _: f"{begin}\n{body.strip()}\n{end}", text)
