from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api import wiring
from api.change_schemas import NewText
from api.chat import ChatRequest, ModelList
from api.examples import BODIES, REPLIES
from api.reading_schemas import CoverageResponse, DocumentListResponse, Health, Readiness
from api.schemas import AskRequest, SearchRequest
from api.settings import Settings

MODELS: dict[str, Any] = {
    "/v1/ask": AskRequest,
    "/v1/ask/stream": AskRequest,
    "/v1/search": SearchRequest,
    "/v1/chat/completions": ChatRequest,
    "/v1/documents": NewText,
}
TOLD: dict[str, Any] = {
    "/healthz": Health,
    "/readyz": Readiness,
    "/v1/models": ModelList,
    "/v1/coverage": CoverageResponse,
    "/v1/documents": DocumentListResponse,
}


def test_every_operation_shows_an_example(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing")
    wiring.create_empty(settings)
    list(wiring.update_index(settings))
    paths = wiring.web_app(settings).openapi()["paths"]
    operations = {f"{method} {path}": own for path, methods in paths.items() for method, own in methods.items()}
    assert len(operations) >= 17
    for name, operation in operations.items():
        assert '"example": ' in json.dumps(operation), name


@pytest.mark.parametrize("path", BODIES)
def test_an_example_of_what_is_sent_is_taken(path: str) -> None:
    MODELS[path].model_validate(BODIES[path])


@pytest.mark.parametrize("path", [path for path in REPLIES if path != "/metrics"])
def test_an_example_of_what_comes_back_has_its_shape(path: str) -> None:
    told = TOLD[path].model_validate(REPLIES[path]).model_dump(by_alias=True)
    assert told == REPLIES[path]
