"""Answers and passages as calm text for a terminal; pure, from the wire shapes of any door."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ..answer_text import notes, refusal, told
from ..marks import apart
from ..schemas import AskResponse, CitationOut, DatedOut, DocumentOut, PassageOut, SearchResponse
from .console import faint, strong

_EXCERPT = 240  # characters: three lines at 80 columns


def answer_lines(body: AskResponse, width: int, explain: bool) -> Iterator[str]:
    """The answer and its sources; a refusal shows its reason and the nearest passages; a search its passages."""
    if body.answer.status == "answered":
        yield from textwrap.wrap(told(body), width)
        for note in notes(body):
            yield from map(faint, textwrap.wrap(note, width))
        yield ""
        yield strong("Sources")
        for citations in _by_document(body.citations):
            yield from source_lines(citations, body.documents[citations[0].document_id], width)
        yield from _expansions(body, width)
        if explain:
            yield ""
            yield from passage_lines(body, width, explain=True)
        return
    if body.answer.reason is not None:
        yield strong(refusal(body))
        yield from _expansions(body, width)
    if body.passages:
        if body.answer.reason is not None:
            yield ""
            yield "The nearest passages:"
        yield from passage_lines(body, width, explain)


def _by_document(citations: Sequence[CitationOut]) -> Iterable[list[CitationOut]]:
    """In order of first use: who reads need not be told a source twice."""
    documents: dict[str, list[CitationOut]] = {}
    for one in citations:
        documents.setdefault(one.document_id, []).append(one)
    return documents.values()


def source_lines(citations: Sequence[CitationOut], document: DocumentOut, width: int) -> Iterator[str]:
    """Of citations of one document: title, publisher, date with its basis, link; "digest of" where the words are the
    library's."""
    head = "".join(f"[{one.number}] " for one in citations)
    digest = "digest of " if document.digest else ""
    parts = [f"{digest}“{document.title}”", document.publisher or ", ".join(document.author), _date(document)]
    indent = " " * len("[1] ")
    yield from textwrap.wrap(head + apart(", ".join(part for part in parts if part)), width, subsequent_indent=indent)
    yield indent + faint(citations[0].url or "no link is known")


def passage_lines(body: SearchResponse | AskResponse, width: int, explain: bool) -> Iterator[str]:
    for passage in body.passages:
        document = body.documents[passage.document_id]
        date = document.dates.published
        title = (
            f"{passage.rank}. {document.title} ({document.publisher or 'unknown'}, {date.value if date else 'n.d.'})"
        )
        yield from map(strong, textwrap.wrap(title, width, subsequent_indent="   "))
        yield from textwrap.wrap(_excerpt(passage), width, initial_indent="   ", subsequent_indent="   ")
        yield "   " + faint(passage.id)
        for one in passage.same:
            yield "   " + faint(f"the same ({one.language}): {one.passage_id}")
        if explain:
            yield "   " + faint(_why(passage))


def _excerpt(passage: PassageOut) -> str:
    """The passage's beginning, or what surrounds the first word that matches when that lies further in."""
    first = min((start for start, _ in passage.highlights), default=passage.start) - passage.start
    start = 0 if first < _EXCERPT // 2 else passage.text.rfind(" ", 0, first - _EXCERPT // 4) + 1
    words = ("... " if start else "") + " ".join(passage.text[start:].split())
    return textwrap.shorten(words, _EXCERPT, placeholder=" ...")


def _why(passage: PassageOut) -> str:
    legs = []
    for name in ("lexical", "dense"):
        rank, score = getattr(passage.ranks, name), getattr(passage.scores, name)
        legs.append(f"{name} {'-' if rank is None else f'#{rank}'} ({score:.3f})")
    return f"score {passage.score:.3f}: {', '.join(legs)}, windows {passage.scores.windows:.3f}"


def _expansions(body: SearchResponse | AskResponse, width: int) -> Iterator[str]:
    shown = "; ".join(f"{one.found}: {', '.join(one.aliases)}" for one in body.question.expansions)
    if shown:
        yield from map(faint, textwrap.wrap(f"also searched for {shown}", width, subsequent_indent="  "))


def _date(document: DocumentOut) -> str:
    dated: DatedOut | None = document.dates.published
    if dated is None:
        return "no date"
    return dated.value if dated.basis == "stated" else f"{dated.value} ({dated.basis})"
