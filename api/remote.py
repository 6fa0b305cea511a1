"""The verbs of a door over HTTP: what `--server URL` speaks to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from . import reading_schemas as r
from . import schemas as s
from .errors import URN, ServerRefused, ServerUnreachable
from .ports import Printed

if TYPE_CHECKING:
    import httpx

Shape = TypeVar("Shape", bound=s.Body)


class RemoteLibrary:
    """Implements Asking and Reading. Raises ServerUnreachable and ServerRefused. `client` carries the base URL."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, request: s.AskRequest) -> s.AskResponse:
        return self._post("/v1/ask", request, s.AskResponse)

    def printed(self, request: s.AskRequest, style: str) -> Printed:
        reply = self._send("POST", "/v1/ask", params={"format": style}, json=request.model_dump())
        return Printed(reply.headers.get("content-type", "text/plain"), reply.text)

    def search(self, request: s.SearchRequest) -> s.SearchResponse:
        return self._post("/v1/search", request, s.SearchResponse)

    def document(self, document_id: str, version: str | None = None) -> r.DocumentResponse:
        params = {"version": version} if version else {}
        reply = self._send("GET", f"/v1/documents/{quote(document_id, safe='')}", params=params)
        return self._shape(reply, r.DocumentResponse)

    def passage(self, passage_id: str) -> r.PassageResponse:
        return self._shape(self._send("GET", f"/v1/passages/{quote(passage_id, safe='')}"), r.PassageResponse)

    def citation(self, document_id: str, style: str) -> Printed:
        reply = self._send("GET", f"/v1/documents/{quote(document_id, safe='')}/citation", params={"format": style})
        return Printed(reply.headers.get("content-type", "text/plain"), reply.text)

    def _post(self, path: str, request: s.Request, shape: type[Shape]) -> Shape:
        return self._shape(self._send("POST", path, json=request.model_dump()), shape)

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        import httpx

        try:
            reply = self._client.request(method, path, **content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerUnreachable(
                f"{self._client.base_url} does not answer ({error}). Is it running? Start it with: muhojir serve"
            ) from error
        if reply.is_success:
            return reply
        try:
            body = reply.json()
        except ValueError:
            body = None
        if isinstance(body, dict) and str(body.get("type", "")).startswith(URN):
            raise ServerRefused(body)
        raise self._stranger(f"HTTP status {reply.status_code}")

    def _shape(self, reply: httpx.Response, shape: type[Shape]) -> Shape:
        try:
            return shape.model_validate_json(reply.content)
        except ValidationError as error:
            raise self._stranger(f"{error.error_count()} fields are not as expected") from error

    def _stranger(self, what: str) -> ServerUnreachable:
        return ServerUnreachable(f"{self._client.base_url} is no muhojir service of this version: {what}")
