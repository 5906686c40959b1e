"""Lines about requests, and the records of refused ones."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import replace
from typing import Any

import orjson
import pytest

from interfaces.host.log_format import json_line, text_line, time_text
from interfaces.http.app import build_app
from interfaces.http.edge.middleware import Edge
from interfaces.http.request_log import buffered_lines
from interfaces.http.request_log.buffered_lines import BufferedLines
from interfaces.http.request_log.ended_request import EndedRequest
from interfaces.http.request_log.refused_keys import MOST, RefusedKeys
from interfaces.http.request_log.request_log import RequestLog
from interfaces.http.request_log.request_records import RequestRecords
from tests.http.conftest import InProcess, nothing_started
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"

UNKNOWN = EndedRequest(
    1767355200.123, 0.0031, "req_1", "GET", "/v1/files", "/v1/files", {}, 200, context=None, error=None
)


class Written:
    """An API whose log of requests is kept."""

    def __init__(self, api: InProcess, kind: str, level: int = logging.INFO, *, most: int = 10) -> None:
        self._texts: list[bytes] = []
        self._lines = BufferedLines("json", self._texts.append)
        log = RequestLog(kind, level, self._lines, RequestRecords(most))
        self.edge: Edge = build_app(replace(api.edge.api, request_log=log), nothing_started)
        self._api = api

    def __call__(self, method: str, url: str, **more: Any) -> Any:
        return self._api.ask(self.edge, method, url, **more)

    @property
    def lines(self) -> list[dict[str, Any]]:
        self._lines.flush()
        return [orjson.loads(line) for line in b"".join(self._texts).splitlines()]


def test_a_line_says_when_what_how_long_and_whose(api: InProcess, installation: SampleInstallation) -> None:
    ask = Written(api, "all")
    run = installation.past_runs[0]

    answer = ask("GET", f"{RUNS}/{run}", key=installation.stranger_key)

    (line,) = ask.lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line.pop("key_id").startswith("key_")
    milliseconds = line.pop("duration_ms")
    assert milliseconds > 0
    assert line == {
        "level": "info",
        "logger": "reportrun.requests",
        "message": f"GET {RUNS}/{{id}} 200 {milliseconds} ms",
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


def test_a_line_of_text_is_one_line_whatever_a_request_says() -> None:
    line = {"time": time_text(1767355200.123), "level": "info", "logger": "a", "message": "x\ny\x1b", "run_id": "r\n"}

    assert text_line(line) == b"2026-01-02T12:00:00.123Z INFO a: x\\ny\\x1b run_id=r\\n\n"


def test_a_line_of_json_may_hold_a_text_that_is_not_utf_8() -> None:
    assert orjson.loads(json_line({"message": "caf\udce9"})) == {"message": "caf\\udce9"}


def test_lines_that_are_not_taken_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffered_lines, "MOST_WAITING", 3)
    texts: list[bytes] = []
    lines = BufferedLines("json", texts.append)

    for _ in range(5):
        lines.add(UNKNOWN)
    lines.flush()

    written = [orjson.loads(line) for line in b"".join(texts).splitlines()]
    assert [line.get("status") for line in written] == [200, 200, 200, None]
    assert written[-1]["message"] == "2 lines about requests were left out: they came faster than the log takes them."


def test_lines_are_written_within_a_moment_and_at_the_end_without_stopping_requests() -> None:
    taken, may_write = threading.Event(), threading.Event()
    texts: list[bytes] = []

    def write(text: bytes) -> None:
        taken.set()
        assert may_write.wait(10)
        texts.append(text)

    lines = BufferedLines("text", write)
    lines.start()
    lines.add(UNKNOWN)
    assert taken.wait(10)
    lines.add(UNKNOWN._replace(request_id="req_2"))  # while the first waits for its reader
    may_write.set()
    lines.stop()

    assert [re.findall(r"req_\d", text.decode()) for text in texts] == [["req_1"], ["req_2"]]


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    def write(text: bytes) -> None:
        raise BrokenPipeError

    lines = BufferedLines("text", write)
    lines.add(UNKNOWN)
    lines.flush()


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
