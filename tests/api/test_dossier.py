from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

QUESTION = {"question": "Who was held at Vnukovo? <b>", "filters": {"publisher": ["Asia-Plus"]}, "k": 3}


def printed(client: TestClient, style: str, question: object = QUESTION) -> str:
    reply = client.post("/v1/ask", params={"format": style}, json=question)
    assert reply.status_code == 200, reply.text
    return reply.text


@pytest.mark.parametrize("style", ["dossier", "dossier-md"])
def test_a_dossier_holds_all_that_made_the_answer(client: TestClient, style: str) -> None:
    body, sheet = client.post("/v1/ask", json=QUESTION).json(), printed(client, style)
    [citation] = body["citations"]
    for part in (
        citation["quote"], citation["cite_as"], citation["permalink"], body["snapshot"]["id"], "Asia-Plus",
        body["passages"][0]["id"], "characters",
    ):  # fmt: skip
        assert part in sheet
    assert "<b>" not in sheet or style == "dossier-md"


def test_a_dossier_is_html_that_loads_nothing(client: TestClient) -> None:
    reply = client.post("/v1/ask", params={"format": "dossier"}, json=QUESTION)
    assert reply.headers["content-type"].startswith("text/html")
    assert "src=" not in reply.text
    assert "href=" not in reply.text
    assert "<script" not in reply.text


def test_the_request_in_a_dossier_makes_the_same_answer(client: TestClient) -> None:
    line = printed(client, "dossier-md").rstrip().rpartition("\n\n> ")[2]
    assert client.post("/v1/ask", json=json.loads(line)).json() == client.post("/v1/ask", json=QUESTION).json()


def test_a_refusal_has_a_dossier_and_no_sources(client: TestClient) -> None:
    tea = {"question": "What is the price of tea?"}
    assert "The documents hold no answer" in printed(client, "dossier", tea)
    assert printed(client, "bibtex", tea) == ""
    assert json.loads(printed(client, "csl-json", tea)) == []


def test_the_sources_of_an_answer_come_in_every_format(client: TestClient) -> None:
    assert printed(client, "bibtex").startswith("@")
    assert "ER  - " in printed(client, "ris")
    assert [item["id"] for item in json.loads(printed(client, "csl-json"))] == ["vnukovo"]
    assert "digest of" in printed(client, "refworld")


def test_an_unknown_format_names_the_known_ones(client: TestClient) -> None:
    reply = client.post("/v1/ask", params={"format": "pdf"}, json=QUESTION)
    assert reply.status_code == 422
    assert "dossier" in reply.json()["errors"][0]["problem"]
