"""GET /v1/passages/{id}."""

from __future__ import annotations

from fastapi import APIRouter

from ..reading_schemas import PassageResponse
from ..service import DocumentService


def router(documents: DocumentService) -> APIRouter:
    routes = APIRouter(prefix="/v1/passages", tags=["documents"])

    @routes.get("/{passage_id}")
    def passage(passage_id: str) -> PassageResponse:
        """The words of a passage or a quote, resolved by its span: the same for ever, also in old versions."""
        return documents.passage(passage_id)

    return routes
