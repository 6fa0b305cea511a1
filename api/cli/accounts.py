"""How a document's account is printed: facts and their basis, what was dropped by which rule, dates of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from corpus.account import dated_sentences, facts_of, kept_characters
from corpus.boilerplate import Dropped
from corpus.document import Document, Span
from corpus.identity import version_of

if TYPE_CHECKING:
    from corpus.ingest import Draft

from .console import faint, strong

_SHOWN = 60  # characters of a dropped stretch; its place tells the rest


def account_body(document: Document, dropped: Sequence[Dropped], how: Mapping[str, str]) -> dict[str, Any]:
    """Offsets count code points of the canonical text, as everywhere."""
    text = document.text
    return {
        "id": document.id,
        "version": document.version,
        "characters": {"total": len(text), "kept": kept_characters(text, document.hidden)},
        "facts": [asdict(fact) for fact in facts_of(document.record, document.language, how)],
        "dropped": [{**_place(one.span), "rule": one.reason, "text": one.span.slice(text)} for one in dropped],
        "dates": [
            {**_place(date.span), "text": date.span.slice(text), "value": date.value, "basis": date.basis,
             "sentence": sentence.slice(text)}
            for sentence, date in dated_sentences(document)
        ],
    }  # fmt: skip


def draft_account(draft: Draft) -> dict[str, Any]:
    """The account of what was read and not stored."""
    document = Document("", version_of(draft.text), draft.name, draft.language, draft.text, draft.record,
                        hidden=draft.hidden)  # fmt: skip
    return account_body(document, draft.dropped, {one.field: one.how for one in draft.findings})


def fact_lines(body: Mapping[str, Any]) -> Iterator[str]:
    facts = body["facts"]
    for fact in facts:
        if fact["basis"] != "unknown":
            how = f": {fact['how']}" if fact["how"] not in ("", fact["basis"]) else ""
            yield f"{fact['field']:15}  {fact['value']}  {faint('[' + fact['basis'] + how + ']')}"
    yield f"{'unknown':15}  {', '.join(fact['field'] for fact in facts if fact['basis'] == 'unknown')}"


def dropped_lines(body: Mapping[str, Any]) -> Iterator[str]:
    kept, total = body["characters"]["kept"], body["characters"]["total"]
    yield strong(f"Kept {kept} of {total} characters; dropped from retrieval: {len(body['dropped'])} stretches")
    for one in body["dropped"]:
        yield f"{_range(one)}  {one['rule']}  {faint(_short(one['text']))}"


def date_lines(body: Mapping[str, Any]) -> Iterator[str]:
    yield strong(f"Dates in sentences: {len(body['dates'])}")
    for one in body["dates"]:
        yield f"{_range(one)}  {one['value']:10}  {faint('[' + one['basis'] + ']')}  {_short(one['text'])}"


def _place(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _range(one: Mapping[str, Any]) -> str:
    return f"{one['start']}-{one['end']}".ljust(13)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
