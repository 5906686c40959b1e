"""The log of a server and its worker: every line has a time, a level and what it is about, as text or JSON."""

from __future__ import annotations

import re
import select
import signal
import subprocess
import threading
from typing import Any

import orjson
import pytest

from tests.cli.conftest import Cli, Start
from tests.support.client import client_at
from tests.support.processes import until
from tests.support.report_requests import A_REPORT, RUNS

HELPERS = "/v1/test_helpers/reporting/report_runs"
END_SECONDS = 60


def log_of(loaded: Cli, started: Start, **settings: str) -> tuple[list[str], dict[str, Any]]:
    """The log of a server that made two runs and refused a key, and the first run."""
    key = loaded("keys", "create")[1].strip()
    server = started("serve", "--port", "0", **settings)
    log: list[str] = []
    reading = threading.Thread(target=lambda: log.extend(server.stderr or ()), daemon=True)
    reading.start()
    with client_at(_address(server), key) as client:
        run = client.post(RUNS, data=A_REPORT).json()
        failing = client.post(HELPERS, data={**A_REPORT, "error": "No."}).json()
        client.get(RUNS, headers={"Authorization": "Bearer sk_test_nobody_has_this"})

        def are_over() -> bool:
            return "pending" not in [client.get(f"{RUNS}/{one['id']}").json()["status"] for one in (run, failing)]

        until(are_over, "the runs do not end", END_SECONDS)
    server.send_signal(signal.SIGTERM)
    assert server.wait(END_SECONDS) == 0
    reading.join(END_SECONDS)
    return [line.rstrip("\n") for line in log], run


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    ready, _, _ = select.select([server.stdout], [], [], END_SECONDS)
    assert ready
    return server.stdout.readline().split()[-1]


def test_lines_of_json_say_what_they_are_about(loaded: Cli, started: Start) -> None:
    lines, run = log_of(loaded, started, REPORTRUN_LOG_FORMAT="json", REPORTRUN_REQUEST_LOG="all")

    log = [orjson.loads(line) for line in lines]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in log)
    asked = next(line for line in log if line.get("method") == "POST" and line["route"] == RUNS)
    ended = {line["outcome"]: line for line in log if "outcome" in line}
    assert ended["succeeded"]["run_id"] == run["id"]
    for name in ("request_id", "key_id", "account", "mode"):
        assert ended["succeeded"][name] == asked[name]
    assert (ended["failed"]["level"], ended["failed"]["reason"]) == ("warning", "planned")
    refused = [line for line in log if line["logger"] == "reportrun.keys"]
    assert [(line["level"], line["client"]) for line in refused] == [("warning", "127.0.0.1")]


def test_lines_of_text_do_too_and_tell_nothing_of_requests_that_go_well(loaded: Cli, started: Start) -> None:
    lines, run = log_of(loaded, started)

    head = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) reportrun[.\w]*: ")
    assert all(head.match(line) for line in lines)
    assert [line for line in lines if "reportrun.requests" in line] == []
    (success,) = [line for line in lines if "The run has succeeded." in line]
    assert f"run_id={run['id']} report_type=balance.summary.1 account=acct_" in success


@pytest.mark.parametrize(
    ("setting", "value", "right"),
    [("LOG_FORMAT", "xml", "Give text or json."), ("REQUEST_LOG", "some", "Give off, errors or all.")],
)
def test_another_value_is_refused(
    reportrun: Cli, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, right: str
) -> None:
    monkeypatch.setenv(f"REPORTRUN_{setting}", value)

    code, _, err = reportrun("serve", "--port", "0")

    assert (code, err) == (1, f"reportrun: REPORTRUN_{setting} is '{value}'. {right}\n")
