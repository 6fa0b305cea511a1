from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from index.errors import SnapshotMissing


def test_a_living_process_says_ok(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_ready_service_names_the_snapshot_that_is_current(client: TestClient, engine: Any) -> None:
    engine.published = "bbbbbbbbbbbb"
    body = client.get("/readyz").json()
    assert (body["status"], body["snapshot"]["id"]) == ("ready", "bbbbbbbbbbbb")


def test_a_service_without_an_index_is_not_ready(client: TestClient, engine: Any) -> None:
    def missing() -> None:
        raise SnapshotMissing("the home holds no index yet. Run: muhojir init")

    engine.info = missing
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["type"] == "urn:muhojir:problem:snapshot-missing"
    assert client.get("/healthz").status_code == 200
