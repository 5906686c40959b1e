"""A run as it was, over HTTP."""

from __future__ import annotations

import pytest

from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"
PAST = "/v1/audit/report_runs"
FORM = {
    "report_type": "balance.summary.1",
    "parameters[interval_start]": "1735689600",
    "parameters[interval_end]": "1738368000",
}


@pytest.fixture
def run(api: InProcess, installation: SampleInstallation) -> dict[str, object]:
    """A run with two events."""
    key = installation.test_key
    made = api("POST", "/v1/test_helpers/reporting/report_runs", key=key, data={**FORM, "delay_seconds": "3600"})
    assert made.status_code == 200
    found: dict[str, object] = made.json()
    return found


def test_a_run_is_given_as_it_was_at_a_version(
    api: InProcess, installation: SampleInstallation, run: dict[str, object]
) -> None:
    asked = api("GET", f"{PAST}/{run['id']}?at=1", key=installation.test_key)

    assert asked.status_code == 200
    assert asked.json() == {
        "id": run["id"],
        "object": "reportrun.past_run",
        "attempts": 0,
        "file_removed": False,
        "ledger_version": None,
        "recorded_at": run["created"],
        "report_run": run,
        "sha256": None,
        "version": 1,
    }
    assert api("GET", f"{PAST}/{run['id']}", key=installation.test_key).json()["version"] == 2


def test_a_run_is_not_there_before_its_time(
    api: InProcess, installation: SampleInstallation, run: dict[str, object]
) -> None:
    asked = api("GET", f"{PAST}/{run['id']}?at=1735689600", key=installation.test_key)

    assert asked.status_code == 404
    message = asked.json()["error"]["message"]
    assert message.startswith(f"No such report run: '{run['id']}'. Its first event is of ")


@pytest.mark.parametrize("at", ["soon", "-1", ""])
def test_a_moment_that_is_none_is_refused(
    api: InProcess, installation: SampleInstallation, run: dict[str, object], at: str
) -> None:
    asked = api("GET", f"{PAST}/{run['id']}?at={at}", key=installation.test_key)

    assert (asked.status_code, asked.json()["error"]["param"]) == (400, "at")


def test_the_runs_of_others_are_not_found(
    api: InProcess, installation: SampleInstallation, run: dict[str, object]
) -> None:
    assert api("GET", f"{PAST}/{run['id']}", key=installation.connected_key).status_code == 404


@pytest.mark.parametrize(
    ("key", "status"), [("reports_read_key", 200), ("reports_only_read_key", 200), ("files_read_key", 403)]
)
def test_a_restricted_key_needs_what_reading_runs_needs(
    api: InProcess, installation: SampleInstallation, run: dict[str, object], key: str, status: int
) -> None:
    assert api("GET", f"{PAST}/{run['id']}", key=getattr(installation, key)).status_code == status
