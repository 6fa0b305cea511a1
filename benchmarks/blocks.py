"""How well is boilerplate told from text, and the record found? Precision and recall over the pages in tests/pages.

    python -m benchmarks.blocks [--folder DIR] [--verbose]

A page is a file NAME.page: front matter with the expected record, then the page itself, in which boilerplate is
marked: a line by a leading "~", an HTML element by the attribute `B`. The marks are taken out before it is read.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from lxml.html import document_fromstring

from corpus.document import Dated, Record, Span
from corpus.readers.html_blocks import visible_blocks
from corpus.reading import Draft, read_bytes

PAGES = Path("tests/pages")
DATES = ("published", "modified", "accessed")
FIELDS = ("title", "author", "publisher", "symbol", "relayed_by", "source_type")
_MARK = "\ue000"  # private use: no page holds it
_ATTRIBUTE = re.compile(r"\sB(?=[\s>])")


@dataclass(frozen=True, slots=True)
class Page:
    """`blocks` are the visible lines in order, each with whether it is boilerplate."""

    name: str
    data: bytes
    blocks: tuple[tuple[str, bool], ...]
    expected: dict[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    page: Page
    draft: Draft
    wrongly_hidden: tuple[str, ...]
    wrongly_kept: tuple[str, ...]
    rightly_hidden: int
    fields: dict[str, bool]

    @property
    def dates_right(self) -> bool:
        return all(self.fields[key] for key in DATES)


def load(folder: Path) -> Iterator[Page]:
    for path in sorted(folder.glob("*.page")):
        _, head, body = path.read_text("utf-8").split("---\n", 2)
        expected = yaml.load(head, Loader=yaml.BaseLoader) or {}
        html = ".html" in path.name
        clean = _ATTRIBUTE.sub("", body) if html else re.sub(r"(?m)^~", "", body)
        yield Page(path.stem, clean.encode(), tuple(_html_blocks(body) if html else _text_blocks(body)), expected)


def _text_blocks(body: str) -> Iterator[tuple[str, bool]]:
    letter = body.startswith("From: ")
    for line in (body.partition("\n\n")[2] if letter else body).split("\n"):
        if re.search(r"\w", line):
            yield _flat(line.removeprefix("~")), line.startswith("~")


def _html_blocks(body: str) -> Iterator[tuple[str, bool]]:
    tree = document_fromstring(body)
    for element in tree.xpath("//*[@b]/descendant-or-self::*"):
        if isinstance(element.tag, str):
            element.text = _MARK + element.text if element.text and element.text.strip() else element.text
            inside = element.get("b") is None
            element.tail = _MARK + element.tail if inside and element.tail and element.tail.strip() else element.tail
    for block in visible_blocks(tree):
        for line in block.text.split("\n"):
            yield _flat(line.replace(_MARK, "")), _MARK in line


def _flat(text: str) -> str:
    return " ".join(re.sub(r"^[-#•*\s]+", "", text).split())


def judge(page: Page) -> Outcome:
    draft = read_bytes(page.data, page.name)
    hidden = _hidden_lines(draft.text, draft.hidden)
    wrong, missed, right = [], [], 0
    for text, boilerplate in page.blocks:
        found = _verdict(text, hidden)
        right += found and boilerplate
        if found and not boilerplate:
            wrong.append(text)
        if boilerplate and not found:
            missed.append(text)
    fields = dict(_compare(page.expected, draft.record))
    return Outcome(page, draft, tuple(wrong), tuple(missed), right, fields)


def _hidden_lines(text: str, hidden: tuple[Span, ...]) -> dict[str, bool]:
    """Line -> whether most of it is hidden; a line that stands twice is kept when either is."""
    lines: dict[str, bool] = {}
    for match in re.finditer(r"[^\n]+", text):
        covered = sum(max(0, min(one.end, match.end()) - max(one.start, match.start())) for one in hidden)
        key = _flat(match.group())
        lines[key] = lines.get(key, True) and covered * 2 > len(match.group())
    return lines


def _verdict(text: str, hidden: dict[str, bool]) -> bool:
    """A line that the reader does not show at all counts as removed; wrapped and joined lines are looked for inside."""
    if text in hidden:
        return hidden[text]
    return not any(text in line or (len(line) > 20 and line in text) for line, gone in hidden.items() if not gone)


def _compare(expected: dict[str, object], record: Record) -> Iterator[tuple[str, bool]]:
    for key in DATES:
        dated = getattr(record, key)
        basis = expected.get("basis", "stated") if key == "published" else "stated"
        wanted = Dated(str(expected[key]), str(basis)) if key in expected else None  # type: ignore[arg-type]
        yield key, dated == wanted
    for key in FIELDS:
        if key in expected:
            found = getattr(record, key)
            yield key, (list(found) if isinstance(found, tuple) else found) == expected[key]


def summary(outcomes: list[Outcome]) -> dict[str, float]:
    right = sum(one.rightly_hidden for one in outcomes)
    wrong = sum(len(one.wrongly_hidden) for one in outcomes)
    missed = sum(len(one.wrongly_kept) for one in outcomes)
    figures = {
        "pages": len(outcomes),
        "boilerplate blocks": right + missed,
        "text blocks": sum(1 for one in outcomes for _, gone in one.page.blocks if not gone),
        "precision": right / max(1, right + wrong),
        "recall": right / max(1, right + missed),
        "dates and basis": sum(one.dates_right for one in outcomes) / max(1, len(outcomes)),
    }
    for key in FIELDS:
        judged = [one.fields[key] for one in outcomes if key in one.fields]
        figures[key] = sum(judged) / max(1, len(judged))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=PAGES)
    parser.add_argument("--verbose", action="store_true", help="name every wrong block and field")
    arguments = parser.parse_args()
    outcomes = [judge(page) for page in load(arguments.folder)]
    for one in outcomes if arguments.verbose else ():
        for text in one.wrongly_hidden:
            print(f"{one.page.name}: hidden, is text: {text[:110]}")
        for text in one.wrongly_kept:
            print(f"{one.page.name}: kept, is boilerplate: {text[:110]}")
        for key, right in one.fields.items():
            if not right:
                found = getattr(one.draft.record, key)
                print(f"{one.page.name}: {key}: {found!r}, not {one.page.expected.get(key)!r}")
    for name, value in summary(outcomes).items():
        print(f"{name:20} {value:.3f}" if isinstance(value, float) else f"{name:20} {value}")


if __name__ == "__main__":
    main()
