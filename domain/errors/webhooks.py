"""Errors of public events, webhook endpoints and file links."""

from __future__ import annotations

from domain.errors.parameters import InvalidParameter, request_parameter
from domain.errors.root import NotFound, ReportrunError
from domain.instants import utc_text


class InvalidUrl(InvalidParameter):
    """A URL that no delivery can be sent to. fault: what is wrong with it, as a sentence"""

    def __init__(self, fault: str) -> None:
        super().__init__(f"Invalid URL: {fault}", request_parameter("url"))


class TooManyEndpoints(InvalidParameter):
    def __init__(self, most: int, mode: str) -> None:
        super().__init__(f"You have reached the maximum of {most} {mode} webhook endpoints.")


class EndpointNotListening(InvalidParameter):
    """An endpoint that an event cannot be sent to: of another account or mode, or disabled."""

    def __init__(self, endpoint_id: str, account: str, mode: str) -> None:
        super().__init__(
            f"{endpoint_id} is sent no events of {account} in {mode} mode: it is of another one, or disabled."
        )


class EventExpired(NotFound):
    """An event that is no longer kept."""

    def __init__(self, id: str, created: int, kept_days: int) -> None:
        super().__init__(
            "event",
            id,
            reason=f"It was created at {utc_text(created)} and has expired: events are kept for {kept_days} days.",
        )


class FileLinkExpired(ReportrunError):
    def __init__(self, id: str, expired_at: int) -> None:
        super().__init__(f"The file link {id} expired at {utc_text(expired_at)}, and expired links cannot be updated.")


class LinkOpensNothing(ReportrunError):
    """A public address that no link has, or whose link or file has expired. Which of them, strangers are not told."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not exist or has expired. Ask for a new one where you were given this address."
        )
