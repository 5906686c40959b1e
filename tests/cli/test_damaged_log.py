"""Commands on a log with one damaged event: it is named, and everything else works, with and without views."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from domain.runs.report_run import ReportRun
from interfaces.composition.installation import Installation
from interfaces.composition.server import server
from interfaces.settings import Settings
from tests.cli.conftest import Cli
from tests.support.damage import change_event, delete_event
from tests.support.runs import SCOPE, fail, pending_run, start, succeed
from tests.support.stores import stores_in


@pytest.fixture
def data(tmp_path: Path, reportrun: Cli) -> Path:
    """A data folder with a platform and a key."""
    assert reportrun("keys", "create")[0] == 0
    return tmp_path / "data"


def stored_run(data: Path, finish: Callable[[ReportRun], None] = fail) -> str:
    with stores_in(data) as stores:
        run = pending_run()
        start(run)
        finish(run)
        stores.events.save(run)
        stores.projector.catch_up()
        return run.id


def lose_views(data: Path) -> None:
    for file in data.glob("views.db*"):
        file.unlink()


def status_of(data: Path, id: str) -> str | None:
    with stores_in(data) as stores:
        row = asyncio.run(stores.views.runs.get(SCOPE, id))
        return row.status if row else None


@pytest.mark.parametrize(
    ("version", "columns", "reason"),
    [
        (1, {"state": b'{"timestamp"'}, "its data cannot be decoded"),
        (2, {"state": b"\x00\xff"}, "its data cannot be decoded"),
        (3, {"topic": "antigravity:fly"}, "its type 'antigravity:fly' is none of Reportrun's"),
        (3, {"topic": None}, "is none of Reportrun's"),
    ],
)
@pytest.mark.parametrize("views", ["kept", "lost"])
def test_a_damaged_event_of_a_run_is_named_and_all_else_is_served(
    data: Path,
    reportrun: Cli,
    version: int,
    columns: dict[str, None] | dict[str, bytes] | dict[str, str],
    reason: str,
    views: str,
) -> None:
    damaged, intact = stored_run(data), stored_run(data)
    change_event(data, damaged, version, **columns)
    if views == "lost":
        lose_views(data)

    doctor, rebuild, keys = reportrun("doctor", "--deep"), reportrun("rebuild"), reportrun("keys", "list")

    assert doctor[0] == 1 and f"{damaged}, version {version}: " in doctor[1] and reason in doctor[1]
    assert rebuild[0] == 1 and f"{damaged}, version {version}: " in rebuild[2]
    assert rebuild[1].startswith("Rebuilt runs")
    assert keys[0] == 0 and "good" in keys[1]
    assert status_of(data, intact) == "failed"
    with Installation(Settings(data=data)) as installation:
        server(installation)


def test_text_that_is_no_utf_8_damages_one_event_only(data: Path, reportrun: Cli) -> None:
    damaged, intact = stored_run(data), stored_run(data)
    change_event_topic_bytes(data, damaged)
    lose_views(data)

    doctor, rebuild, history = reportrun("doctor", "--deep"), reportrun("rebuild"), reportrun("history", damaged)

    assert doctor[0] == 1 and f"{damaged}, version 2: its type" in doctor[1]
    assert rebuild[0] == 1
    assert history[0] == 0 and "reportrun.damaged" in history[1]
    assert status_of(data, intact) == "failed"


def change_event_topic_bytes(data: Path, id: str) -> None:
    change = (
        "update stored_events set topic = cast(x'7265ff' as text) where originator_id = ? and originator_version = 2"
    )
    with closing(sqlite3.connect(data / "events.db")) as connection, connection:
        connection.execute(change, (id,))


@pytest.mark.parametrize("version", [1, 2])
def test_a_missing_event_is_named(data: Path, reportrun: Cli, version: int) -> None:
    damaged = stored_run(data)
    delete_event(data, damaged, version)

    doctor, rebuild = reportrun("doctor", "--deep"), reportrun("rebuild")

    named = f"{damaged}, version {version + 1}: an event before it is missing"
    assert doctor[0] == 1 and named in doctor[1]
    assert rebuild[0] == 1 and named in rebuild[2]


def test_a_first_event_that_moves_on_in_the_log_does_not_stop_the_views(data: Path, reportrun: Cli) -> None:
    damaged = stored_run(data)
    assert status_of(data, damaged) == "failed"
    change_event(data, damaged, 1, rowid=10_000)

    later = stored_run(data)

    assert (status_of(data, damaged), status_of(data, later)) == ("failed", "failed")


def test_the_events_of_an_aggregate_stand_in_the_order_of_their_versions(data: Path, reportrun: Cli) -> None:
    damaged = stored_run(data)
    change_event(data, damaged, 1, rowid=10_000)
    lose_views(data)

    assert (
        f"{damaged}, version 2: an event before it is missing, or stands after it" in reportrun("doctor", "--deep")[1]
    )


def test_a_damaged_load_is_a_finding_about_its_ledger(loaded: Cli, tmp_path: Path) -> None:
    data = tmp_path / "data"
    change_event(data, "ledger_test", 2, state=b"{}")
    lose_views(data)

    doctor, keys, load = (
        loaded("doctor", "--deep"),
        loaded("keys", "list"),
        loaded("load", "payouts", str(tmp_path / "none.csv")),
    )

    assert doctor[0] == 1
    assert "The test ledger cannot be used. The record of ledger_test is damaged: event 2" in doctor[1]
    assert "look  The live ledger is empty" in doctor[1]
    assert keys[0] == 0
    assert load[0] == 1 and "should not have happened" not in load[2]


def test_a_key_with_a_damaged_event_is_refused(data: Path, reportrun: Cli) -> None:
    (id,) = (line.split()[0] for line in reportrun("keys", "list")[1].splitlines()[1:])
    reportrun("keys", "revoke", id)
    change_event(data, id, 2, state=b"{}")
    lose_views(data)

    assert "damaged, so it is refused" in reportrun("keys", "list")[1]


def test_a_damaged_installation_record_stops_no_server_and_no_list(data: Path, reportrun: Cli) -> None:
    change_event(data, "installation", 1, state=b"{}")
    lose_views(data)

    doctor, accounts = reportrun("doctor", "--deep"), reportrun("accounts", "list")

    assert doctor[0] == 1 and "installation, version 1" in doctor[1]
    assert accounts[0] == 0 and "Platform" in accounts[1]
    with Installation(Settings(data=data)) as installation:
        server(installation)


@pytest.mark.parametrize("words", [(), ("--quick",)])
def test_the_summary_of_doctor_says_that_it_read_no_event(data: Path, reportrun: Cli, words: tuple[str, ...]) -> None:
    damaged = stored_run(data)
    change_event(data, damaged, 2, state=b"{}")

    code, out, _ = reportrun("doctor", *words)

    assert code == 0
    assert "The event log can be opened, up to position 6. Its events were not read: see `--deep`." in out


def test_a_whole_log_is_called_whole_after_every_event_was_read(data: Path, reportrun: Cli) -> None:
    stored_run(data, succeed)

    assert "The event log is whole, up to position 6: every event was read." in reportrun("doctor", "--deep")[1]
