"""GET /v1/documents, /v1/documents/{id} and its citation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from corpus.bibliography import FORMATS

from ..description import prints_content
from ..reading_schemas import DocumentListResponse, DocumentResponse
from ..schemas import ListParams
from ..service import AnswerService, DocumentService

Style = Literal["refworld", "bibtex", "ris", "csl-json"]
_PRINTS = prints_content(form.media_type for form in FORMATS.values())


def router(documents: DocumentService, answers: AnswerService) -> APIRouter:
    routes = APIRouter(prefix="/v1/documents", tags=["documents"])

    @routes.get("")
    def list_documents(params: Annotated[ListParams, Query()]) -> DocumentListResponse:
        """The documents that answers are made from, in order of id, page by page."""
        return answers.documents(params)

    @routes.get("/{document_id}")
    def document(document_id: str, version: str | None = None) -> DocumentResponse:
        """The canonical text that all offsets refer to, with its record; the latest version unless one is named."""
        return documents.document(document_id, version)

    @routes.get("/{document_id}/citation", response_class=Response, responses={200: {"content": _PRINTS}})
    def citation(document_id: str, style: Annotated[Style, Query(alias="format")] = "refworld") -> Response:
        """`format` is bibtex, ris, csl-json or refworld."""
        printed = documents.citation(document_id, style)
        return Response(printed.text, media_type=printed.media_type)

    return routes
