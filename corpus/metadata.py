"""Front matter and other given metadata -> Record, strictly: a typing error must not become a fact.

Keys and values are those of library/TOPICS.md. Topics are checked against a vocabulary only where one is given
(the shipped library); a person's own documents may carry any topic.
"""

from __future__ import annotations

import calendar
import json
import re
import reprlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, get_args

import yaml

from corpus.clean import clean
from corpus.document import Basis, Dated, Language, Record
from corpus.errors import InvalidMetadata

SOURCE_TYPES = ("news", "analysis", "report", "press-release", "academic", "statement")
FRONT_MATTER_MAX = 64 * 1024  # characters; the longest of the library has 1,260

_TEXTS = ("title", "publisher", "relayed_by", "symbol", "summary", "edition")
_LISTS = ("author", "country", "topics")
_URLS = ("url", "url_alt")
_DATES = {"as_of": "modified", "event": "event", "accessed": "accessed"}
KEYS = (
    "id", *_TEXTS, *_LISTS, *_URLS, *_DATES, "published", "published_basis", "digest", "source_type",
    "lang", "source_lang", "translation_of",
)  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_OPENING = re.compile(r"---[ \t]*\n(?:[A-Za-z_]+[ \t]*:|#|---|\.\.\.)")  # else "---" is only a rule
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_NOTHING = ("", "~", "null")
_RECORD_FIELDS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True, slots=True)
class Metadata:
    """`id` and `language` are "" where the metadata does not say."""

    record: Record
    id: str = ""
    language: str = ""


def parse_front_matter(text: str, name: str) -> tuple[dict[str, object], str]:
    """The mapping between the two `---` lines at the head of `text`, and the rest; ({}, text) when there is none.

    Scalars stay strings, so that 2011-08 and 2011 are not read as numbers. Raises InvalidMetadata.
    """
    lines = text.lstrip("\ufeff").replace("\r\n", "\n")
    if not _OPENING.match(lines):
        return {}, text
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(lines, lines.index("\n"), FRONT_MATTER_MAX)
    if end is None:
        raise InvalidMetadata(f"{name}: the front matter has no closing '---' line in its first 64 kB")
    try:
        found = _mapping(lines[lines.index("\n") : end.start()])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidMetadata(f"{name}: the front matter is no `key: value` YAML ({_where(error)}); mend it") from error
    return found, lines[end.end() :]


def _where(error: Exception) -> str:
    """What is wrong at which line, without the line itself: errors come into logs, the words of documents do not."""
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else str(error)


def _mapping(text: str) -> dict[str, object]:
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("it holds no keys")
    keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
    twice = next((key for key, times in keys.items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r} stands twice")
    return dict(yaml.BaseLoader("").construct_document(node))  # BaseLoader builds only str, list, dict


def parse_metadata(given: Mapping[str, object], name: str, topics: Collection[str] | None = None) -> Metadata:
    """Raises InvalidMetadata, naming document, key, value and what is allowed."""
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise InvalidMetadata(f"{name}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(KEYS))}")
    check = _Check(given, name)
    values: dict[str, Any] = {key: check.text(key) for key in _TEXTS}
    values |= {key: check.texts(key) for key in _LISTS}
    values |= {key: check.url(key) for key in _URLS}
    values |= {field: check.dated(key, "stated") for key, field in _DATES.items()}
    values["published"] = check.dated("published", check.basis())
    values["digest"] = check.flag("digest")
    values["source_type"] = check.one_of("source_type", SOURCE_TYPES)
    values["source_language"] = check.matching("source_lang", re.compile("[a-z]{2,3}"), "a code such as en, ru, tg")
    values["translation_of"] = check.matching("translation_of", _ID, "the id of a document")
    if topics is not None:
        check.known_topics(topics)
    return Metadata(
        record=Record(**values),
        id=check.matching("id", _ID, "letters, digits, '.', '_' and '-'"),
        language=check.one_of("lang", get_args(Language)),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    given: Mapping[str, object]
    name: str

    def wrong(self, key: str, allowed: str) -> InvalidMetadata:
        value = reprlib.repr(self.given.get(key))
        return InvalidMetadata(f"{self.name}: {key}: {value} is not allowed; give {allowed}")

    def text(self, key: str) -> str:
        value = self.given.get(key, "")
        if value is None or (isinstance(value, str) and value.strip() in _NOTHING):
            return ""
        if isinstance(value, date):
            return value.isoformat()[:10]
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.wrong(key, "one text")
        return _line(str(value))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.given.get(key)
        if not isinstance(value, list | tuple):
            single = self.text(key)
            return (single,) if single else ()
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(key, "a list of texts")
        return tuple(filter(None, map(_line, value)))

    def matching(self, key: str, pattern: re.Pattern[str], allowed: str) -> str:
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            raise self.wrong(key, allowed)
        return value

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            raise self.wrong(key, "one of " + ", ".join(allowed))
        return value

    def url(self, key: str) -> str:
        return self.matching(key, re.compile(r"https?://\S+"), "an address that begins with http:// or https://")

    def flag(self, key: str) -> bool:
        value = self.given.get(key, False)
        if isinstance(value, bool):
            return value
        return self.one_of(key, ("true", "false")) == "true"

    def basis(self) -> Basis:
        value = self.one_of("published_basis", get_args(Basis))
        if value and not self.text("published"):
            raise self.wrong("published_basis", "a `published` date beside it")
        return value or "given"  # type: ignore[return-value]

    def dated(self, key: str, basis: Basis) -> Dated | None:
        value = self.text(key)
        if not value:
            return None
        try:
            date_interval(value)
        except ValueError as error:
            raise self.wrong(key, "2011, 2011-08 or 2011-08-25") from error
        return Dated(value, basis)

    def known_topics(self, topics: Collection[str]) -> None:
        for topic in self.texts("topics"):
            if topic not in topics:
                raise self.wrong("topics", "topics of TOPICS.md: " + ", ".join(sorted(topics)))


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def date_interval(value: str) -> tuple[int, int]:
    """First and last day of "2011", "2011-08" or "2011-08-25" as yyyymmdd. Raises ValueError for anything else."""
    if not _DATE.fullmatch(value):
        raise ValueError(f"{value!r} is no date; write 2011, 2011-08 or 2011-08-25")
    try:
        first = date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError(f"{value!r} is no date of the calendar; write 2011, 2011-08 or 2011-08-25") from error
    day = first.year * 10_000 + first.month * 100 + first.day
    length = calendar.monthrange(first.year, first.month)[1]
    last = {4: first.year * 10_000 + 1231, 7: day - 1 + length, 10: day}
    return day, last[len(value)]


def record_to_json(record: Record) -> str:
    """JSON object with the fields that are not empty, keys sorted: equal records give equal text."""
    filled = {name: value for name in _RECORD_FIELDS if (value := getattr(record, name))}
    return json.dumps(filled, ensure_ascii=False, sort_keys=True, default=asdict)  # of dates


def record_from_json(text: str) -> Record:
    """The inverse of `record_to_json`. Raises ValueError when `text` is no record."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"a record is a JSON object, not {type(found).__name__}")
    unknown = sorted(found.keys() - set(_RECORD_FIELDS))
    if unknown:
        raise ValueError(f"a record has no field {unknown[0]!r}")
    return Record(**{key: _field_value(value) for key, value in found.items()})


def _field_value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return Dated(**value) if isinstance(value, dict) else value
