"""Heads that two readers could understand differently are refused before anything is asked of the application."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.support.report_requests import RUNS
from tests.support.server import SampleInstallation
from tests.wire.envelopes import refusal
from tests.wire.raw_requests import raw


def answered(address: str, lines: list[str], version: str = "HTTP/1.1", path: str = RUNS) -> tuple[int, object, bytes]:
    """Status, JSON body and head of the answer to a GET with these header lines."""
    answer = raw(address, "\r\n".join([f"GET {path} {version}", *lines, "", ""]).encode("latin-1"))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body), head


@pytest.mark.parametrize("path", [RUNS, "/healthz"])
def test_a_request_without_a_host_is_a_400(address: str, path: str) -> None:
    status, body, head = answered(address, [], path=path)

    assert status == 400
    assert body == refusal("The request has no Host header. An HTTP/1.1 request has exactly one.", log=None)
    assert b"connection: close" in head
    assert b"request-id: req_" in head


def test_the_older_http_needs_no_host(address: str, installation: SampleInstallation) -> None:
    key = f"Authorization: Bearer {installation.test_key}"

    assert answered(address, [key], version="HTTP/1.0")[0] == 200


@pytest.mark.parametrize("name", ["Host", "Authorization", "Stripe-Account", "Idempotency-Key", "Stripe-Version"])
@pytest.mark.parametrize("path", [RUNS, "/healthz"])
def test_a_header_that_says_who_asks_for_what_comes_once(
    address: str, installation: SampleInstallation, name: str, path: str
) -> None:
    given = {"Host": "x", "Authorization": f"Bearer {installation.test_key}", name: "a"}
    lines = [f"{key}: {value}" for key, value in given.items()]

    status, body, _ = answered(address, [*lines, f"{name.lower()}: b"], path=path)

    assert (status, body) == (400, refusal(f"The request has more than one {name} header. Send it once.", log=None))


def test_two_lengths_are_a_400_that_says_so(address: str) -> None:
    status, body, _ = answered(address, ["Host: x", "Content-Length: 1", "Content-Length: 1"])

    assert (status, body) == (
        400,
        refusal("The request is not valid HTTP/1.1: Duplicate Content-Length.", log=None),
    )


def test_other_headers_may_come_twice(address: str, installation: SampleInstallation) -> None:
    key = f"Authorization: Bearer {installation.test_key}"

    assert answered(address, ["Host: x", key, "Accept: a", "Accept: b"])[0] == 200


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9"])
def test_another_version_of_http_is_refused(address: str, version: str) -> None:
    status, body, head = answered(address, ["Host: x"], version=version)

    assert status == 505
    assert body == refusal(f"{version} is not served on this connection. Send HTTP/1.1.", log=None)
    assert b"connection: close" in head


@pytest.mark.parametrize("codings", ["gzip, chunked", "gzip,chunked", "Deflate, Chunked"])
def test_a_coding_of_the_body_that_is_not_read_is_refused(address: str, codings: str) -> None:
    status, body, head = answered(address, ["Host: x", f"Transfer-Encoding: {codings}"])

    sentence = "is not one that this server reads. Send the body as it is, with its Content-Length or in chunks."
    assert (status, body) == (501, refusal(f"The transfer coding {codings} {sentence}", log=None))
    assert b"connection: close" in head


@pytest.mark.parametrize("in_one_read", [True, False])
def test_a_key_behind_the_body_opens_nothing(address: str, installation: SampleInstallation, in_one_read: bool) -> None:
    head = f"POST {RUNS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    trailer = f"0\r\nAuthorization: Bearer {installation.test_key}\r\n\r\n".encode()

    assert raw(address, head + trailer if in_one_read else head).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("header", ["Stripe-Version", "Stripe-Account"])
def test_control_characters_of_a_header_are_shown_escaped(http: httpx.Client, header: str) -> None:
    answer = http.get(RUNS, headers={header.encode(): b"a\x9b31mred\tb"})

    assert "\x9b" not in answer.json()["error"]["message"]
    assert "a\\x9b31mred\\tb" in answer.json()["error"]["message"]


def test_control_characters_of_a_path_are_shown_escaped(http: httpx.Client) -> None:
    message = http.get("/v1/%1b%5b31m%0d%0a%e2%80%ae").json()["error"]["message"]

    assert "/v1/\\x1b[31m\\r\\n\\u202e)" in message
