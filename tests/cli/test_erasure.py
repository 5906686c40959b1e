"""Erasure at the command line: commands go on working on a run whose parameters are gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, replace_data, run_in


@pytest.fixture(scope="module")
def ran(loaded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with `data` and the file of a run, for copies; and the run's id."""
    place = tmp_path_factory.mktemp("ran")
    id = run_in(place, loaded_data, "--timezone", "Europe/Berlin", "--out", str(place / "a.csv"))
    return place, id


@pytest.fixture
def run_id(ran: tuple[Path, str], loaded: Cli, tmp_path: Path) -> str:
    """A run that has succeeded."""
    place, id = ran
    replace_data(place, tmp_path)
    return id


def test_erased_parameters_are_shown_nowhere_and_the_erasure_is_in_the_history(loaded: Cli, run_id: str) -> None:
    code, out, err = loaded("audit", "erase", run_id, "--field", "parameters", "--reason", "Request 17")

    assert (code, out, err) == (0, "Erased in event 1 (report_run.created): parameters\n", "")
    history = loaded("history", run_id)[1]
    assert "Europe/Berlin" not in history
    assert "event.erased" in history and "Request 17" in history
    assert json.loads(loaded("history", run_id, "--at", "1")[1])["parameters"] == {"timezone": "[erased]"}
    assert run_id in loaded("runs")[1]


def test_only_the_field_that_was_erased_is_named(loaded: Cli, run_id: str) -> None:
    fields = ("parameters.timezone", "parameters.currency", "actor")

    out = loaded("audit", "erase", run_id, "--field", *fields, "--reason", "Request 17")[1]

    assert out.splitlines()[0] == "Erased in event 1 (report_run.created): parameters.timezone, actor"
    assert "parameters.currency" not in out


def test_other_commands_go_on_working(loaded: Cli, run_id: str) -> None:
    assert loaded("audit", "erase", run_id, "--field", "parameters", "actor", "--reason", "Request 17")[0] == 0

    assert loaded("rebuild")[0] == 0
    code, out, _ = loaded("doctor", "--deep")
    assert "The event log is whole" in out
    code, _, err = loaded("run", "--as-of-run", run_id)
    assert (code, err) == (
        1,
        f"reportrun: The parameters of {run_id} were erased, so its file cannot be made again.\n",
    )


def test_a_field_that_must_stay_is_refused(loaded: Cli, run_id: str) -> None:
    code, out, err = loaded("audit", "erase", run_id, "--field", "sha256", "--reason", "Request 17")

    assert (code, out) == (1, "")
    assert err.startswith("reportrun: 'sha256' cannot be erased.")
