from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from corpus.store import CorpusStore


def test_a_document_carries_its_text_its_record_and_its_spans(client: TestClient) -> None:
    body = client.get("/v1/documents/vnukovo").json()
    assert body["schema"] == 1
    assert body["title"] == "Held at the airport 😀"
    assert body["parallel"] == ["vnukovo.ru"]
    assert [heading["title"] for heading in body["headings"]] == ["At Vnukovo", "Later"]
    for heading in body["headings"]:
        assert body["text"][heading["start"] : heading["end"]] == heading["title"]
    assert (body["pages"], body["hidden"], len(body["versions"])) == ([], [], 1)


def test_an_old_version_and_its_passages_keep_their_words(
    client: TestClient, revise: Callable[[str, str], None]
) -> None:
    old = client.get("/v1/documents/vnukovo").json()
    passage = client.post("/v1/search", json={"question": "Vnukovo"}).json()["passages"][0]
    revise("954", "960")
    new = client.get("/v1/documents/vnukovo").json()
    assert "960" in new["text"]
    assert new["versions"] == [old["version"], new["version"]]
    assert client.get("/v1/documents/vnukovo", params={"version": old["version"]}).json()["text"] == old["text"]
    found = client.get(f"/v1/passages/{passage['id']}").json()
    assert found["text"] == passage["text"]
    assert found["heading"] == passage["heading"] == ["At Vnukovo"]
    assert (found["version"], found["latest_version"]) == (old["version"], new["version"])


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/v1/documents/none", "unknown-document"),
        ("/v1/documents/vnukovo?version=000000000000", "unknown-document"),
        ("/v1/documents/none/citation", "unknown-document"),
        ("/v1/passages/none@000000000000:0-5", "unknown-document"),
        ("/v1/passages/vnukovo", "unknown-passage"),
        ("/v1/passages/vnukovo@x:5-1", "unknown-passage"),
        ("/v1/passages/vnukovo@x:a-b", "unknown-passage"),
        ("/v1/passages/vnukovo@x:0-99999999999999999999999999", "unknown-document"),
        ("/v1/nothing", "not-found"),
    ],
)
def test_what_is_not_there_is_a_404_problem(client: TestClient, path: str, slug: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == f"urn:muhojir:problem:{slug}"


def test_a_span_outside_of_its_document_is_unknown(client: TestClient) -> None:
    version = client.get("/v1/documents/vnukovo").json()["version"]
    for span in ("0-100000", "7-7"):
        reply = client.get(f"/v1/passages/vnukovo@{version}:{span}")
        assert reply.json()["type"] == "urn:muhojir:problem:unknown-passage", span


def test_a_removed_document_is_gone_with_its_versions_and_passages(client: TestClient, store: CorpusStore) -> None:
    passage = client.post("/v1/search", json={"question": "Vnukovo"}).json()["passages"][0]
    store.remove("vnukovo")
    for path in ("/v1/documents/vnukovo", f"/v1/passages/{passage['id']}", "/v1/documents/vnukovo/citation"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("style", "media_type", "part"),
    [
        ("refworld", "text/plain", "available at: https://example.org/vnukovo [accessed 22 November 2026]"),
        ("bibtex", "application/x-bibtex", "@misc{vnukovo,"),
        ("ris", "application/x-research-info-systems", "TY  - NEWS"),
        ("csl-json", "application/vnd.citationstyles.csl+json", '"id": "vnukovo"'),
    ],
)
def test_a_citation_comes_in_each_format(client: TestClient, style: str, media_type: str, part: str) -> None:
    reply = client.get("/v1/documents/vnukovo/citation", params={"format": style})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith(media_type)
    assert part in reply.text
    if style == "csl-json":
        assert json.loads(reply.text)[0]["title"] == "Held at the airport 😀"


def test_an_unknown_citation_format_is_refused_by_name(client: TestClient) -> None:
    reply = client.get("/v1/documents/vnukovo/citation", params={"format": "endnote"})
    assert reply.status_code == 422
    assert "bibtex" in reply.json()["detail"]


def test_documents_are_listed_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/documents", params={"limit": 1}).json()
    assert ([one["id"] for one in first["documents"]], first["next"], first["total"]) == (["vnukovo"], "vnukovo", 2)
    second = client.get("/v1/documents", params={"limit": 1, "cursor": first["next"]}).json()
    assert ([one["id"] for one in second["documents"]], second["next"]) == (["vnukovo.ru"], None)


def test_documents_are_listed_by_filter(client: TestClient) -> None:
    body = client.get("/v1/documents", params={"publisher": "Азия-Плюс"}).json()
    assert ([one["id"] for one in body["documents"]], body["total"]) == (["vnukovo.ru"], 1)
    assert client.get("/v1/documents", params={"limit": 0}).status_code == 422
    assert client.get("/v1/documents", params={"colour": 1}).status_code == 422


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("let go in May", "let go in June", "same_place"), ("## At Vnukovo", "## At Vnukovo airport", "moved"),
     ("954", "960", "gone")],
)  # fmt: skip
def test_a_permalink_says_what_became_of_its_words(
    client: TestClient, revise: Callable[[str, str], None], old: str, new: str, status: str
) -> None:
    found = client.post("/v1/ask", json={"question": "Vnukovo?"}).json()["passages"][0]
    assert client.get(f"/v1/passages/{found['id']}").json()["changed"] is None
    revise(old, new)
    body = client.get(f"/v1/passages/{found['id']}").json()
    assert body["text"] == found["text"]
    changed = body["changed"]
    assert (changed["status"], changed["version"]) == (status, body["latest_version"])
    latest = client.get(f"/v1/documents/{found['document_id']}").json()["text"]
    if status == "gone":
        assert changed["start"] is changed["end"] is None
    else:
        assert latest[changed["start"] : changed["end"]] == found["text"]
