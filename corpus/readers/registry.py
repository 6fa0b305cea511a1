"""Which reader reads this? A format is one file in this folder and one row here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from corpus.errors import UnsupportedFormat
from corpus.readers.base import Reader
from corpus.readers.docx import read_docx
from corpus.readers.eml import read_eml
from corpus.readers.epub import read_epub
from corpus.readers.html import read_html
from corpus.readers.markdown import read_markdown
from corpus.readers.pdf import read_pdf
from corpus.readers.plain import read_plain


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    reader: Reader


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: tuple[Format, ...] = (
    Format("plain text", (".txt", ".text"), ("text/plain",), read_plain),
    Format("HTML", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml"), read_html),
    Format("PDF", (".pdf",), ("application/pdf",), read_pdf),
    Format("Word", (".docx",), (_WORD,), read_docx),
    Format("EPUB", (".epub",), ("application/epub+zip",), read_epub),
    Format("e-mail", (".eml",), ("message/rfc822",), read_eml),
    Format("Markdown", (".md", ".markdown"), ("text/markdown", "text/x-markdown"), read_markdown),
)
BY_SUFFIX: Mapping[str, Format] = {suffix: row for row in FORMATS for suffix in row.suffixes}
BY_MEDIA_TYPE: Mapping[str, Format] = {kind: row for row in FORMATS for kind in row.media_types}


def reader_for(name: str, media_type: str = "") -> Reader:
    """By media type when one is given, else by the suffix of `name`. Raises UnsupportedFormat."""
    kind = media_type.partition(";")[0].strip().lower()
    row = BY_MEDIA_TYPE.get(kind) or BY_SUFFIX.get(PurePath(name).suffix.lower())
    if row is None:
        known = " ".join(sorted(BY_SUFFIX))
        raise UnsupportedFormat(f"{name}: no reader for {kind or PurePath(name).suffix or 'no suffix'}; known: {known}")
    return row.reader


def is_supported(name: str) -> bool:
    return PurePath(name).suffix.lower() in BY_SUFFIX
