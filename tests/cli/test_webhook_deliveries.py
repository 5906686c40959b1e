"""`webhooks deliveries`, `resend` and `recover`, as operators type them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from application.ports.outbox import Attempt
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from domain.webhooks.webhook_endpoint import GONE, WebhookEndpoint
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from tests.cli.conftest import Cli
from tests.cli.endpoint_commands import made
from tests.support.runs import a_file

ACTOR = "cli:test"


@pytest.fixture
def event(reportrun: Cli, tmp_path: Path) -> str:
    """The event of a run that has succeeded, in a new installation."""
    with Installation(Settings(data=tmp_path / "data")) as installation:
        scope, at = Scope(administration(installation).platform(), livemode=False), SystemClock().now()
        run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
        run.succeed(a_file(), ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
        installation.stores.events.save(run)
    return f"evt_{run.id[4:]}"


def test_attempts_are_listed_with_what_came_of_them(reportrun: Cli, tmp_path: Path, event: str) -> None:
    endpoint, _ = made(reportrun)
    with Installation(Settings(data=tmp_path / "data")) as installation:
        error, again_at = "The endpoint answered 500.", 1_767_355_205.0
        failed = Attempt(event, endpoint, 1, 1_767_355_200.5, 0.25, 500, error, "oh\nno", False, again_at)
        accepted = Attempt(event, endpoint, 2, 1_767_355_206.0, 1.5, 200, None, "", True)
        installation.stores.outbox.record("deliverer:1", [failed, accepted])

    for words in ((event,), ()):
        code, out, _ = reportrun("webhooks", "deliveries", *words)
        lines = [line.split("  ") for line in out.splitlines()]
        cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
        assert code == 0
        assert cells == [
            ["time", "event", "endpoint", "attempt", "status", "seconds", "next", "what came of it"],
            [
                "2026-01-02 12:00:00 UTC",
                event,
                endpoint,
                "1",
                "500",
                "0.25",
                "2026-01-02 12:00:05 UTC",
                "The endpoint answered 500. oh no",
            ],
            ["2026-01-02 12:00:06 UTC", event, endpoint, "2", "200", "1.50", "-", "Accepted."],
        ]
    assert len(reportrun("webhooks", "deliveries", "--limit", "1")[1].splitlines()) == 2


def test_an_event_is_sent_again_to_all_or_to_one(reportrun: Cli, tmp_path: Path, event: str) -> None:
    assert reportrun("webhooks", "resend", event)[1] == (
        f"No endpoint that is enabled selects {event}, so nothing is sent.\n"
    )
    first, second = made(reportrun)[0], made(reportrun)[0]

    assert reportrun("webhooks", "resend", event)[1] == f"{event} is due to {first}, {second}. A deliverer sends it.\n"
    assert reportrun("webhooks", "resend", event, first)[1] == f"{event} is due to {first}. A deliverer sends it.\n"

    with Installation(Settings(data=tmp_path / "data")) as installation:
        assert asyncio.run(installation.stores.outbox.pending([event])) == {event: 2}


def test_what_an_endpoint_has_missed_is_sent(reportrun: Cli, event: str) -> None:
    endpoint, _ = made(reportrun)

    code, out, _ = reportrun("webhooks", "recover", endpoint, "--since", "2026-01-01")

    assert code == 0
    assert out == (
        f"1 event since 2026-01-01 00:00:00 UTC is due to {endpoint}. A deliverer sends them, oldest first.\n"
    )


def test_an_event_or_endpoint_that_does_not_exist_is_said(reportrun: Cli, event: str) -> None:
    assert reportrun("webhooks", "resend", "evt_nope")[2] == "reportrun: No such event: 'evt_nope'\n"
    assert reportrun("webhooks", "resend", event, "we_no")[2] == "reportrun: No such webhook endpoint: 'we_no'\n"
    assert reportrun("webhooks", "recover", "we_no", "--since", "1")[0] == 1
    assert reportrun("webhooks", "recover", "we_no")[0] == 2


def test_doctor_and_the_list_show_an_endpoint_that_was_given_up(reportrun: Cli, tmp_path: Path) -> None:
    endpoint, _ = made(reportrun)
    with Installation(Settings(data=tmp_path / "data")) as installation:
        found = installation.stores.events.find(WebhookEndpoint, endpoint)
        assert found is not None
        found.disable(actor="deliverer:1", at=SystemClock().now(), reason=GONE)
        installation.stores.events.save(found)

    assert f"look  The webhook endpoint {endpoint} (https://example.com/hook) was disabled" in reportrun("doctor")[1]
    assert "disabled, given up" in reportrun("webhooks", "list")[1]
