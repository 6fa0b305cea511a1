from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.answer_text import REASONS
from api.cli.text import answer_lines, passage_lines
from api.schemas import AskResponse, SearchResponse


def asked(client: TestClient, question: str, **changes: Any) -> AskResponse:
    body = client.post("/v1/ask", json={"question": question}).json()
    body["answer"] |= changes
    return AskResponse.model_validate(body)


def test_an_answer_shows_its_sentences_and_then_its_numbered_sources(client: TestClient) -> None:
    text = "\n".join(answer_lines(asked(client, "Vnukovo?"), 80, explain=False))
    assert text == (
        "Some of them were students 😀 of Russian universities. [1]\n"
        "\n"
        "Sources\n"
        "[1] digest of “Held at the airport 😀”, Asia-Plus, 2024-04-29\n"
        "    https://example.org/vnukovo"
    )


def test_a_source_of_several_citations_is_listed_once(client: TestClient) -> None:
    body = asked(client, "Vnukovo?").model_dump(by_alias=True)
    body["citations"].append({**body["citations"][0], "number": 2})
    text = "\n".join(answer_lines(AskResponse.model_validate(body), 80, explain=False))
    assert "\n[1] [2] digest of “Held at the airport 😀”" in text
    assert text.count("https://example.org/vnukovo") == 1


def test_no_line_is_wider_than_the_terminal(client: TestClient) -> None:
    lines = list(answer_lines(asked(client, "Vnukovo?", text="word " * 100), 40, explain=True))
    assert all(len(line) <= 40 or "http" in line or "@" in line or "score" in line for line in lines)


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_says_why_in_words_and_shows_the_nearest_passages(client: TestClient, reason: str) -> None:
    lines = list(answer_lines(asked(client, "tea?", reason=reason), 80, explain=False))
    assert lines[0] == REASONS[reason]
    assert "The nearest passages:" in lines
    assert any("954 citizens" in line for line in lines)


def test_an_empty_home_says_how_to_fill_it(client: TestClient) -> None:
    body = asked(client, "tea?").model_dump(by_alias=True)
    body["snapshot"]["documents"] = 0
    body["passages"] = []
    lines = list(answer_lines(AskResponse.model_validate(body), 80, explain=False))
    assert lines == ["There are no documents yet. Add some with: muhojir add"]


def test_an_inferred_date_says_so_and_a_missing_one_too(client: TestClient) -> None:
    body = client.post("/v1/ask", json={"question": "Vnukovo?"}).json()
    published = body["documents"]["vnukovo"]["dates"]
    published["published"] = {"value": "2024", "precision": "year", "basis": "inferred"}
    assert "2024 (inferred)" in "\n".join(answer_lines(AskResponse.model_validate(body), 80, explain=False))
    published["published"] = None
    assert "no date" in "\n".join(answer_lines(AskResponse.model_validate(body), 80, explain=False))


def test_an_explanation_shows_both_legs(client: TestClient) -> None:
    body = SearchResponse.model_validate(client.post("/v1/search", json={"question": "x"}).json())
    assert "score 0.800: lexical #1 (3.100), dense - (0.900), windows 0.950" in "\n".join(passage_lines(body, 80, True))


def test_an_excerpt_begins_near_the_first_word_that_matches(client: TestClient) -> None:
    body = client.post("/v1/search", json={"question": "x"}).json()
    passage = body["passages"][0]
    passage["text"] = "filler " * 100 + "needle " + "filler " * 100
    passage["end"] = passage["start"] + len(passage["text"])
    place = passage["start"] + 700
    passage["highlights"] = [[place, place + 6]]
    text = "\n".join(passage_lines(SearchResponse.model_validate(body), 80, explain=False))
    assert "needle" in text
    assert "... filler" in text
