"""One example for every address of the OpenAPI description: of what is sent, else of what comes back."""

from __future__ import annotations

from typing import Any

_QUESTION = "How many Tajiks were held at Vnukovo airport in April 2024?"
_DOCUMENT = "1995-hrw-return-to-tajikistan"
_SNAPSHOT = {"id": "8cf851c1512e", "documents": 69, "passages": 198, "created": "2026-11-22T07:36:00+00:00"}

PARAMETERS: dict[str, str] = {
    "q": _QUESTION,
    "document_id": _DOCUMENT,
    "passage_id": f"{_DOCUMENT}@0123456789ab:120-240",
    "job_id": "9f1c2d3e4b5a69788796a5b4c3d2e1f0",
}
BODIES: dict[str, Any] = {
    "/v1/ask": {"question": _QUESTION, "k": 5, "filters": {"published_from": "2024", "language": ["en"]}},
    "/v1/ask/stream": {"question": _QUESTION},
    "/v1/search": {"question": _QUESTION, "k": 10},
    "/v1/chat/completions": {"model": "muhojir", "messages": [{"role": "user", "content": _QUESTION}]},
    "/v1/documents": {"text": "Snow closed the pass.", "name": "pass.txt", "metadata": {"publisher": "A paper"}},
}
REPLIES: dict[str, Any] = {
    "/healthz": {"status": "ok"},
    "/readyz": {"status": "ready", "snapshot": _SNAPSHOT},
    "/metrics": "muhojir_documents 69\n",
    "/v1/models": {
        "object": "list",
        "data": [{"id": "muhojir", "object": "model", "created": 1795333000, "owned_by": "muhojir"}],
    },
    "/v1/coverage": {
        "schema": 1, "documents": 1, "undated": 0, "digests": 1, "years": [{"value": "1995", "documents": 1}],
        "publishers": [{"value": "Human Rights Watch", "documents": 1}], "source_types": [], "topics": [],
        "languages": [{"value": "en", "documents": 1}], "suggested_questions": [],
    },
    "/v1/documents": {"schema": 1, "documents": [], "next": None, "total": 0},
}  # fmt: skip


def show_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    """Adds the examples of one operation to its description."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in PARAMETERS and (parameter["in"] == "path" or parameter["name"] == "q"):
            parameter["example"] = PARAMETERS[parameter["name"]]
    if "requestBody" in operation:
        operation["requestBody"]["content"]["application/json"]["example"] = BODIES[path]
    elif method == "get" and path in REPLIES:
        for content in operation["responses"]["200"]["content"].values():
            content["example"] = REPLIES[path]
