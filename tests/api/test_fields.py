"""What a client may send, value by value, and that the description says the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.change_schemas import MetadataIn
from api.chat import Options
from api.fields import Address, Flag, OptionalValue
from api.schemas import AskRequest


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Address, "http://a.example/ҷой?q=1"), (OptionalValue, None), (OptionalValue, ""), (OptionalValue, "null"),
        (Flag, True),
    ],
)  # fmt: skip
def test_is_taken_and_described_so(kind: Any, value: Any) -> None:
    assert TypeAdapter(kind).validate_python(value) == value
    assert described(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Address, "file:///etc/passwd"), (Address, "http://a b"), (Address, "http://a\x14b"), (Address, "http://a\x1cb"),
        (Address, "http://a\x85b"), (Address, "http://a\ufeffb"), (Address, "http://"), (OptionalValue, "a\x00"),
        (OptionalValue, 0), (OptionalValue, ["a"]), (Flag, 0), (Flag, "true"), (Flag, None),
    ],
)  # fmt: skip
def test_is_refused_and_described_so(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
    assert not described(kind, value)


def test_what_may_be_left_out_is_one_type_and_no_choice() -> None:
    """A tool that tries a text where null is one of two choices finds the text taken, and calls it a fault."""
    fields = MetadataIn.model_json_schema()["properties"]
    assert [name for name, field in fields.items() if "anyOf" in field] == ["published"]


def test_a_number_is_no_yes_or_no() -> None:
    with pytest.raises(ValidationError, match="explain"):
        Options.model_validate({"explain": 0})


NAMES = {str: "string", type(None): "null", bool: "boolean", int: "integer", list: "array"}


def described(kind: Any, value: Any) -> bool:
    """Does the schema let the value pass? Types and patterns only."""
    schema = TypeAdapter(kind).json_schema()
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    matches = not isinstance(value, str) or re.search(schema.get("pattern", ""), value) is not None
    return NAMES[type(value)] in types and matches


@pytest.mark.parametrize("blank", ["\x1f\x1f", "\ufeff", " \u0085\u00a0", "\t\n"])
def test_what_is_white_space_to_python_or_to_a_schema_is_no_question(blank: str) -> None:
    with pytest.raises(ValidationError, match="white space"):
        AskRequest(question=blank)
    pattern = AskRequest.model_json_schema()["properties"]["question"]["pattern"]
    assert not re.search(pattern, blank)
    assert re.search(pattern, f"{blank}a")
