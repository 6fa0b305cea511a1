from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

import api.errors
import corpus.errors
import index.errors
import qa.errors
from api.errors import BY_STATUS, TABLE, ServerRefused, body_of, exit_code_of, problem_of

FLOORS = [corpus.errors, index.errors, qa.errors, api.errors]


def errors_of(module: ModuleType) -> list[type[Exception]]:
    return [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Exception) and cls.__module__ == module.__name__
    ]


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.__name__)
def test_every_error_class_stands_in_the_table_and_in_its_tree(floor: ModuleType) -> None:
    classes = errors_of(floor)
    assert classes
    for cls in classes:
        assert cls in TABLE, cls
        assert cls.__name__ in (floor.__doc__ or ""), f"{cls.__name__} is missing in the tree of {floor.__name__}"


def test_each_slug_stands_for_one_status() -> None:
    rows = [*TABLE.values(), *BY_STATUS.values()]
    assert len({row.slug for row in rows}) == len({(row.slug, row.status) for row in rows})
    assert all(400 <= row.status < 600 for row in rows)
    assert {row.exit_code for row in rows} <= {1, 2, 3, 4, 5}


def test_a_new_kind_of_error_is_shown_as_its_nearest_parent() -> None:
    class Stranger(index.errors.SnapshotCorrupt):
        pass

    assert problem_of(Stranger()).slug == "snapshot-corrupt"
    assert problem_of(RuntimeError()).status == 500


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (qa.errors.InvalidQuery("k", "too many"), 2),
        (api.errors.InvalidSettings("x"), 2),
        (corpus.errors.UnknownDocument("x"), 3),
        (index.errors.SnapshotMissing("x"), 4),
        (index.errors.SnapshotMismatch("x"), 4),
        (index.errors.SnapshotCorrupt("x"), 4),
        (api.errors.ServerUnreachable("x"), 5),
        (corpus.errors.StoreUnavailable("x"), 1),
        (ServerRefused({"type": "urn:muhojir:problem:snapshot-missing"}), 4),
        (ServerRefused({"type": "urn:muhojir:problem:unheard-of"}), 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_exit_codes_follow_the_contract(error: Exception, code: int) -> None:
    assert exit_code_of(error) == code


def test_a_problem_names_the_field_and_keeps_the_servers_own_words() -> None:
    body = body_of(qa.errors.InvalidQuery("k", "1 to 50, not 0"))
    assert body == {
        "type": "urn:muhojir:problem:invalid-request",
        "title": "The request is invalid",
        "status": 422,
        "detail": "k: 1 to 50, not 0",
        "errors": [{"field": "k", "problem": "1 to 50, not 0"}],
    }
    assert body_of(ServerRefused(body)) == body


def test_an_unforeseen_error_tells_no_secret(client: TestClient, engine: Any) -> None:
    def failing(_: object) -> None:
        raise RuntimeError("password=hunter2")

    engine.ask = failing
    reply = client.post("/v1/ask", json={"question": "x"})
    assert reply.status_code == 500
    assert reply.json()["type"] == "urn:muhojir:problem:internal-error"
    assert "hunter2" not in reply.text
