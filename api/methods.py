"""Which methods an address answers, asked of the routes themselves: what a 405 must name (RFC 9110, 15.5.6)."""

from __future__ import annotations

from starlette.routing import Match
from starlette.types import Scope

_METHODS = ("GET", "HEAD", "POST", "DELETE")


def allowed_methods(scope: Scope) -> list[str]:
    """Of this request's address; none when there is nothing at it."""
    routes = scope["app"].router.routes
    asked = [(method, {**scope, "method": method}) for method in _METHODS]
    return [method for method, one in asked if any(route.matches(one)[0] is Match.FULL for route in routes)]
