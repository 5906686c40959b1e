"""A request that cannot be answered now, or not under this idempotency key."""

from __future__ import annotations

from domain.errors.root import ReportrunError


class IdempotencyKeyReused(ReportrunError):
    """The key was used for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )


class IdempotencyKeyInUse(ReportrunError):
    """A request with the same key is in progress."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {key}. Please try again later."
        )


class TooManyRequests(ReportrunError):
    """The caller's requests come faster than the limit of its mode."""

    def __init__(self, mode: str) -> None:
        which = "Testmode request" if mode == "test" else "Request"
        super().__init__(
            f"{which} rate limit exceeded. This installation sets how many requests a second it takes in {mode} mode. "
            "Slow down, and send the same request again."
        )


class ServerStopping(ReportrunError):
    """The server stops before the request has ended; its effect may or may not be stored."""

    def __init__(self) -> None:
        super().__init__(
            "The server is stopping and could not finish this request. Send it again, with the same idempotency key."
        )
