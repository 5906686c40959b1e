"""`audit actor` at the command line, in its three formats."""

from __future__ import annotations

import csv
import getpass
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.conftest import Cli

PERSON = f"cli:{getpass.getuser()}"


@pytest.fixture
def with_key(reportrun: Cli) -> tuple[Cli, str]:
    key = re.search(r"key_\w+", reportrun("keys", "create", "--name", "Nightly, export")[2])
    assert key
    return reportrun, key[0]


def test_everything_that_a_person_did_is_listed_in_order(with_key: tuple[Cli, str]) -> None:
    reportrun, key = with_key

    code, out, err = reportrun("audit", "actor", PERSON, "--format", "jsonl")

    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "3 events\n")
    assert [row["event"] for row in rows] == ["installation.founded", "account.registered", "api_key.created"]
    assert [row["position"] for row in rows] == [1, 2, 3]
    assert (rows[2]["touched"], rows[2]["actor"], rows[2]["account"]) == (key, PERSON, rows[1]["touched"])


def test_the_list_is_a_table_or_csv(with_key: tuple[Cli, str]) -> None:
    reportrun, key = with_key

    *_, line = reportrun("audit", "actor", PERSON)[1].splitlines()
    *_, row = csv.DictReader(reportrun("audit", "actor", PERSON, "--format", "csv")[1].splitlines())

    assert line.split()[0] == "3" and key in line
    assert row["touched"] == key and json.loads(row["data"])["name"] == "Nightly, export"


def test_what_nobody_did_is_an_empty_list(with_key: tuple[Cli, str]) -> None:
    reportrun, _ = with_key

    assert reportrun("audit", "actor", "key_none", "--format", "jsonl")[:2] == (0, "")
    assert reportrun("audit", "actor", "--until", "2020-01-01", "--format", "jsonl") == (0, "", "0 events\n")


def test_a_name_that_is_no_actor_leads_to_how_actors_are_called(with_key: tuple[Cli, str]) -> None:
    reportrun, _ = with_key
    name = PERSON.removeprefix("cli:")

    code, out, err = reportrun("audit", "actor", name.upper(), "--format", "jsonl")
    unknown = reportrun("audit", "actor", "zzzzzzzz", "--format", "jsonl")[2]
    idle = reportrun("audit", "actor", PERSON, "--until", "2020-01-01", "--format", "jsonl")[2]

    assert (code, out) == (0, "")
    assert err == (
        f"0 events\n{name.upper()} is no actor in the log. People are called `cli:{name.upper()}` or "
        f"`user:{name.upper()}`, keys `key_...`. Near: {PERSON}.\n"
    )
    assert unknown == (
        "0 events\nzzzzzzzz is no actor in the log. People are called `cli:zzzzzzzz` or "
        "`user:zzzzzzzz`, keys `key_...`.\n"
    )
    assert idle == "0 events\n"


@pytest.mark.parametrize("actor", ["user:zz@example.com", "deliverer:zzzz:1"])
def test_the_name_of_a_console_user_or_a_deliverer_is_one_of_an_actor(with_key: tuple[Cli, str], actor: str) -> None:
    reportrun, _ = with_key

    assert reportrun("audit", "actor", actor)[2].endswith(f"\n{actor} is no actor in the log.\n")


def test_a_key_is_found_by_its_name(with_key: tuple[Cli, str], tmp_path: Path) -> None:
    reportrun, key = with_key
    run = ReportRun.request(
        "balance.summary.1", {}, scope=Scope("acct_1", livemode=False), actor=key, at=datetime(2025, 1, 1, tzinfo=UTC)
    )
    with Installation(Settings(data=tmp_path / "data")) as installation:
        installation.stores.events.save(run)

    err = reportrun("audit", "actor", "nightly", "--format", "jsonl")[2]

    assert err.endswith(f'Near: {key} "Nightly, export".\n')


def test_the_whole_log_is_not_what_is_asked_for(with_key: tuple[Cli, str]) -> None:
    reportrun, _ = with_key

    code, out, err = reportrun("audit", "actor")

    assert (code, out) == (1, "")
    assert err == "reportrun: Name an actor, or narrow the list with --account, --since or --until.\n"
