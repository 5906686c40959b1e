"""The port that sends one delivery to its endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Outgoing(NamedTuple):
    """One request to an endpoint. body: the exact bytes that the headers sign"""

    url: str
    headers: Mapping[str, str]
    body: bytes
    livemode: bool


class Answer(NamedTuple):
    """What came of a request.

    status               HTTP status; None without an answer
    error                why there is no answer, or why it is incomplete, as a sentence; None for a complete answer
    body                 the beginning of the answer's body, at most 1 KiB
    retry_after_seconds  how long the endpoint asks to wait before the next request; None: it does not ask
    """

    status: int | None
    error: str | None = None
    body: str = ""
    retry_after_seconds: float | None = None

    @property
    def is_success(self) -> bool:
        return self.error is None and self.status is not None and 200 <= self.status < 300


class WebhookSender(Protocol):
    async def send(self, outgoing: Outgoing) -> Answer:
        """Send one request. What goes wrong is in the answer, within the sender's own deadline."""
