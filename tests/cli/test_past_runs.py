"""Runs as they were, at the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from application.log.idempotency_records import Append
from domain.files.read_log import DOWNLOAD, Read, ReadLog
from tests.cli.conftest import Cli, replace_data, run_in
from tests.support.clock import NOON
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


@pytest.fixture(scope="module")
def ran(loaded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with `data` and the file of a run, for copies; and the run's id."""
    place = tmp_path_factory.mktemp("ran")
    id = run_in(place, loaded_data, "--out", str(place / "made.csv"))
    return place, id


@pytest.fixture
def run_id(ran: tuple[Path, str], loaded: Cli, tmp_path: Path) -> str:
    """A run that has succeeded."""
    place, id = ran
    replace_data(place, tmp_path)
    return id


def test_history_shows_a_run_as_it_was(loaded: Cli, run_id: str) -> None:
    then = json.loads(loaded("history", run_id, "--at", "1")[1])
    now = json.loads(loaded("history", run_id, "--at", "2100-01-01")[1])

    assert (then["id"], then["status"], then["version"], then["file_id"]) == (run_id, "pending", 1, None)
    assert (now["status"], now["version"], now["ledger_version"]) == ("succeeded", 3, 3)  # a load for each table
    assert now["file_id"].startswith("file_") and len(now["sha256"]) == 64


def test_history_refuses_what_is_no_moment_and_a_time_before_the_run(loaded: Cli, run_id: str) -> None:
    assert loaded("history", run_id, "--at", "soon")[0] == 2
    code, out, err = loaded("history", run_id, "--at", "2020-01-01")

    assert (code, out) == (1, "")
    assert err.startswith(f"reportrun: No such report run: '{run_id}'. Its first event is of ")


def test_runs_lists_the_runs_as_they_were(loaded: Cli, run_id: str) -> None:
    code, out, err = loaded("runs", "--format", "jsonl")

    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "1 run now\n")
    assert (row["id"], row["status"], row["mode"], row["attempts"]) == (run_id, "succeeded", "test", 1)
    assert loaded("runs", "--at", "2020-01-01", "--format", "jsonl")[1] == ""
    assert loaded("runs", "--mode", "live", "--format", "jsonl")[1] == ""


def test_runs_are_printed_as_a_table_and_as_csv(loaded: Cli, run_id: str) -> None:
    heading, line = loaded("runs")[1].splitlines()
    (row,) = csv.DictReader(loaded("runs", "--format", "csv")[1].splitlines())

    assert heading.split() == ["id", "created", "status", "report_type", "mode", "account"]
    assert line.split()[0] == run_id
    assert (row["id"], row["report_type"]) == (run_id, "balance.summary.1")


def test_recorded_reads_are_shown_by_history_and_among_the_deeds_of_their_actor(
    loaded: Cli, run_id: str, tmp_path: Path
) -> None:
    with stores_in(tmp_path / "data") as stores:
        read = Read(run_id, SCOPE, "key_9", NOON, DOWNLOAD, "req_9", "file_9")
        for event in ReadLog.recorded([read], 0):
            stores.store.recorder.append([Append([stores.events.mapper.to_stored_event(event)])])

    *_, last = loaded("history", run_id)[1].splitlines()
    *_, deed = [json.loads(line) for line in loaded("audit", "actor", "key_9", "--format", "jsonl")[1].splitlines()]

    assert last.startswith("2  2026-01-02T12:00:00.000Z  key_9  read_log.file_downloaded  ")
    assert (deed["event"], deed["request_id"], deed["account"]) == ("read_log.file_downloaded", "req_9", "acct_1")
    assert deed["data"]["file_id"] == "file_9"
