"""Sections 4 and 9 of the contract: the headers of every answer, what is echoed, and versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest

from tests.support.client import REPLY_SECONDS
from tests.support.report_requests import RUNS
from tests.support.server import SampleInstallation, serving
from tests.wire.envelopes import body_of, refusal
from tests.wire.raw_requests import raw

NEWEST = "2026-10-28.endive"

ALWAYS = {
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "Request-Id, Stripe-Manage-Version, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required"
    ),
    "access-control-max-age": "300",
    "cache-control": "no-cache, no-store",
}


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (200, "GET", RUNS, {}),
        (200, "HEAD", RUNS, {}),
        (200, "GET", "/v1/files/{file}/contents", {}),
        (204, "OPTIONS", RUNS, {}),
        (204, "OPTIONS", "/v1/x", {"Authorization": ""}),
        (206, "GET", "/v1/files/{file}/contents", {"Range": "bytes=0-4"}),
        (304, "GET", "/v1/files/{file}/contents", {"If-None-Match": "*"}),
        (400, "GET", RUNS + "?wat=1", {}),
        (400, "POST", RUNS, {}),
        (400, "GET", RUNS, {"Stripe-Version": "wat"}),
        (401, "GET", RUNS, {"Authorization": ""}),
        (401, "HEAD", RUNS, {"Authorization": ""}),
        (403, "GET", RUNS, {"Stripe-Account": "acct_wat"}),
        (404, "GET", RUNS + "/frr_wat", {}),
        (404, "GET", "/v1/x", {}),
        (404, "DELETE", RUNS, {}),
        (416, "GET", "/v1/files/{file}/contents", {"Range": "bytes=99999999-"}),
    ],
)
def test_every_answer_has_its_headers_once(
    http: httpx.Client, finished_run: dict[str, Any], status: int, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = http.request(method, path.format(file=finished_run["result"]["id"]), headers=headers)

    assert answer.status_code == status
    names = [name for name, _ in answer.headers.multi_items()]
    assert len(names) == len(set(names))
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert re.fullmatch(r"req_[0-9A-Za-z]{14}", answer.headers["request-id"])
    assert answer.headers["stripe-version"] == NEWEST
    assert "idempotent-replayed" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers  # browsers refuse it beside an origin of *


def test_browsers_are_kept_on_https_only_when_the_setting_says_so(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    with serving(installation.data, hsts_seconds="600") as address:
        kept = [httpx.get(f"{address}{path}", timeout=REPLY_SECONDS).headers for path in ("/docs", RUNS, "/healthz")]
    free = [web.get(path).headers for path in ("/docs", RUNS, "/healthz")]

    assert [headers.get("strict-transport-security") for headers in kept] == ["max-age=600"] * 3
    assert [headers.get("strict-transport-security") for headers in free] == [None] * 3


def test_every_request_has_an_id_of_its_own(http: httpx.Client) -> None:
    ids = {http.get(RUNS).headers["request-id"] for _ in range(20)}

    assert len(ids) == 20


def test_a_refused_post_should_not_be_tried_again(http: httpx.Client) -> None:
    refused = http.post(RUNS, data={"wat": "1"})
    gone = http.post("/v1/x")
    read = http.get(RUNS + "?wat=1")

    assert [one.headers.get("stripe-should-retry") for one in (refused, gone, read)] == ["false", "false", None]


# ---------------------------------------------------------------- echoes


def test_an_idempotency_key_is_echoed_with_the_id_of_its_first_request(http: httpx.Client) -> None:
    post = http.post(RUNS, headers={"Idempotency-Key": "stripe-node-retry-1"})
    get = http.get(RUNS, headers={"Idempotency-Key": "stripe-node-retry-1"})

    assert post.headers["idempotency-key"] == "stripe-node-retry-1"
    assert post.headers["original-request"] == post.headers["request-id"]
    assert {"idempotency-key", "original-request"}.isdisjoint(get.headers)


def test_an_idempotency_key_has_at_most_255_characters(http: httpx.Client) -> None:
    longest = http.post(RUNS, headers={"Idempotency-Key": "k" * 255})
    longer = http.post(RUNS, headers={"Idempotency-Key": "k" * 256})
    read = http.get(RUNS, headers={"Idempotency-Key": "k" * 256})

    assert longest.json()["error"]["code"] == "parameter_missing"
    assert (longer.status_code, body_of(longer)) == (
        400,
        refusal("The Idempotency-Key has 256 characters; at most 255 are allowed."),
    )
    assert "idempotency-key" not in longer.headers
    assert read.status_code == 200


@pytest.mark.parametrize("key", [b"caf\xe9", b"\xff\xfe\xfd", "ключ".encode(), b'"quoted"'])
def test_an_echo_is_the_bytes_that_were_sent(http: httpx.Client, key: bytes) -> None:
    answer = http.post(RUNS, headers={b"Idempotency-Key": key})

    assert answer.status_code == 400
    assert dict(answer.headers.raw)[b"idempotency-key"] == key


@pytest.mark.parametrize("header", [b"Idempotency-Key", b"Stripe-Account", b"Stripe-Version"])
@pytest.mark.parametrize(
    "value", [b"a\r\nX-Injected: 1", b"a\nX-Injected: 1", b"a\rX-Injected: 1", b"a\x00b", b"a\x0bb"]
)
def test_no_header_of_a_request_becomes_another_of_the_answer(
    address: str, installation: SampleInstallation, header: bytes, value: bytes
) -> None:
    answer = raw(
        address,
        b"POST /v1/reporting/report_runs HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
        + f"Authorization: Bearer {installation.test_key}\r\n".encode()
        + header
        + b": "
        + value
        + b"\r\n\r\n",
    )

    head, _, _ = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"400", b"403")
    assert b"x-injected" not in head.lower()


# ---------------------------------------------------------------- versions


FLAGGED = ["2024-02-26; feature_beta=v3", "2025-03-31.preview;feature_beta=v3; other_beta=v1"]
"""Versions with beta flags, as official SDKs write them."""


@pytest.mark.parametrize(
    "version", ["2026-10-28.endive", "2026-06-24.dahlia", "2020-08-27", "2031-01-01.fig", *FLAGGED]
)
def test_any_version_of_the_right_form_is_used_and_echoed(http: httpx.Client, version: str) -> None:
    answer = http.get(RUNS, headers={"Stripe-Version": version})

    assert (answer.status_code, answer.headers["stripe-version"]) == (200, version)


@pytest.mark.parametrize(
    "version",
    ["not-a-real-version", "", "2026-10-28.", "2026-10-28.endive; x", "2026-10-28.Endive", "\u0661-01-01", "é"],
)
def test_another_version_is_refused(http: httpx.Client, version: str) -> None:
    answer = http.get(RUNS, headers=cast("Any", {"Stripe-Version": version.encode()}))

    assert answer.status_code == 400
    assert body_of(answer) == refusal(f"Invalid Stripe API version: {version.encode().decode('latin-1')}", log=None)
    assert answer.headers["stripe-version"] == NEWEST


# ---------------------------------------------------------------- bodies and heads that are too large


def test_a_huge_body_is_refused_before_it_is_read(address: str, installation: SampleInstallation) -> None:
    head = (
        f"POST {RUNS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {installation.test_key}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {100 * 2**20}\r\n"
    ).encode()

    for asked in (head + b"\r\n", head + b"Expect: 100-continue\r\n\r\n"):
        answer = raw(address, asked)

        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert b"connection: close\r\n" in answer
        assert b"The request body is larger than 1048576 bytes, the most that is read." in answer


def test_a_body_without_a_length_is_read_up_to_the_limit(address: str, installation: SampleInstallation) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 100 * 2**20:
            sent += 65_536
            yield b"a=1&" * 16_384

    with httpx.Client(base_url=address, timeout=REPLY_SECONDS) as client:
        answer = client.post(
            RUNS,
            content=endless(),
            headers={
                "Authorization": f"Bearer {installation.test_key}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )

    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert body_of(answer) == refusal("The request body is larger than 1048576 bytes, the most that is read.")
    assert sent < 50 * 2**20


def test_a_huge_body_under_a_bad_key_ends_the_connection(address: str) -> None:
    answer = raw(address, f"POST {RUNS} HTTP/1.1\r\nHost: a\r\nContent-Length: {100 * 2**20}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close\r\n" in answer


@pytest.mark.parametrize("length", ["-1", "99999999999999999999999", "1e3"])
def test_a_length_that_is_none_is_a_400(address: str, length: str) -> None:
    assert raw(address, f"POST {RUNS} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode()).startswith(
        b"HTTP/1.1 400 "
    )


def test_the_head_of_a_request_has_a_limit(address: str) -> None:
    for head in (b"GET /v1/files/", b"GET /v1/files HTTP/1.1\r\nX: "):
        answer = raw(address, head + b"a" * 70_000)

        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert b'"message": "The address and headers are longer than 65536 bytes.",\n' in answer
        assert answer.endswith(b'"type": "invalid_request_error"\n  }\n}\n')


def test_requests_on_one_connection_each_have_the_whole_limit(web: httpx.Client) -> None:
    for _ in range(5):
        assert web.get("/healthz", headers={"X-Padding": "a" * 30_000}).status_code == 200


@pytest.mark.parametrize(("said", "scheme"), [("https", "https"), ("http", "http"), ("gopher", "http"), (None, "http")])
def test_links_begin_as_a_proxy_on_this_machine_says_that_it_was_asked(
    http: httpx.Client, finished_run: dict[str, Any], said: str | None, scheme: str
) -> None:
    headers = {"X-Forwarded-Proto": said} if said else {}

    run = http.get(f"{RUNS}/{finished_run['id']}", headers=headers).json()

    assert run["result"]["url"].startswith(f"{scheme}://")
