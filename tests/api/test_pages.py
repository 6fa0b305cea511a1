"""The reading page as the server prints it, without a browser."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from api.pages import Words, bars, blocks, choose_language, filters_from, words_of
from api.reading_schemas import CountOut, DocumentResponse
from api.routes import pages as routes
from api.schemas import DatesOut
from api.service import AnswerService, DocumentService
from corpus.store import CorpusStore
from index.errors import SnapshotMissing

LANGUAGES = ("en", "ru", "tg")


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("tg", "ru", "tg"),
        ("", "tg-Cyrl-TJ, ru;q=0.8", "tg"),
        (None, "fr, ru;q=0.5", "ru"),
        ("xx", "", "en"),
        (None, "*", "en"),
    ],
)
def test_the_interface_speaks_the_asked_language_else_the_accepted_one(
    asked: str | None, accepted: str, language: str
) -> None:
    assert choose_language(asked, accepted) == language


def test_every_language_has_the_same_words_with_the_same_gaps() -> None:
    english = words_of("en")
    for words in (words_of("ru"), words_of("tg")):
        assert gaps(words) == gaps(english)
        assert {facet: set(names) for facet, names in words.names.items()} == {
            facet: set(names) for facet, names in english.names.items()
        }


def gaps(words: Words) -> dict[str, list[str]]:
    return {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in words.words.items()}


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("en", "2024-04-09", "9 April 2024"),
        ("ru", "2024-04", "апрель 2024"),
        ("ru", "2024-04-29", "29 апреля 2024"),
        ("tg", "2024-04", "апрели 2024"),
        ("tg", "2024", "2024"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, value: str, words: str) -> None:
    assert words_of(language).date(value) == words


def test_what_a_form_leaves_empty_is_no_filter() -> None:
    params = QueryParams("published_from=&published_to=2024&language=ru&language=tg&topic=&utm_source=x")
    assert filters_from(params) == {"published_to": "2024", "language": ["ru", "tg"]}


def test_a_year_with_any_document_has_a_visible_bar() -> None:
    years = [CountOut(value=year, documents=count) for year, count in (("1995", 1), ("1996", 0), ("1997", 99))]
    assert [height for _, height in bars(years, 48)] == [2, 0, 48]
    assert list(bars([], 48)) == []


def document(text: str) -> DocumentResponse:
    return DocumentResponse(
        id="a", version="0" * 12, title="A", author=[], publisher=None, url=None, source_type=None, language="en",
        dates=DatesOut(published=None, modified=None, event=None, accessed=None), source_language=None, topics=[],
        digest=False, parallel=[], name="a", label="", cite_as="", text=text, headings=[], pages=[], hidden=[],
        versions=[],
    )  # fmt: skip


@given(st.text("ab😀 \n<", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_the_quoted_pieces_are_the_quote_and_nothing_is_lost(text: str, first: int, length: int) -> None:
    start, end = min(first, len(text)), min(first + length, len(text))
    shown = list(blocks(document(text), start, end))
    quoted = "".join(piece.text for block in shown for piece in block.pieces if piece.quoted)
    everything = "".join(piece.text for block in shown for piece in block.pieces)
    assert re.sub(r"\n+", "", quoted) == re.sub(r"\n+", "", text[start:end])
    assert re.sub(r"\n+", "", everything) == re.sub(r"\n+", "", text)


class Tags(HTMLParser):
    """The attributes that a strict content policy forbids, and the tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/", "/?q=Vnukovo", "/?q=nothing", "/library", "/embed-demo"])
def test_every_page_comes_in_every_language_under_a_strict_policy(
    client: TestClient, address: str, language: str
) -> None:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'self'")
    assert Tags(response.text).inline == []


def test_the_answer_is_printed_with_its_citation_and_as_data(client: TestClient) -> None:
    page = client.get("/", params={"q": "Vnukovo"}).text
    assert "Some of them were students 😀 of Russian universities." in page
    assert 'href="#source-1"' in page
    data = re.search(r'<script type="application/json" id="answer">(.+?)</script>', page, re.DOTALL)
    assert data
    assert json.loads(data.group(1))["answer"]["status"] == "answered"


def test_markup_in_a_question_stays_text(client: TestClient) -> None:
    question = "</script><img src=x onerror=alert(1)> Vnukovo"
    page = Tags(client.get("/", params={"q": question}).text)
    assert "img" not in page.tags
    assert page.inline == []


def test_a_passage_is_shown_in_its_document_with_its_words_marked(client: TestClient) -> None:
    found = client.post("/v1/ask", json={"question": "Vnukovo"}).json()["citations"][0]
    place = f"{found['document_id']}@{found['version']}:{found['start']}-{found['end']}"
    page = client.get("/", params={"passage": place}).text
    assert re.findall("<mark>(.*?)</mark>", page) == [found["quote"]]


@pytest.mark.parametrize(
    ("params", "status"),
    [({"q": "x", "published_from": "soon"}, 422), ({"q": "x" * 3000}, 422), ({"passage": "none"}, 404)],
)
def test_what_cannot_be_shown_is_said_in_words(client: TestClient, params: dict[str, str], status: int) -> None:
    response = client.get("/", params=params)
    assert response.status_code == status
    assert 'class="trouble"' in response.text


def test_a_page_without_an_index_says_so(client: TestClient, engine: Any) -> None:
    def missing(*_: object) -> None:
        raise SnapshotMissing("nothing here")

    engine.documents = missing
    response = client.get("/")
    assert response.status_code == 503
    assert "not ready yet" in response.text


def test_a_closed_service_leaves_answering_to_the_widget_and_its_key(engine: Any, store: CorpusStore) -> None:
    answers = AnswerService(engine, lambda: date(2026, 11, 22), lambda: "answer-1")
    app = FastAPI()
    app.include_router(routes.router(answers, DocumentService(store, answers.today), answer_openly=False))
    page = TestClient(app).get("/", params={"q": "Vnukovo"})
    assert page.status_code == 200
    assert engine.asked == []
    words = TestClient(app).get(f"/?p%61ssage=vnukovo@{store.get('vnukovo').version}:20-60").text
    assert "<mark>" not in words


def test_only_the_files_of_the_pages_are_served(client: TestClient) -> None:
    assert client.get("/static/page.js").headers["content-type"].startswith("text/javascript")
    for name in ("widget.js", "..%2fsettings.py", "nothing.css"):
        assert client.get(f"/static/{name}").status_code == 404


def test_another_site_may_load_the_widget(client: TestClient) -> None:
    headers = client.get("/widget.js").headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert routes.STATIC.joinpath("widget.js").exists()


@pytest.mark.parametrize(
    ("server", "named"),
    [
        ("http://localhost:9/", True),
        ("http://testserver:81", True),
        ("https://elsewhere.example", False),
        ("javascript:alert(1)", False),
        ("http://localhost:port", False),
    ],
)
def test_the_demonstration_names_only_this_machine(client: TestClient, server: str, named: bool) -> None:
    response = client.get("/embed-demo", params={"server": server})
    assert ("data-server" in response.text) is named
    assert ("http" in response.headers["content-security-policy"]) is named
