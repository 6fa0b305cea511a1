"""The values that a client may send: each type refuses what it must and says the same in the JSON schema."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from corpus.metadata import date_interval
from qa.answer import MAX_K, MAX_QUESTION

_NO_NUL = r"^[^\u0000]*$"
_BLANK = r"\s\u0000\u001c-\u001f\u0085\ufeff"  # white space, as Python and ECMA-262 know it
_SOME_WORD = rf"^[^\u0000]*[^{_BLANK}][^\u0000]*$"
_NO_ADDRESS = r"\s\u0000-\u001f\u007f-\u009f\ufeff"  # white space, as Python and ECMA-262 know it, and controls
_ADDRESS = rf"^https?://[^{_NO_ADDRESS}]+$"
_DATES = [
    {"type": "string", "pattern": "^(?!0000)[0-9]{4}$"},
    {"type": "string", "pattern": "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$"},
    {"type": "string", "format": "date"},
]


def _whole_text(value: Any) -> Any:
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds a NUL character; remove it")
        if re.search("[\ud800-\udfff]", value):
            raise ValueError("holds half of a surrogate pair or bytes that are no UTF-8; send whole characters")
    return value


def _plain_value(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def _some_word(value: str) -> str:
    if not re.search(f"[^{_BLANK}]", value):
        raise ValueError("holds only white space")
    return value


def _date(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
            raise ValueError("a date is written 2011, 2011-08 or 2011-08-25")
        date_interval(value)
    return value


def _address(value: str) -> str:
    if not re.fullmatch(rf"https?://[^{_NO_ADDRESS}]+", value):
        raise ValueError("an address begins with http:// or https:// and has no white space or control characters")
    return value


def _whole_number(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is the integer 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[str, BeforeValidator(_whole_text), Field(json_schema_extra={"pattern": _NO_NUL})]
Value = Annotated[Text, BeforeValidator(_plain_value)]
# One type of two, not a choice of two types: where either may stand, tools that try "no null, but a text" mean a fault.
OptionalValue = Annotated[Value | None, WithJsonSchema({"type": ["string", "null"], "pattern": _NO_NUL})]
Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[Value, AfterValidator(_some_word), Field(json_schema_extra={"pattern": _SOME_WORD})]
Address = Annotated[Value, AfterValidator(_address), Field(json_schema_extra={"pattern": _ADDRESS})]
QuestionText = Annotated[
    Text,
    Field(min_length=1, max_length=MAX_QUESTION, json_schema_extra={"pattern": _SOME_WORD}),
    AfterValidator(_some_word),
]
PartialDate = Annotated[str, BeforeValidator(_date), BeforeValidator(_whole_text), WithJsonSchema({"anyOf": _DATES})]
Count = Annotated[int, Field(ge=1, le=MAX_K, strict=True), BeforeValidator(_whole_number)]
