"""`audit actor` at the command line, in its three formats."""

from __future__ import annotations

import csv
import getpass
import json
import re

import pytest

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

    assert reportrun("audit", "actor", "key_none", "--format", "jsonl") == (0, "", "0 events\n")
    assert reportrun("audit", "actor", "--until", "2020-01-01", "--format", "jsonl") == (0, "", "0 events\n")


def test_the_whole_log_is_not_what_is_asked_for(with_key: tuple[Cli, str]) -> None:
    reportrun, _ = with_key

    code, out, err = reportrun("audit", "actor")

    assert (code, out) == (1, "")
    assert err == "reportrun: Name an actor, or narrow the list with --account, --since or --until.\n"
