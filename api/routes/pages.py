"""The pages for readers: `/`, `/library`, `/embed-demo`, and the files they and other sites load."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import QueryParams
from starlette.responses import FileResponse, HTMLResponse, Response

from corpus.errors import UnknownDocument
from index.errors import SnapshotError
from qa.errors import InvalidQuery

from .. import pages, wire
from ..coverage import RememberedCoverage
from ..errors import UnknownPassage
from ..schemas import AskRequest, AskResponse
from ..service import AnswerService, DocumentService

STATIC = Path(__file__).parents[1] / "static"
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "demo.css": "text/css",
    "demo.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
SHOWN = 10  # passages of an answer on the page
# A module is fetched under CORS rules, so another site may load the widget only with these.
WIDGET_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}


def router(answers: AnswerService, documents: DocumentService, *, answer_openly: bool = True) -> APIRouter:
    """`answer_openly` False keeps documents' words out of `/` itself: the widget asks for them, with its key."""
    routes = APIRouter(include_in_schema=False)
    counted = RememberedCoverage(answers)
    reading = _Reading(answers, documents, counted, answer_openly)
    print_page = _Printer().page

    @routes.get("/")
    def read(request: Request) -> Response:
        """The answer to `?q=`, or the words of `?passage=` in their document."""
        return print_page(request, "read.html", **reading.values(request.query_params))

    @routes.get("/library")
    def library(request: Request) -> Response:
        return print_page(request, "library.html", coverage=counted())

    @routes.get("/embed-demo")
    def embed_demo(request: Request) -> Response:
        """A host page in strict conditions; `?server=` may name this machine under another origin, `?key=` a key."""
        server = _neighbour(request)
        policy = f"default-src 'self'; connect-src 'self' {server or ''}".strip()
        return print_page(request, "embed.html", policy=policy, server=server, base=str(request.base_url))

    @routes.get("/widget.js")
    def widget() -> Response:
        return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=WIDGET_HEADERS)

    @routes.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        return FileResponse(STATIC / name, media_type=ASSETS[name], headers=HEADERS)

    return routes


class _Printer:
    """Values and a template to a page in the reader's language."""

    def __init__(self) -> None:
        loader = jinja2.FileSystemLoader(pages.TEMPLATES)
        self.templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)

    def page(self, request: Request, name: str, *, policy: str = POLICY, status: int = 200, **values: Any) -> Response:
        params = request.query_params
        language = pages.choose_language(params.get("lang"), request.headers.get("accept-language", ""))
        shown = {"t": pages.words_of(language), "params": params, "bars": pages.bars}
        text = self.templates.get_template(name).render(shown | values, filters=pages.filters_from(params))
        return HTMLResponse(text, status, HEADERS | {"Content-Security-Policy": policy})


@dataclass(frozen=True)
class _Reading:
    """What `/` shows for an address; everything that can go wrong becomes words on the page."""

    answers: AnswerService
    documents: DocumentService
    counted: RememberedCoverage
    answer_openly: bool

    def values(self, params: QueryParams) -> dict[str, Any]:
        question = params.get("q", "").strip()
        passage = params.get("passage") if self.answer_openly else None
        shown: dict[str, Any] = {"question": question, "front": not passage}
        try:
            shown["coverage"] = self.counted()
            if passage:
                return shown | self._source(passage)
            return shown | {"body": self._answer(question, params) if question and self.answer_openly else None}
        except InvalidQuery as error:
            return shown | {"status": 422, "trouble": str(error)}
        except (UnknownDocument, UnknownPassage):
            return shown | {"status": 404, "gone": True}
        except SnapshotError:
            return shown | {"status": 503, "starting": True}

    def _answer(self, question: str, params: QueryParams) -> AskResponse:
        values = {"question": question, "k": SHOWN, "filters": pages.filters_from(params)}
        return self.answers.ask(wire.parse(AskRequest, values))

    def _source(self, passage_id: str) -> dict[str, Any]:
        passage = self.documents.passage(passage_id)
        document = self.documents.document(passage.document_id, passage.version)
        return {"passage": passage, "blocks": list(pages.blocks(document, passage.start, passage.end))}


def _neighbour(request: Request) -> str | None:
    """Only this host or the reader's own machine: the page must not lend its address to a stranger's service."""
    try:
        asked = urlsplit(request.query_params.get("server", ""))
        port = asked.port
    except ValueError:
        return None
    if asked.scheme not in {"http", "https"} or asked.hostname not in {request.url.hostname, "localhost", "127.0.0.1"}:
        return None
    return f"{asked.scheme}://{asked.hostname}" + (f":{port}" if port else "")
