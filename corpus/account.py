"""Why a stored document is as it is: what was dropped by which rule, how each fact of its record is known, and the
dates that its sentences speak of. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from corpus.boilerplate import Dropped
from corpus.document import Basis, Dated, Document, Language, Record, Span
from corpus.findings import INFERRED, Finding
from corpus.relative_dates import EventDate, event_dates
from corpus.sentences import split_sentences

_DERIVED = ("digest", "copy_of")  # marks of the library and of the store, no facts about a text


@dataclass(frozen=True, slots=True)
class Account:
    """`dropped` are the hidden stretches with their rules, `how` says by field how it is known, `headers` are what the
    server sent with the document.
    """

    dropped: tuple[Dropped, ...] = ()
    how: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the record; `value` is "" and `basis` unknown where nothing says it."""

    field: str
    value: str
    basis: Basis
    how: str = ""


def account_to_json(dropped: Sequence[Dropped], findings: Sequence[Finding]) -> str:
    found = {
        "dropped": [[one.span.start, one.span.end, one.reason] for one in dropped],
        "how": {one.field: one.how for one in findings},
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def account_from_json(text: str, headers: str) -> Account:
    """The inverse of `account_to_json`; "{}" is the account of nothing."""
    found = json.loads(text)
    dropped = tuple(Dropped(Span(start, end), reason) for start, end, reason in found.get("dropped", ()))
    return Account(dropped, found.get("how", {}), json.loads(headers))


def facts_of(record: Record, language: Language, how: Mapping[str, str]) -> list[Fact]:
    """All fields in the order of the record, those that nobody knows too; the language last."""
    named = [one.name for one in fields(Record) if one.name not in _DERIVED]
    facts = [_fact(name, getattr(record, name), how.get(name, "")) for name in named]
    told = how.get("language", "")
    return [*facts, Fact("language", language, _basis(told) if told else "inferred", told or "words of the text")]


def _fact(name: str, value: str | tuple[str, ...] | Dated | None, how: str) -> Fact:
    if not value:
        return Fact(name, "", "unknown")
    if isinstance(value, Dated):
        return Fact(name, value.value, value.basis, how)
    return Fact(name, value if isinstance(value, str) else "; ".join(value), _basis(how), how)


def _basis(how: str) -> Basis:
    if how == "given":
        return "given"
    return "inferred" if how in INFERRED else "stated"


def kept_characters(text: str, hidden: Sequence[Span]) -> int:
    """White space counted; `hidden` do not overlap."""
    return len(text) - sum(map(len, hidden))


def dated_sentences(document: Document) -> Iterator[tuple[Span, EventDate]]:
    """Each date that the retrievable sentences speak of, its span in the canonical text, beside its sentence's span."""
    published = document.record.published
    hidden = {position for span in document.hidden for position in range(span.start, span.end)}
    for sentence in split_sentences(document.text, document.language):
        if sentence.start in hidden:
            continue
        for found in event_dates(sentence.slice(document.text), published):
            yield sentence, EventDate(found.span.shift(sentence.start), found.value, found.basis)
