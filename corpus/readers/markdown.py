"""Markdown -> the text a person reads: no marks, headings as lines, front matter apart.

Line breaks inside a paragraph are soft, so they become spaces; lists, tables and code keep their lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from corpus.encoding import decode
from corpus.metadata import parse_front_matter
from corpus.readers.base import RawText, TextBuilder

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|(\d{1,9}[.)]))[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$")
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]+\S+")
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\n]{1,60})\]:[ \t]*")

_TARGET = r"\([^()\n]{0,2000}+(?:\([^()\n]{0,200}+\)[^()\n]{0,500}+)?\)"
# Bounded repeats keep each rule linear on hostile input.
_EMPHASIS = (
    (re.compile(r"(?<!\\)(\*{1,3})(?=\S)([^*\n]{1,1000})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=\S)([^_\n]{1,1000})(?<=\S)\1(?!\w)"), r"\2"),
)
_INLINE = (
    (re.compile(r"!\[([^\]\n]{0,500})\]" + _TARGET), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,1000})\]" + _TARGET), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,1000})\]\[[^\[\]\n]{0,200}\]"), r"\1"),
    (re.compile(r"\[\^([^\]\n]{1,60})\]"), r"[\1]"),
    (re.compile(r"<(https?://[^\s<>]{1,2000}|[^\s<>@]{1,200}@[^\s<>]{1,200})>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>"), ""),
    (re.compile(r"(`{1,3})([^`\n]{1,1000})\1"), r"\2"),
    *_EMPHASIS,
    *_EMPHASIS,  # once more for emphasis inside emphasis
    (re.compile(r"~~(?=\S)([^~\n]{1,1000})~~"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_markdown(data: bytes, name: str) -> RawText:
    metadata, body = parse_front_matter(decode(data, name), name)
    builder = TextBuilder()
    for block in _blocks(_without_comments(body)):
        _add(builder, block)
    raw = builder.build(metadata, str(metadata.get("lang", "")))
    if "title" in metadata or not raw.headings or raw.headings[0].level > 1:
        return raw
    return builder.build({**metadata, "title": raw.headings[0].title}, raw.language)


def _blocks(body: str) -> Iterator[list[str]]:
    """Runs of lines that belong together; a fence is one block, blank lines in it included."""
    block: list[str] = []
    fence = ""
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        opened = _FENCE.match(line)
        if fence:
            block.append(line)
            if opened and opened.group(1).startswith(fence):
                yield block
                block, fence = [], ""
        elif opened:
            yield block
            block, fence = [line], opened.group(1)
        elif not line.strip() or _ATX.match(line):
            yield block
            yield [line]
            block = []
        else:
            block.append(line)
    yield block


def _add(builder: TextBuilder, block: list[str]) -> None:
    if not block or not block[0].strip():
        return
    atx = _ATX.match(block[0])
    if atx:
        builder.heading(_inline(_atx_title(block[0][atx.end() :])), len(atx.group(1)))
    elif _FENCE.match(block[0]):
        last = -1 if len(block) > 1 and _FENCE.match(block[-1]) else None
        builder.paragraph("\n".join(block[1:last]))
    else:
        _add_lines(builder, block)


def _add_lines(builder: TextBuilder, block: list[str]) -> None:
    """A paragraph, list or table; an underline makes the lines above it a heading."""
    lines: list[list[str]] = []
    quoted = False
    for line in block:
        under = _SETEXT.match(line)
        if under and len(lines) == 1 and lines[0] and not _ITEM.match(lines[0][0]) and lines[0][0][:1] != "|":
            builder.heading(_inline(" ".join(lines.pop())), 1 if under.group(1)[0] == "=" else 2)
        elif not (_is_rule(line) or _DEFINITION.match(line)):
            if quoted != bool(_QUOTE.match(line)):
                lines.append([])
                quoted = not quoted
            _add_line(lines, _QUOTE.sub("", line))
    builder.paragraph("\n".join(_inline(" ".join(parts)) for parts in lines))


def _add_line(lines: list[list[str]], line: str) -> None:
    """Puts the line's text into `lines`: a soft break joins, a hard one (two blanks or a backslash) does not."""
    item = _ITEM.match(line)
    text = _FOOTNOTE.sub(r"[\1] ", line.strip().removesuffix("\\"))
    if item:
        lines.append([item.group(1) or "-", item.group(2).removesuffix("\\")])
    elif not lines or not lines[-1] or "|" in (text[:1], lines[-1][0][:1]) or _FOOTNOTE.match(line):
        lines[len(lines) - (lines[-1:] == [[]]) :] = [[text]]
    else:
        lines[-1].append(text)
    if line.endswith(("  ", "\\")):
        lines.append([])


def _is_rule(line: str) -> bool:
    """A thematic break, or the line under the head of a table."""
    marks = set(line) - {" ", "\t"}
    return line.count("-") + line.count("*") + line.count("_") >= 3 and (
        marks in ({"-"}, {"*"}, {"_"}) or {"-", "|"} <= marks <= {"-", "|", ":"}
    )


def _atx_title(rest: str) -> str:
    """Closing number signs go when a blank stands before them."""
    title = rest.strip()
    bare = title.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else title


def _without_comments(body: str) -> str:
    parts, at = [], 0
    while (start := body.find("<!--", at)) >= 0 and (end := body.find("-->", start)) >= 0:
        parts.append(body[at:start])
        at = end + 3
    return "".join([*parts, body[at:]])


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return html.unescape(text)
