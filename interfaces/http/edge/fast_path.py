"""The fast path: path operations by method and path, called without the layers that FastAPI puts before them.

It is made from the app's own routes, and a test holds it against FastAPI's router, bytes and headers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from interfaces.http.request_log.request_log import ROUTE
from interfaces.http.routes.operation import Operation

Endpoint = Callable[[Request], Awaitable[Response]]


class _WithParameters(NamedTuple):
    path: str
    methods: set[str]
    pattern: re.Pattern[str]
    endpoint: Endpoint


class FastPath:
    """Finds the endpoint of a request; what it does not find goes through FastAPI."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._fixed: dict[tuple[str, str], Endpoint] = {}
        self._with_parameters: list[_WithParameters] = []
        for route in routes:
            if not isinstance(route, Operation):
                continue
            methods = route.methods or set()
            if "{" in route.path:
                self._with_parameters.append(_WithParameters(route.path, methods, route.path_regex, route.endpoint))
            else:
                self._fixed |= {(method, route.path): route.endpoint for method in methods}

    def endpoint_of(self, scope: Scope) -> Endpoint | None:
        """Parameters of the path go into the scope's `path_params`, the route's own path under `ROUTE`."""
        method, path = scope["method"], scope["path"]
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            scope[ROUTE] = path
            return fixed
        for route, methods, pattern, endpoint in self._with_parameters:
            match = pattern.match(path) if method in methods else None
            if match:
                scope[ROUTE] = route
                scope["path_params"] = match.groupdict()
                return endpoint
        return None
