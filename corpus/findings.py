"""What was found out about a document, and how: the currency of everything that fills a record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.document import Dated

INFERRED = (
    "abstract, DOI or ISSN",
    "section named in the head",
    "the page's own furniture",
    "the outlet to which the text was told",
)  # ways of knowing that conclude a fact from something else; all others read it where it stands


@dataclass(frozen=True, slots=True)
class Finding:
    """A field of the record, its value and how it is known, in words for a person."""

    field: str
    value: str | tuple[str, ...] | Dated
    how: str


def found_value(found: Mapping[str, Finding], field: str) -> object:
    return found[field].value if field in found else ""
