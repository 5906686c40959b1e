"""Headers of the pages that need no key: browsers take them for nothing else, and show them in no frame."""

from __future__ import annotations

from starlette.types import Message, Send

PAGE_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY")]


class OpenPage:
    """An ASGI `send` that adds them to one response, unless it has them."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            names = {name for name, _ in own}
            message["headers"] = own + [header for header in PAGE_HEADERS if header[0] not in names]
        await self._send(message)
