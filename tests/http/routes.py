"""The routes of an app, as pairs that can be compared with its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def methods_and_paths(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Each method with its path. The method of a mount is `*`."""
    for route in iter_route_contexts(app.routes):
        assert route.path is not None, f"{route} has no path"
        for method in route.methods or {"*"}:
            yield method, route.path.replace(":path}", "}")  # as the document writes it
