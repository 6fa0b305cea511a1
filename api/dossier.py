"""A whole answer on paper: a dossier from which a second person can make the same answer, or its sources alone."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from corpus.bibliography import FORMATS
from index.ports import DocumentCard
from qa.errors import InvalidQuery

from .answer_text import notes, refusal, told
from .marks import apart
from .ports import Printed
from .schemas import AskRequest, AskResponse, PassageOut
from .version import VERSION

DOSSIERS = {"dossier": "text/html", "dossier-md": "text/markdown"}
Print = Literal["json", "dossier", "dossier-md", "refworld", "bibtex", "ris", "csl-json"]
PRINTS: tuple[str, ...] = get_args(Print)

Block = tuple[str, str]  # kind (title, heading, line, item, quote, code: one line) and its text

_TAGS = {"title": "h1", "heading": "h2", "line": "p", "item": "li", "quote": "blockquote", "code": "pre"}
_MARKS = {"title": "# ", "heading": "## ", "line": "", "item": "- ", "quote": "> "}
# What CommonMark, or GitHub's tables, strike-through and formulas, may take for markup, in a line and at its start. An
# underscore inside a word is none.
_MARKUP = re.compile(r"[\\`*\[<&|~#$]|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^[ \t]*([0-9]{0,9})([-+=>.)])", re.MULTILINE)
_STYLE = "body{font:16px/1.5 Georgia,serif;max-width:46em;margin:2em auto}blockquote,pre{white-space:pre-wrap}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`recipe` names model, analyzer and chunker of the snapshot."""

    request: AskRequest
    body: AskResponse
    recipe: str
    made: date


def check_format(name: str) -> None:
    """Raises InvalidQuery."""
    if name not in PRINTS:
        raise InvalidQuery("format", f"one of {', '.join(PRINTS)}, not {name!r}")


def dossier(sheet: Sheet, style: str) -> Printed:
    """`style` is a key of DOSSIERS."""
    blocks = list(_blocks(sheet))
    return Printed(DOSSIERS[style], _as_html(blocks) if style == "dossier" else _as_markdown(blocks))


def sources(cards: Sequence[DocumentCard], style: str, accessed: date) -> Printed:
    """The documents an answer cites, each once, in order of first use; `style` is a key of FORMATS."""
    form = FORMATS[style]
    texts = [form.write(card, accessed) for card in cards]
    if style == "csl-json":  # each text is a list of its own
        items = [item for text in texts for item in json.loads(text)]
        return Printed(form.media_type, json.dumps(items, ensure_ascii=False, indent=2) + "\n")
    return Printed(form.media_type, "".join(texts))


def _blocks(sheet: Sheet) -> Iterator[Block]:
    body = sheet.body
    yield "title", body.question.text
    yield "line", f"Answered on {sheet.made.isoformat()} by Muhojir {VERSION} from {body.snapshot.documents} documents."
    yield "heading", "Answer"
    yield "line", told(body) or refusal(body)
    for note in notes(body):
        yield "line", note
    yield "line", f"Status: {body.answer.status}; probability that the documents answer: {body.answer.confidence:.2f}"
    if body.citations:
        yield "heading", "Citations"
    for one in body.citations:
        yield "line", f"[{one.number}] {apart(one.cite_as)}"
        yield "quote", one.quote
        where = f"characters {one.start}-{one.end} of {one.document_id}, version {one.version}; {one.permalink}"
        yield "line", where
    yield from _searched(sheet)
    yield "heading", "Passages considered"
    for passage in body.passages:
        yield "line", _head(passage, body)
        yield "quote", passage.text
    yield from _again(sheet)


def _searched(sheet: Sheet) -> Iterator[Block]:
    body = sheet.body
    yield "heading", "What was searched"
    yield "item", f"question as searched: {body.question.standalone} ({body.question.language})"
    for turn in sheet.request.history:
        yield "item", f"earlier question: {turn.question}"
    for one in body.question.expansions:
        yield "item", f"also searched for {one.found}: {', '.join(one.aliases)}"
    for name, value in body.filters.model_dump().items():
        if value not in (None, []):
            yield "item", f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
    yield "item", f"snapshot {body.snapshot.id} of {body.snapshot.created}, {body.snapshot.passages} passages"
    yield "item", f"made with {sheet.recipe}"


def _head(passage: PassageOut, body: AskResponse) -> str:
    document = body.documents[passage.document_id]
    date_ = document.dates.published.value if document.dates.published else "n.d."
    return f"{passage.rank}. {document.title} ({document.publisher or 'unknown'}, {date_}), {passage.id}"


def _again(sheet: Sheet) -> Iterator[Block]:
    yield "heading", "To make this answer again"
    yield "line", f"On snapshot {sheet.body.snapshot.id}, send this to POST /v1/ask:"
    yield "code", sheet.request.model_dump_json(exclude_defaults=True)


def _as_markdown(blocks: Sequence[Block]) -> str:
    return "\n\n".join(_marked(kind, text) for kind, text in blocks) + "\n"


def _marked(kind: str, text: str) -> str:
    if kind == "code":
        return f"```json\n{text}\n```"
    shown = "\n".join(line.strip() for line in text.split("\n")) if kind == "quote" else " ".join(text.split())
    shown = _OPENING.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", shown))
    return _MARKS[kind] + shown.replace("\n", "\n> ")  # a quoted line break stays inside its quote


def _as_html(blocks: Sequence[Block]) -> str:
    parts = [f"<{_TAGS[kind]}>{html.escape(text)}</{_TAGS[kind]}>" for kind, text in blocks]
    title = html.escape(blocks[0][1])
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f"<!doctype html>\n<html><head>{head}</head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
