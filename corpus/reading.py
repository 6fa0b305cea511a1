"""Bytes of one document -> a draft of it, and an account of what was kept, what was dropped and how each fact is known.

Pure: the reader of its format, the boilerplate rules and what the text says of itself, put together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, get_args

from corpus.boilerplate import Dropped, find_boilerplate
from corpus.describe import complete, describe
from corpus.document import Dated, Heading, Language, Record, Span
from corpus.errors import UnreadableDocument
from corpus.findings import Finding
from corpus.language import detect
from corpus.metadata import parse_metadata
from corpus.readers.base import RawText
from corpus.readers.registry import reader_for

_GIVEN_DATES = {"published": "published", "as_of": "modified", "event": "event", "accessed": "accessed"}
# Keys of metadata.py that differ from the record's.
_FIELDS = {"as_of": "modified", "source_lang": "source_language", "lang": "language"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that was read and not yet stored. `id` is "" when it brings none; `text` is canonical.

    `dropped` are its hidden stretches, in order, with the rule that found each; `findings` say how each filled field
    of the record is known; `headers` are what a server sent with it.
    """

    name: str
    language: Language
    text: str
    record: Record = field(default_factory=Record)
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    hidden: tuple[Span, ...] = ()
    id: str = ""
    dropped: tuple[Dropped, ...] = ()
    findings: tuple[Finding, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Read(Protocol):
    """The bytes of one document -> its draft; `given` metadata win over the document's own, `topics` are those allowed.

    Raises UnsupportedFormat, UnreadableDocument, InvalidMetadata.
    """

    def __call__(
        self,
        data: bytes,
        name: str,
        *,
        media_type: str = "",
        given: Mapping[str, object] | None = None,
        topics: Collection[str] | None = None,
    ) -> Draft: ...


def read_bytes(
    data: bytes,
    name: str,
    *,
    media_type: str = "",
    given: Mapping[str, object] | None = None,
    topics: Collection[str] | None = None,
) -> Draft:
    """A Read, in this process: for files that we wrote, and inside the process that reads all others."""
    raw = reader_for(name, media_type)(data, name)
    if not raw.text:
        raise UnreadableDocument(f"{name}: no text in it; add a document that holds words")
    given = given or {}
    metadata = parse_metadata({**raw.metadata, **given}, name, topics)
    dropped = () if metadata.record.digest else tuple(find_boilerplate(raw.text, raw.hidden))
    described = [] if metadata.record.digest else describe(raw.text, dropped, raw.site)
    record = _with_given(_retitled(metadata.record, raw, described, given), given)
    record = complete(record, described)
    return Draft(
        name=name,
        language=_language(metadata.language or raw.language, raw.text),
        text=raw.text,
        record=record,
        headings=_visible_headings(raw, dropped),
        pages=raw.pages,
        hidden=_united(dropped),
        id=metadata.id,
        dropped=dropped,
        findings=tuple(_findings(record, raw, described, given)),
    )


def _retitled(record: Record, raw: RawText, found: Sequence[Finding], given: Mapping[str, object]) -> Record:
    """A title that a reader took from the first lines gives way to what is left after the boilerplate."""
    titled = [str(one.value) for one in found if one.field == "title"]
    own = "title" in given or len(raw.metadata) > 1 or any(one.title == record.title for one in raw.headings)
    return record if own else replace(record, title=titled[0] if titled else "")


def _with_given(record: Record, given: Mapping[str, object]) -> Record:
    bases: dict[str, Any] = {}
    for key, name in _GIVEN_DATES.items():
        dated = getattr(record, name)
        if given.get(key) and dated is not None and not (key == "published" and given.get("published_basis")):
            bases[name] = Dated(dated.value, "given")
    return replace(record, **bases)


def _visible_headings(raw: RawText, dropped: Sequence[Dropped]) -> tuple[Heading, ...]:
    hidden = [one.span for one in dropped]
    return tuple(
        heading
        for heading in raw.headings
        if not any(span.start <= heading.span.start and heading.span.end <= span.end for span in hidden)
    )


def _united(dropped: Sequence[Dropped]) -> tuple[Span, ...]:
    """The stretches without overlaps, in order."""
    united: list[Span] = []
    for one in sorted(dropped, key=lambda one: one.span):
        if united and one.span.start <= united[-1].end:
            united[-1] = Span(united[-1].start, max(united[-1].end, one.span.end))
        else:
            united.append(one.span)
    return tuple(united)


def _findings(record: Record, raw: RawText, found: Sequence[Finding], given: Mapping[str, object]) -> list[Finding]:
    hows = {one.field: one.how for one in found}
    hows |= {_FIELDS.get(key, key): "the document's own metadata" for key, value in raw.metadata.items() if value}
    hows |= {one.field: one.how for one in found if one.field == "title" and record.title == one.value}
    hows |= {_FIELDS.get(key, key): "given" for key, value in given.items() if value}
    told = {**raw.metadata, **given}
    return [
        Finding(key, getattr(record, key, "") or str(told["lang"]), how)
        for key, how in hows.items()
        if getattr(record, key, None) or (key == "language" and told.get("lang"))
    ]


def _language(hint: str, text: str) -> Language:
    found: dict[str, Language] = {code: code for code in get_args(Language)}
    return found.get(hint) or detect(text)
