"""The response to a request that never becomes one: its head or body cannot be read, or does not come in time."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from domain.errors import ReportrunError
from interfaces.http.edge.errors import error_body, status_of
from interfaces.http.edge.response_headers import Header, headers_of_no_request
from interfaces.http.responses.json_bytes import json_bytes


def refusal_bytes(error: ReportrunError, server_headers: Iterable[Header]) -> bytes:
    """A whole response in Stripe's envelope, after which the connection closes.

    server_headers  those that the server adds to every response, such as `Date`
    """
    status, body = HTTPStatus(status_of(error)), json_bytes(error_body(error, log_url=None))
    headers = [
        *server_headers,
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *headers_of_no_request(),
    ]
    lines = [b"%b: %b\r\n" % header for header in headers]
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, status.phrase.encode(), b"".join(lines), body)
