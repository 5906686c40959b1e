"""Which route answers at which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from interfaces.http.edge.errors import NoSuchAddress

Route = Callable[[Request], Awaitable[Response]]

ID = "{id}"
"""Stands for any one part of an address; the route finds it in `path_params`."""


@dataclass(slots=True)
class _Node:
    """What goes on below a part of an address, and which methods end here."""

    parts: dict[str, _Node] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    any_id: _Node | None = None

    def below(self, part: str) -> _Node:
        if part != ID:
            return self.parts.setdefault(part, _Node())
        self.any_id = self.any_id or _Node()
        return self.any_id


class Addresses:
    """Routes by method and address: a tree with a branch for each part, which is walked without trying the others."""

    def __init__(self) -> None:
        self._root = _Node()
        self._all: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every method and address."""
        return iter(self._all)

    def add(self, method: str, address: str, route: Route) -> None:
        """Let `route` answer; one that answers GET answers HEAD too."""
        node = self._root
        for part in address.split("/"):
            node = node.below(part)
        node.routes[method] = route
        if method == "GET":
            node.routes["HEAD"] = route
        self._all.append((method, address))

    def route_of(self, scope: Scope) -> Route:
        """The route of a request; what stands in place of `{id}` goes into its `path_params`.

        Raises `NoSuchAddress`, also for a method that its address does not have, as Stripe's API does.
        """
        node = self._root
        for part in scope["path"].split("/"):
            known = node.parts.get(part)
            if known is None and part:
                known = node.any_id
                scope["path_params"] = {"id": part}
            if known is None:
                raise NoSuchAddress(scope["method"], scope["path"])
            node = known
        route = node.routes.get(scope["method"])
        if route is None:
            raise NoSuchAddress(scope["method"], scope["path"])
        return route
