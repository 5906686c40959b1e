"""Loads, reports, compactions and vacuums at once: every version that is kept gives the bytes of then."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import fault_rounds
import pytest

from tests.faults.upkeep_at_once import AtOnce, check_upkeep

SECONDS = 6.0


@pytest.fixture(params=["sqlite", "postgres", "bucket"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Mapping[str, str]:
    data = {"REPORTRUN_DATA": str(tmp_path / "data")}
    if request.param == "postgres":
        url = request.getfixturevalue("database_url")
        return {**data, "REPORTRUN_DATABASE_URL": url}
    if request.param == "bucket":
        request.getfixturevalue("buckets")
        return {**data, "REPORTRUN_LEDGER_URL": f"s3://reports/{tmp_path.name}/ledger"}
    return data


def test_what_is_kept_stays_the_same_while_all_goes_on_at_once(environment: Mapping[str, str], tmp_path: Path) -> None:
    at_once = AtOnce(tmp_path, environment)

    at_once.go_on(SECONDS)
    same, _ = check_upkeep(at_once)

    assert same
    assert min(at_once.done[word] for word in ("load", "run", "compact", "vacuum")) >= 1


def test_the_rounds_of_upkeep_can_be_had_on_a_bucket_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["faults", "--upkeep", "120", "--store", "bucket"])

    assert fault_rounds.options().store == ["bucket"]


def test_kills_are_not_tried_on_a_bucket(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["faults", "--store", "bucket"])

    with pytest.raises(SystemExit):
        fault_rounds.options()

    assert "--store bucket takes --upkeep: kills are tried on sqlite and postgres." in capsys.readouterr().err
