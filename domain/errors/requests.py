"""A request that cannot be answered now, or not under this idempotency key."""

from __future__ import annotations

from domain.errors.root import ReportrunError


class IdempotencyKeyReused(ReportrunError):
    """The key was used for another request before."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )


class IdempotencyKeyInUse(ReportrunError):
    """The same key is at work at this moment."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {key}. Please try again later."
        )


class TooManyRequests(ReportrunError):
    """The caller's requests come faster than the limit of its mode."""

    def __init__(self, mode: str) -> None:
        whose = "Testmode request" if mode == "test" else "Request"
        super().__init__(
            f"{whose} rate limit exceeded. This installation sets how many requests a second it takes in {mode} mode. "
            "Slow down, and send the same request again."
        )


class ServerStopping(ReportrunError):
    """The server ends before it has an answer; what was asked for may or may not have been done."""

    def __init__(self) -> None:
        super().__init__(
            "The server is stopping and could not finish this request. Send it again, with the same idempotency key."
        )
