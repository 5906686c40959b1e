"""Lines about requests, and the records of refused ones."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from contextlib import suppress
from typing import Any

import orjson
import pytest

from domain.access.caller import Caller, Scope
from interfaces.host.log_format import json_line, text_line, time_text
from interfaces.http.edge.request_context import RequestContext
from interfaces.http.request_log import buffered_lines
from interfaces.http.request_log.buffered_lines import BufferedLines
from interfaces.http.request_log.ended_request import EndedRequest, json_of, line_of, text_of
from interfaces.http.request_log.log_output import ONE_WRITE_BYTES, DescriptorOutput
from interfaces.http.request_log.refused_keys import MOST, RefusedKeys
from tests.http.written_lines import Output, Written
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"

UNKNOWN = EndedRequest(
    1767355200.123, 0.0031, "req_1", "GET", "/v1/files", "/v1/files", {}, 200, context=None, error=None
)


def test_a_line_says_when_what_how_long_and_whose(api: InProcess, installation: SampleInstallation) -> None:
    ask = Written(api, "all")
    run = installation.past_runs[0]

    answer = ask("GET", f"{RUNS}/{run}", key=installation.stranger_key)

    (line,) = ask.lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line.pop("key_id").startswith("key_")
    assert line.pop("duration_ms") > 0
    assert line == {
        "level": "info",
        "logger": "reportrun.requests",
        "message": f"GET {RUNS}/{{id}} 200",
        "request_id": answer.headers["request-id"],
        "method": "GET",
        "route": f"{RUNS}/{{id}}",
        "status": 200,
        "account": installation.stranger,
        "mode": "test",
        "run_id": run,
    }


@pytest.mark.parametrize(
    ("kind", "level", "statuses"),
    [
        ("all", logging.INFO, [200, 404, 404, 401]),
        ("errors", logging.INFO, [404, 404]),
        ("off", logging.INFO, []),
        ("all", logging.WARNING, []),
    ],
)
def test_the_kind_says_which_requests_have_a_line(
    api: InProcess, installation: SampleInstallation, kind: str, level: int, statuses: list[int]
) -> None:
    ask = Written(api, kind, level)

    for path in (RUNS, f"{RUNS}/nope", "/v1/nope"):
        ask("GET", path, key=installation.test_key)
    ask("GET", RUNS, key="sk_test_unknown")

    assert [line["status"] for line in ask.lines] == statuses


def test_the_line_of_a_refusal_says_why(api: InProcess, installation: SampleInstallation) -> None:
    ask = Written(api, "errors")

    ask("GET", f"{RUNS}/nope", key=installation.test_key)

    assert (ask.lines[0]["error"], ask.lines[0]["code"]) == ("No such report run: 'nope'", "resource_missing")


# ---------------------------------------------------------------- how lines are written


@pytest.mark.parametrize("changed", [{}, {"path": "/v1/a\n", "route": None, "status": 404}, {"status": 503}])
def test_a_line_of_text_is_the_same_both_ways(changed: dict[str, Any]) -> None:
    caller = Caller(Scope("acct_1", livemode=True), "key_1", "sk_live_****")
    context = RequestContext(caller, "req_1", "2024-06-20", None, "http://reports")
    parameters = {"id": "file_1\x1b"}
    request = UNKNOWN._replace(route="/v1/files/{id}", path_parameters=parameters, context=context)._replace(**changed)

    assert text_of(request) == text_line(line_of(request))


def test_a_line_of_text_is_one_line_whatever_a_request_says() -> None:
    line = {"time": time_text(1767355200.123), "level": "info", "logger": "a", "message": "x\ny\x1b", "run_id": "r\n"}

    assert text_line(line) == b"2026-01-02T12:00:00.123Z INFO a: x\\ny\\x1b run_id=r\\n\n"


def test_a_line_of_json_may_hold_a_text_that_is_not_utf_8() -> None:
    assert orjson.loads(json_line({"message": "caf\udce9"})) == {"message": "caf\\udce9"}


def test_as_many_lines_as_a_pipe_takes_at_once_are_written_together() -> None:
    output = Output()
    lines = BufferedLines("json", output)

    for _ in range(100):
        lines.add(UNKNOWN)
    lines.flush()

    assert len(output.lines) == 100
    assert max(map(len, output.texts)) <= ONE_WRITE_BYTES
    assert len(output.texts) <= 100 * len(json_of(UNKNOWN)) / ONE_WRITE_BYTES * 1.2 + 1


def test_lines_that_are_not_taken_wait_then_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(json_of(UNKNOWN))
    monkeypatch.setattr(buffered_lines, "MOST_BYTES", ONE_WRITE_BYTES + size)
    fits = (ONE_WRITE_BYTES + size) // size
    output = Output(takes=0)
    lines = BufferedLines("json", output)

    for _ in range(fits + 7):
        lines.add(UNKNOWN)
    assert output.texts == []
    output.takes = 100
    lines.flush()

    assert [line.get("status") for line in output.lines] == [200] * fits + [None]
    assert output.lines[-1]["message"] == (
        "7 lines about requests were left out: they came faster than the log takes them."
    )


def test_lines_are_written_within_a_moment_and_at_the_end() -> None:
    output = Output()
    lines = BufferedLines("text", output)

    async def serve() -> None:
        running = asyncio.create_task(lines.run())
        lines.add(UNKNOWN)
        async with asyncio.timeout(10):
            while not output.texts:
                await asyncio.sleep(0)
        lines.add(UNKNOWN._replace(request_id="req_2"))
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(serve())

    assert [re.findall(r"req_\d", text.decode()) for text in output.texts] == [["req_1"], ["req_2"]]


def test_a_pipe_that_is_full_takes_no_more_and_one_without_a_reader_stops_nothing() -> None:
    reading, writing = os.pipe()
    output = DescriptorOutput(writing)
    while output.takes_more():
        output.write(b"x" * ONE_WRITE_BYTES)
    os.close(reading)

    assert output.takes_more()
    output.write(b"x")
    os.close(writing)


# ---------------------------------------------------------------- refused keys


def test_each_refused_key_has_one_line_in_a_minute(
    api: InProcess, installation: SampleInstallation, caplog: pytest.LogCaptureFixture
) -> None:
    ask = Written(api, "off")

    for key in ("sk_test_first0000", "sk_test_second0000", "sk_test_first0000", None, installation.revoked_key):
        ask("GET", RUNS, key=key)
    ask("POST", RUNS, key=installation.reports_only_read_key)

    messages = [record.getMessage() for record in caplog.records if record.name == "reportrun.keys"]
    assert messages[0] == "A key was refused. Invalid API Key provided: sk_test_*****0000."
    assert len(messages) == 5
    assert not any(installation.revoked_key in message for message in messages)


def test_refusals_of_many_keys_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    refused = RefusedKeys(lambda: now[0])

    for number in range(MOST + 7):
        refused.note(f"Invalid API Key provided: {number}", UNKNOWN, "127.0.0.1")
    now[0] = 60.0
    refused.note("Invalid API Key provided: 1", UNKNOWN, "127.0.0.1")

    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == MOST + 2
    assert messages[MOST] == "7 more refusals of keys within 60 s have no line."


# ---------------------------------------------------------------- records


def test_the_log_url_of_an_error_leads_to_the_record_of_its_request(
    api: InProcess, installation: SampleInstallation
) -> None:
    ask = Written(api, "off")
    refused = ask("GET", f"{RUNS}/nope?limit=1", key=installation.test_key, headers={"Stripe-Version": "2024-06-20"})
    error = refused.json()["error"]

    record = ask("GET", error["request_log_url"], key=installation.test_key)

    body = record.json()
    assert record.status_code == 200
    assert body.pop("actor").startswith("key_")
    assert body.pop("duration_ms") > 0
    assert body.pop("created") == int(error["request_log_url"].partition("?t=")[2])
    assert body == {
        "id": refused.headers["request-id"],
        "object": "reportrun.request",
        "account": installation.platform,
        "api_version": "2024-06-20",
        "error": {name: value for name, value in error.items() if name != "request_log_url"},
        "idempotency_key": None,
        "livemode": False,
        "method": "GET",
        "path": f"{RUNS}/nope",
        "status": refused.status_code,
    }


def test_a_record_is_for_keys_of_its_account_and_mode(api: InProcess, installation: SampleInstallation) -> None:
    ask = Written(api, "off")

    def url(key: str) -> str:
        error = ask("GET", f"{RUNS}/nope", key=key).json()["error"]
        return str(error["request_log_url"])

    of_platform, of_restricted = url(installation.test_key), url(installation.files_read_key)

    def status(url: str, key: str) -> int:
        return int(ask("GET", url, key=key).status_code)

    assert status(of_platform, installation.test_key) == 200
    assert status(of_restricted, installation.test_key) == 200
    assert status(of_restricted, installation.files_read_key) == 200
    assert status(of_platform, installation.files_read_key) == 404
    assert status(of_platform, installation.stranger_key) == 404
    assert status(of_platform, installation.live_key) == 404
    assert status(of_platform.replace("/test/logs", "/logs"), installation.test_key) == 404


def test_a_connected_account_is_shown_no_key_of_its_platform(api: InProcess, installation: SampleInstallation) -> None:
    ask = Written(api, "off")
    acting = {"Stripe-Account": installation.connected, "Idempotency-Key": "secret-1"}
    url = ask("POST", RUNS, key=installation.test_key, headers=acting).json()["error"]["request_log_url"]

    by_account = ask("GET", url, key=installation.connected_key).json()
    by_platform = ask("GET", url, key=installation.test_key).json()

    assert (by_account["actor"], by_account["idempotency_key"]) == ("platform", None)
    assert by_platform["actor"].startswith("key_")
    assert by_platform["idempotency_key"] == "secret-1"


def test_the_newest_refusals_are_kept_and_a_missing_one_says_so(
    api: InProcess, installation: SampleInstallation
) -> None:
    ask, forgetful = Written(api, "off", most=2), Written(api, "off", most=0)
    ids = [ask("GET", f"{RUNS}/nope", key=installation.test_key).headers["request-id"] for _ in range(3)]

    kept = [ask("GET", f"/test/logs/{id}", key=installation.test_key) for id in (ids[2], ids[1], ids[0])]
    none = forgetful("GET", f"/test/logs/{ids[2]}", key=installation.test_key)

    assert [answer.status_code for answer in kept] == [200, 200, 404]
    assert kept[2].json()["error"]["message"] == (
        f"No such request: '{ids[0]}'. Each server keeps the last 2 requests that it refused, until it stops. Those of "
        "an account are shown to its keys."
    )
    assert "This server keeps no records of requests" in none.json()["error"]["message"]
