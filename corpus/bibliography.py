"""Record -> citation: a label, a Refworld-like line, BibTeX, RIS, CSL-JSON.

Parts that are not known are left out. A digest is cited as one ("digest of ..."): its words are the library's,
never the publisher's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from corpus.document import Dated, Record

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LIBRARY = "Muhojir library"
NO_DATE = "n.d."

_BIBTEX_TYPES = {"report": "techreport", "academic": "article"}
_RIS_TYPES = {"news": "NEWS", "report": "RPRT", "academic": "JOUR", "analysis": "MGZN"}
_CSL_TYPES = {
    "news": "article-newspaper", "analysis": "article-magazine", "report": "report", "academic": "article-journal",
}  # fmt: skip
_CONTAINED = ("news", "analysis", "academic")  # the publisher is the title of the paper or journal
_BIBTEX_ESCAPES = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts even escaped braces
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_PERSON = re.compile(r"[A-ZА-ЯЁҲҚҒӢӮҶ][\w.'’-]*(?: (?:[A-ZА-ЯЁҲҚҒӢӮҶ][\w.'’-]*|de|van|von|al|el)){1,3}")
_BODY = re.compile(
    r"\b(?:agency|bureau|cent(?:er|re)|commission|committee|council|embassy|federation|foundation|fund|government|group|"
    r"institute|international|memorial|ministry|movement|nations|network|office|organi[sz]ation|press|rights|service|"
    r"society|staff|union|university|watch)\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b[A-ZА-ЯЁ]{3,}\b")


class Cited(Protocol):
    """What can be cited: a Document, or its card in an index."""

    @property
    def id(self) -> str: ...

    @property
    def language(self) -> str: ...

    @property
    def record(self) -> Record: ...


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    write: Callable[[Cited, date], str]


def label(record: Record) -> str:
    """Who and when, for the margin: "Asia-Plus, 29 April 2024"."""
    who = record.publisher or ", ".join(record.author) or record.title
    line = ", ".join(filter(None, [who, _when(record.published)]))
    return f"digest of {line}" if record.digest else line


def cite_as(record: Record, accessed: date) -> str:
    """Author or publisher, title, date, symbol, available at: address [accessed day]; as Refworld and ecoi.net do."""
    who = ", ".join(record.author) or record.publisher
    publisher = record.publisher if record.author and record.publisher not in record.author else ""
    line = ", ".join(filter(None, [who, record.title, publisher, _when(record.published), record.symbol]))
    if address := _address(record):
        line += f", available at: {address} [accessed {_day(accessed)}]"
    return f"{LIBRARY}, digest of {line}" if record.digest else line


def bibtex(cited: Cited, accessed: date) -> str:
    record = cited.record
    kind = _BIBTEX_TYPES.get(record.source_type, "misc")
    home = {"techreport": "institution", "article": "journal"}.get(kind, "publisher")
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in record.author),
        "title": f"{{{_bibtex_text(record.title)}}}" if record.title else "",
        home: _bibtex_text(record.publisher),
        "number": _bibtex_text(record.symbol),
        "year": _part(record.published, 0),
        "month": _part(record.published, 1).lstrip("0"),
        "day": _part(record.published, 2).lstrip("0"),
        "url": re.sub(r"[{}\\\s]", lambda match: f"%{ord(match.group()):02X}", _address(record)),
        "urldate": accessed.isoformat() if _address(record) else "",
        "language": _source_language(cited),
        "note": _bibtex_text(_note(record)),
    }
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items() if value)
    return f"@{kind}{{{re.sub(r'[^A-Za-z0-9:.-]', '-', cited.id)},\n{lines}}}\n"


def ris(cited: Cited, accessed: date) -> str:
    record = cited.record
    published = record.published.value if record.published else ""
    tags = [
        ("TY", _RIS_TYPES.get(record.source_type, "GEN")),
        ("ID", cited.id),
        *(("AU", _inverted(name)) for name in record.author),
        ("TI", record.title),
        ("T2" if record.source_type in _CONTAINED else "PB", record.publisher),
        ("PY", published[:4]),
        ("DA", published.replace("-", "/")),
        ("M1", record.symbol),
        ("UR", _address(record)),
        ("Y2", accessed.strftime("%Y/%m/%d") if _address(record) else ""),
        ("LA", _source_language(cited)),
        *(("KW", topic) for topic in record.topics),
        ("N1", _note(record)),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])  # the RIS specification wants CR LF


def csl_json(cited: Cited, accessed: date) -> dict[str, Any]:
    """One CSL item (a CSL-JSON file is a list of them)."""
    record = cited.record
    address = _address(record)
    item: dict[str, Any] = {
        "id": cited.id,
        "type": _CSL_TYPES.get(record.source_type, "document"),
        "author": [_csl_name(name) for name in record.author],
        "title": record.title,
        "container-title" if record.source_type in _CONTAINED else "publisher": record.publisher,
        "issued": _csl_date(record.published),
        "number": record.symbol,
        "URL": address,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]} if address else None,
        "language": _source_language(cited),
        "keyword": ", ".join(record.topics),
        "note": _note(record),
    }
    return {key: value for key, value in item.items() if value}


FORMATS: Mapping[str, Format] = {
    "refworld": Format("text/plain", lambda cited, accessed: cite_as(cited.record, accessed) + "\n"),
    "bibtex": Format("application/x-bibtex", bibtex),
    "ris": Format("application/x-research-info-systems", ris),
    "csl-json": Format(
        "application/vnd.citationstyles.csl+json",
        lambda cited, accessed: json.dumps([csl_json(cited, accessed)], ensure_ascii=False, indent=2) + "\n",
    ),
}


def _when(dated: Dated | None) -> str:
    if dated is None:
        return NO_DATE
    year, *rest = dated.value.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year]) + (" (inferred)" if dated.basis == "inferred" else "")


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _part(dated: Dated | None, place: int) -> str:
    parts = dated.value.split("-") if dated else []
    return parts[place] if place < len(parts) else ""


def _address(record: Record) -> str:
    return record.url or record.url_alt


def _source_language(cited: Cited) -> str:
    language = cited.record.source_language or cited.language
    return "" if language == "und" else language


def _note(record: Record) -> str:
    notes = []
    if record.digest:
        who = record.publisher or ", ".join(record.author) or "the source"
        notes.append(f"digest of {who} in the words of the {LIBRARY}")
    if record.published and record.published.basis == "inferred":
        notes.append("date inferred")
    if record.relayed_by:
        notes.append(f"relayed by {record.relayed_by}")
    return "; ".join([*notes, *([record.edition] if record.edition else [])])


def _is_person(name: str) -> bool:
    return bool(_PERSON.fullmatch(name)) and not _BODY.search(name) and not _ACRONYM.search(name)


def _inverted(name: str) -> str:
    """Family name first for a person; a body as it is."""
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if _is_person(name) else name


def _csl_name(name: str) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"family": family, "given": given} if _is_person(name) else {"literal": name}


def _csl_date(dated: Dated | None) -> dict[str, Any] | None:
    if dated is None:
        return None
    parts = {"date-parts": [[int(part) for part in dated.value.split("-")]]}
    return {**parts, "circa": True} if dated.basis == "inferred" else parts


def _bibtex_text(text: str) -> str:
    return " ".join(text.split()).translate(_BIBTEX_ESCAPES)


def _bibtex_name(name: str) -> str:
    escaped = _bibtex_text(_inverted(name))
    return escaped if _is_person(name) else f"{{{escaped}}}"
