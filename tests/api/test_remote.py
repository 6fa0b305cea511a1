from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from fastapi.testclient import TestClient

from api.errors import ServerRefused, ServerUnreachable
from api.remote import RemoteLibrary
from api.schemas import AskRequest, SearchRequest

Handler = Callable[[httpx.Request], httpx.Response]


def library(handler: Handler) -> RemoteLibrary:
    return RemoteLibrary(httpx.Client(base_url="http://service", transport=httpx.MockTransport(handler)))


@pytest.fixture
def served(client: TestClient) -> RemoteLibrary:
    """Speaks to the real application, in process."""

    def forward(request: httpx.Request) -> httpx.Response:
        reply = client.request(
            request.method, str(request.url.raw_path, "ascii"), content=request.content, headers=dict(request.headers)
        )
        return httpx.Response(reply.status_code, headers=dict(reply.headers), content=reply.content)

    return library(forward)


def test_a_service_answers_as_its_body_says(served: RemoteLibrary, client: TestClient) -> None:
    request = AskRequest(question="Who was held at Vnukovo?", k=2)
    body = client.post("/v1/ask", json=request.model_dump()).json()
    assert served.ask(request).model_dump(mode="json", by_alias=True) == body
    assert served.search(SearchRequest(question="Vnukovo")).passages


def test_documents_passages_and_citations_come_from_the_service(served: RemoteLibrary) -> None:
    document = served.document("vnukovo")
    assert served.document("vnukovo", document.version) == document
    assert served.passage(f"vnukovo@{document.version}:0-5").text == document.text[:5]
    assert served.citation("vnukovo", "bibtex").text.startswith("@misc{vnukovo,")


def test_a_refusal_of_the_service_keeps_its_body(served: RemoteLibrary) -> None:
    with pytest.raises(ServerRefused, match="no document") as caught:
        served.document("no such?x=1#y")
    assert caught.value.body["type"] == "urn:muhojir:problem:unknown-document"


def test_a_silent_service_is_unreachable_and_says_how_to_start_it() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ServerUnreachable, match=r"http://service.*muhojir serve"):
        library(silent).document("x")


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="<html>hello</html>"),
        httpx.Response(200, json={"schema": 1}),
        httpx.Response(404, text="nothing here"),
        httpx.Response(502, json={"error": "proxy"}),
        httpx.Response(500, json=["odd"]),
    ],
    ids=["html", "other json", "404", "proxy", "list"],
)
def test_another_programs_answer_is_not_mistaken_for_ours(reply: httpx.Response) -> None:
    with pytest.raises(ServerUnreachable, match="no muhojir service"):
        library(lambda _: reply).document("x")
