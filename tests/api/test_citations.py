"""Citations of every door, read back by parsers that are not ours: bibtexparser, rispy, citeproc-py."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args

import bibtexparser
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from api.dossier import DOSSIERS, PRINTS, sources
from api.remote import RemoteLibrary
from api.routes.documents import Style
from corpus.bibliography import FORMATS
from corpus.ingest import library_files
from index.ports import DocumentCard

Rows = list[dict[str, str]]
TODAY = date(2026, 11, 22)


def bibtex(text: str) -> Rows:
    """Identity, title and address of each entry."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    fields = [(entry.key, entry.fields_dict) for entry in library.entries]
    return [
        {"id": key, "title": found["title"].value.strip("{}"), "url": found["url"].value if "url" in found else ""}
        for key, found in fields
    ]


def ris(text: str) -> Rows:
    return [{"id": one["id"], "title": one["title"], "url": (one.get("urls") or [""])[0]} for one in rispy.loads(text)]


def csl(text: str) -> Rows:
    """What citeproc knows of each item; it must also be able to print it."""
    items = json.loads(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # citeproc warns of fields and types that CSL does not have
        source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    printer = CitationStylesBibliography(style, source, formatter.plain)
    for item in items:
        printer.register(Citation([CitationItem(item["id"])]))
    printed = [str(line) for line in printer.bibliography()]
    assert len(printed) == len(items)
    return [{"id": one["id"], "title": one["title"], "url": one.get("URL", "")} for one in items]


PARSERS: dict[str, Callable[[str], Rows]] = {"bibtex": bibtex, "ris": ris, "csl-json": csl}


@pytest.fixture(scope="module")
def library() -> list[DocumentCard]:
    return [DocumentCard(one.id, "0" * 12, one.name, one.language, one.record) for _, one in library_files()]


@pytest.mark.parametrize("style", PARSERS)
def test_the_whole_library_is_read_back_as_it_was_written(library: list[DocumentCard], style: str) -> None:
    found = PARSERS[style](sources(library, style, TODAY).text)
    assert len(found) == len(library)
    for row, card in zip(found, library, strict=True):
        assert row["id"] == card.id
        assert row["title"].replace("\\", "") == " ".join(card.record.title.split())
        assert bool(row["url"]) == bool(card.record.url or card.record.url_alt)


@pytest.mark.parametrize("style", PARSERS)
def test_one_document_and_a_whole_answer_are_cited_alike_over_http(client: TestClient, style: str) -> None:
    one = client.get("/v1/documents/vnukovo/citation", params={"format": style})
    answer = client.post("/v1/ask", params={"format": style}, json={"question": "Who was held at Vnukovo?"})
    assert one.headers["content-type"].startswith(FORMATS[style].media_type)
    assert PARSERS[style](one.text) == PARSERS[style](answer.text)
    assert [row["url"] for row in PARSERS[style](one.text)] == ["https://example.org/vnukovo"]


def test_cite_as_names_who_what_when_and_where(client: TestClient) -> None:
    printed = client.get("/v1/documents/vnukovo/citation").text
    for part in ("digest of Asia-Plus", "Held at the airport 😀", "29 April 2024", "https://example.org/vnukovo"):
        assert part in printed


def test_the_cite_as_of_a_whole_answer_is_that_of_each_document_it_cites(client: TestClient) -> None:
    one = client.get("/v1/documents/vnukovo/citation")
    answer = client.post("/v1/ask", params={"format": "refworld"}, json={"question": "Who was held at Vnukovo?"})
    declined = client.post("/v1/ask", params={"format": "refworld"}, json={"question": "How is pizza baked?"})
    assert (answer.text, declined.text) == (one.text, "")


def test_the_formats_of_the_routes_are_those_that_are_written() -> None:
    assert set(get_args(Style)) == set(FORMATS)
    assert set(PRINTS) == {"json", *DOSSIERS, *FORMATS}


@pytest.fixture
def cite(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """The command line against the store of the other tests."""
    monkeypatch.setenv("MUHOJIR_HOME", str(tmp_path))

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.mark.parametrize("style", [*PARSERS, "refworld"])
def test_the_command_line_prints_what_the_service_sends(
    client: TestClient, cite: Callable[..., str], style: str
) -> None:
    sent = client.get("/v1/documents/vnukovo/citation", params={"format": style}).text
    today = date.today()
    for stamp in ("%Y-%m-%d", "%Y/%m/%d"):
        sent = sent.replace(TODAY.strftime(stamp), today.strftime(stamp))
    if style in PARSERS:
        assert PARSERS[style](cite("cite", "vnukovo", "--format", style)) == PARSERS[style](sent)
    else:
        assert cite("cite", "vnukovo").partition("[accessed")[0] == sent.partition("[accessed")[0]


@pytest.mark.parametrize("style", FORMATS)
def test_ask_cite_prints_the_sources_of_the_answer(
    client: TestClient, cite: Callable[..., str], monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.setattr("api.cli.asking.remote_library", lambda *_: RemoteLibrary(client))
    printed = cite("ask", "--server", "http://testserver", "--cite", style, "Who was held at Vnukovo?")
    sent = client.get("/v1/documents/vnukovo/citation", params={"format": style}).text
    assert printed.split("\n") == [*sent.rstrip("\r\n").splitlines(), ""]
