"""Requests that HTTP itself refuses, before the application is asked."""

from __future__ import annotations

from domain.errors import ReportrunError

MAX_SHOWN = 100
"""Characters of a header that a message shows."""

UNRECOGNIZED = (
    "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
    "https://support.stripe.com/."
)
TRAILING_SLASH = " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an " + (
    "object, make sure you passed a valid (non-empty) identifier in your code."
)


class RequestRefused(ReportrunError):
    """A request that cannot be read."""


class BodyTooLarge(RequestRefused):
    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The request body is larger than {max_bytes} bytes, the most that is read.")


class VersionRefused(ReportrunError):
    def __init__(self, version: str) -> None:
        super().__init__(f"Invalid Stripe API version: {version[:50]}")


class UnrecognizedUrl(ReportrunError):
    """No operation has this path and method."""

    def __init__(self, method: str, path: str) -> None:
        hint = TRAILING_SLASH if path.endswith("/") and path != "/" else ""
        super().__init__(UNRECOGNIZED.format(method=method, path=path) + hint)


class HostRefused(RequestRefused):
    def __init__(self, host: str) -> None:
        super().__init__(
            f"The host {host[:MAX_SHOWN] or '(empty)'} is not one that this server answers for. Send a Host header "
            "with one of the names that it is set up with."
        )


class NoHost(RequestRefused):
    def __init__(self) -> None:
        super().__init__("The request has no Host header. An HTTP/1.1 request has exactly one.")


class HeaderRepeated(RequestRefused):
    def __init__(self, name: str) -> None:
        super().__init__(f"The request has more than one {name} header. Send it once.")


class HeadTooLarge(RequestRefused):
    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The address and headers are longer than {max_bytes} bytes.")


class TooManyHeaders(RequestRefused):
    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"The request has {count} headers; at most {most} are allowed.")


class FramingTooLong(RequestRefused):
    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"More than {max_bytes} bytes of a chunked body are no data: extensions of a chunk, or trailer fields."
        )


class TransferCodingRefused(RequestRefused):
    def __init__(self, codings: str) -> None:
        super().__init__(
            f"The transfer coding {codings[:MAX_SHOWN]} is not one that this server reads. Send the body as it is, "
            "with its Content-Length or in chunks."
        )


class RequestUnreadable(RequestRefused):
    def __init__(self, fault: str) -> None:
        super().__init__(f"The request is not valid HTTP/1.1: {fault}.")


class RequestTimedOut(RequestRefused):
    def __init__(self, part: str, seconds: float) -> None:
        super().__init__(f"The {part} of the request was not complete within {seconds:g} seconds.")


class HttpVersionRefused(RequestRefused):
    def __init__(self, version: str) -> None:
        super().__init__(f"HTTP/{version} is not served on this connection. Send HTTP/1.1.")


class PreconditionFailed(RequestRefused):
    def __init__(self, tag: str) -> None:
        super().__init__(f"The file's ETag is {tag}, which the If-Match header does not name.")
