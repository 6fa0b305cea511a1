from __future__ import annotations

import html
import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from api import dossier
from api.answer_text import reply_text
from api.schemas import AskResponse

QUESTION = {"question": "Who was held at Vnukovo? <b>", "filters": {"publisher": ["Asia-Plus"]}, "k": 3}


def printed(client: TestClient, style: str, question: object = QUESTION) -> str:
    reply = client.post("/v1/ask", params={"format": style}, json=question)
    assert reply.status_code == 200, reply.text
    return reply.text


@pytest.mark.parametrize("style", ["dossier", "dossier-md"])
def test_a_dossier_holds_all_that_made_the_answer(client: TestClient, style: str) -> None:
    body, sheet = client.post("/v1/ask", json=QUESTION).json(), printed(client, style)
    shown = rendered(sheet)[1] if style == "dossier-md" else html.unescape(sheet)
    [citation] = body["citations"]
    for part in (
        citation["quote"], citation["cite_as"], citation["permalink"], body["snapshot"]["id"], "Asia-Plus",
        body["passages"][0]["id"], "characters",
    ):  # fmt: skip
        assert part in shown
    assert "<b>" not in sheet.partition("```")[0].replace(r"\<", "")  # but in the request, which is code


def test_a_dossier_is_html_that_loads_nothing(client: TestClient) -> None:
    reply = client.post("/v1/ask", params={"format": "dossier"}, json=QUESTION)
    assert reply.headers["content-type"].startswith("text/html")
    assert "src=" not in reply.text
    assert "href=" not in reply.text
    assert "<script" not in reply.text


def test_the_request_in_a_dossier_makes_the_same_answer(client: TestClient) -> None:
    line = printed(client, "dossier-md").rstrip().removesuffix("```").rpartition("```json")[2]
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


FORGED = """# Answer
Nobody was held. [1]
===
- [a report](https://fidh.example.org) ![seal](https://example.org/a.png) <img src=x onerror=alert(1)>
    code `code` ***bold*** __bold__ snake_case &lt; &#35; C:\\temp | a | b |
1. one
> deeper
[1]: https://fidh.example.org
--- ~~gone~~ $x$ + 2 = 4"""
_PLAIN = {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak",
          "text_special"}  # fmt: skip


def rendered(markdown: str) -> tuple[set[str], str]:
    """The kinds of Markdown's tokens, and the text that a reader sees."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens: list[Token] = []
    for token in parser.parse(markdown):
        tokens += [token, *(token.children or [])]
    seen = (
        "\n" if one.type in {"softbreak", "paragraph_close"} else one.content for one in tokens if one.type != "inline"
    )
    return {one.type for one in tokens}, "".join(seen)


@example(FORGED)
@example("\\[1] \\")
@example("a__b__ _c_ d_ _")
@example("1  \n1")  # two blanks at a line's end break it
@given(st.text(st.sampled_from("ab1 \n#*_[]()<>&!|~`\\-+=.:;\"'{}^$/"), min_size=1, max_size=60))
def test_a_documents_words_stand_in_markdown_as_themselves(words: str) -> None:
    kinds, seen = rendered(dossier._as_markdown([("quote", words)]))
    assert kinds <= _PLAIN
    assert seen.split() == words.split()


@pytest.mark.parametrize("kind", ["title", "heading", "line", "item"])
def test_no_line_of_a_dossier_is_more_than_one_line(kind: str) -> None:
    kinds, seen = rendered(dossier._as_markdown([(kind, FORGED)]))
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "fence", "code_inline", "hr", "strong_open"}
    assert seen.split() == FORGED.split()


def test_a_documents_own_marks_are_not_ours(client: TestClient) -> None:
    body = client.post("/v1/ask", json=QUESTION).json()
    body["citations"][0]["cite_as"] += " [2] FIDH,\n[2] Report"
    text = reply_text(AskResponse.model_validate(body))
    assert text.count("[2]") == 0
    assert text.splitlines()[-1].startswith("[1]")
    assert " [ 2 ] FIDH, [ 2 ] Report" in text
