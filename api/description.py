"""The OpenAPI description, completed with what the framework cannot see: bodies and events it does not parse, keys,
and the modes that this service answers in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .access import Caller, level_of
from .change_schemas import JobResponse, MetadataIn, NewAddress, NewText
from .examples import show_examples
from .schemas import AskResponse, CitationsEvent, PassagesEvent, QuestionEvent, SentenceOut

ASK_EVENTS: dict[str, type[BaseModel]] = {
    "question": QuestionEvent,
    "passages": PassagesEvent,
    "sentence": SentenceOut,
    "citations": CitationsEvent,
    "done": AskResponse,
}
CHUNKS_SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "string", "description": "A chat.completion.chunk, or [DONE]"}},
}
JOB_EVENTS: dict[str, type[BaseModel]] = {"job": JobResponse, "done": JobResponse}
PLACE = "#/components/schemas/{model}"
_TAKEN = (NewText, NewAddress, MetadataIn)
_TOLD = {*ASK_EVENTS.values(), *JOB_EVENTS.values()}
_KEY = {"type": "http", "scheme": "bearer", "description": "Made with `muhojir keys create`."}


def place_of(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": PLACE.format(model=model.__name__)}


def events_schema(events: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """Of each event of a stream: its name, and JSON as its data; `error` carries a problem body."""
    known = [_event(name, {"contentSchema": place_of(model)}) for name, model in events.items()]
    return {"oneOf": [*known, _event("error", {})]}


def prints_content(media_types: Iterable[str]) -> dict[str, Any]:
    """Of what is no body of ours: CSL's JSON is a list of items, all else is text."""
    items = {"type": "array", "items": {"type": "object", "required": ["id", "type"]}}
    return {one: {"schema": items if one.endswith("json") else {"type": "string"}} for one in media_types}


def _event(name: str, more: dict[str, Any]) -> dict[str, Any]:
    data = {"type": "string", "contentMediaType": "application/json", **more}
    return {"type": "object", "required": ["event", "data"], "properties": {"event": {"const": name}, "data": data}}


def describe(app: FastAPI, *, modes: Collection[str], require_key: bool) -> None:
    """Completes `app.openapi()`, which is still made at its first use."""
    begun = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(begun(), modes, require_key)
        return begun()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(description: dict[str, Any], modes: Collection[str], require_key: bool) -> None:
    parts = description["components"]
    taken = [(model, "validation") for model in _TAKEN]
    told = [(model, "serialization") for model in _TOLD]
    _, made = models_json_schema([*taken, *told], ref_template=PLACE)  # type: ignore[list-item]
    parts["schemas"] = {**made["$defs"], **parts["schemas"]}
    for name in ("AskRequest", "Options"):
        mode = parts["schemas"][name]["properties"]["mode"]
        mode["enum"] = [one for one in mode["enum"] if one in modes]
    parts["securitySchemes"] = {"key": _KEY}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            operation["security"] = _security(method.upper(), path, require_key)
            show_examples(path, method, operation)


def _security(method: str, path: str, require_key: bool) -> list[dict[str, list[str]]]:
    level = level_of(Caller(method, path, "", "", "", ""))
    if level == "open":
        return []
    needed = level == "admin" or require_key
    return [{"key": []}] if needed else [{}, {"key": []}]
