from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def without_id(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "id"}


def test_a_search_is_an_answer_without_answer_and_citations(client: TestClient) -> None:
    asked = client.post("/v1/ask", json={"question": "Vnukovo"}).json()
    found = client.post("/v1/search", json={"question": "Vnukovo"}).json()
    assert without_id(found) == {
        key: value for key, value in without_id(asked).items() if key not in {"answer", "citations"}
    }


def test_the_link_finds_what_the_body_finds(client: TestClient, engine: Any) -> None:
    link = "/v1/search?q=Vnukovo&k=3&publisher=Asia-Plus&publisher=FIDH&published_from=2024-04"
    by_link = client.get(link).json()
    filters = {"publisher": ["Asia-Plus", "FIDH"], "published_from": "2024-04"}
    by_body = client.post("/v1/search", json={"question": "Vnukovo", "k": 3, "filters": filters}).json()
    assert without_id(by_link) == without_id(by_body)
    assert engine.asked[0] == engine.asked[1]
    assert engine.asked[0].mode == "passages"


def test_a_link_with_an_unknown_or_broken_parameter_is_refused(client: TestClient) -> None:
    for link, field in (
        ("/v1/search", "q"),
        ("/v1/search?q=x&colour=1", "colour"),
        ("/v1/search?q=x&k=0", "k"),
        ("/v1/search?q=x&k=many", "k"),
        ("/v1/search?q=%00", "q"),
        ("/v1/search?q=x&published_from=2012&published_to=2011", "query"),
    ):
        reply = client.get(link)
        assert reply.status_code == 422, link
        assert [issue["field"] for issue in reply.json()["errors"]] == [field], link


def test_a_search_has_no_other_mode(client: TestClient) -> None:
    assert client.post("/v1/search", json={"question": "x", "mode": "passages"}).status_code == 200
    assert client.post("/v1/search", json={"question": "x", "mode": "extractive"}).status_code == 422
