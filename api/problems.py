"""Errors as RFC 9457 responses: domain errors by the table, requests by field, HTTP's own by status."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import BY_STATUS, DOMAIN_ERRORS, Issues, Problem, body_of, issues_of
from .methods import allowed_methods

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


# Of every route in the OpenAPI description, in place of the framework's own 422.
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:muhojir:problem:invalid-request"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
}
DESCRIBED: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for status, text in (("4XX", "The request is refused (RFC 9457)."), ("5XX", "It failed here (RFC 9457)."))
}


def problem_response(
    status: int, detail: str, errors: Issues | None = None, headers: dict[str, str] | None = None
) -> Response:
    problem = BY_STATUS.get(status) or Problem(status, f"http-{status}", "The request failed")
    return _response(problem.body(detail, errors), headers)


def domain_response(error: Exception, headers: dict[str, str] | None = None) -> Response:
    return _response(body_of(error), headers)


def install(app: FastAPI) -> None:
    """Every error that leaves `app` is a problem body."""
    for error_class in DOMAIN_ERRORS:
        app.add_exception_handler(error_class, _domain)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    # ASCII escapes: a detail may quote half a surrogate pair, which UTF-8 cannot carry.
    return Response(json.dumps(body), body["status"], headers, MEDIA_TYPE)


def _domain(_: Request, error: Exception) -> Response:
    body = body_of(error)
    if body["status"] >= 500:
        logger.error("%s: %s", type(error).__name__, error)
    return _response(body)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return problem_response(400, "the body is no valid JSON")
    issues = issues_of(error.errors(), skip=1)
    return problem_response(422, "; ".join(f"{i['field']}: {i['problem']}" for i in issues), issues)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        400: "the body is no valid JSON",
        404: f"there is nothing at {request.url.path}; the addresses are listed at /docs",
        405: f"{request.url.path} does not answer {request.method}",
    }
    problem = BY_STATUS.get(error.status_code) or Problem(error.status_code, f"http-{error.status_code}", "Refused")
    headers = dict(error.headers or {})
    if error.status_code == 405:  # the framework names the methods of one route, not of the address
        headers = {"Allow": ", ".join(allowed_methods(request.scope))}
    return _response(problem.body(details.get(error.status_code, str(error.detail))), headers)


class Unexpected:
    """ASGI middleware, the innermost: what nobody foresaw is a problem body with the headers of any other answer.

    A framework's own handler stands outside of all middleware and ends the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            if has_begun or scope["type"] != "http":  # a broken connection is all that can still be said
                raise
            logger.error("unexpected error", exc_info=error)
            reply = problem_response(500, "an unexpected error; the service's log tells more")
            await reply(scope, receive, send)
