"""The pages that need no key: their headers, and what the log of requests is told of them."""

from __future__ import annotations

from starlette.types import Message, Scope, Send

from domain.ids import random_id
from interfaces.http.request_log.request_log import ROUTE
from interfaces.http.responses.file_objects import PUBLIC_LINKS

PAGE_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY")]
"""Browsers take them for nothing else, and show them in no frame."""

LINK = "reportrun.link"
"""Key of the ASGI scope: the id of the file link that was opened."""

_LINKS, _CONSOLE, _ASSETS = f"{PUBLIC_LINKS}/", "/console/", "/console/assets/"


class OpenPage:
    """An ASGI `send` that adds an id, and the headers of pages that it has not, to one response."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.request_id = random_id("req", 14)
        self.has_begun = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun, self.status = True, message["status"]
            own = list(message.get("headers", ()))
            names = {name for name, _ in own}
            missing = [header for header in PAGE_HEADERS if header[0] not in names]
            message["headers"] = [*own, *missing, (b"request-id", self.request_id.encode())]
        await self._send(message)


def has_line(path: str) -> bool:
    """Whether requests of an open page are logged: downloads and the console, without its styles and scripts."""
    return path.startswith((_LINKS, _CONSOLE)) and not path.startswith(_ASSETS)


def shown_path(path: str) -> str:
    """The path as logs show it: who knows the rest of a link's address may open the file."""
    return f"{_LINKS}{{id}}" if path.startswith(_LINKS) else path


def logged(scope: Scope, path: str) -> Scope:
    """The scope of a request that has ended, as the log of requests reads it."""
    parameters = {"id": scope[LINK]} if LINK in scope else {}
    return {**scope, "path": path, ROUTE: shown_path(path), "path_params": parameters}
