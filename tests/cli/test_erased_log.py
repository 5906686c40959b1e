"""A log with an erased event: verification names it, and finds every other change as before."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.audit_script import by_script
from tests.cli.conftest import Cli, replace_data, run_in, typed
from tests.support.damage import change_event


@pytest.fixture(scope="module")
def ran(loaded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with `data` and the file of a run, sealed, for copies; and the run's id."""
    place = tmp_path_factory.mktemp("ran")
    id = run_in(place, loaded_data, "--timezone", "Europe/Berlin", "--out", str(place / "a.csv"))
    typed(place / "data", "seal", "--once")
    return place, id


@pytest.fixture
def run_id(ran: tuple[Path, str], loaded: Cli, tmp_path: Path) -> str:
    """A run that has succeeded, whose events are sealed."""
    place, id = ran
    replace_data(place, tmp_path)
    return id


def erase(cli: Cli, run_id: str, *fields: str) -> None:
    assert cli("audit", "erase", run_id, "--field", *fields, "--reason", "Request 17")[0] == 0


def test_verify_names_the_erased_event_and_finds_nothing_else(loaded: Cli, run_id: str) -> None:
    erase(loaded, run_id, "parameters.timezone")
    erase(loaded, run_id, "parameters", "actor")

    code, out, _ = loaded("audit", "verify")

    assert code == 0, out
    assert f"Event 1 of {run_id} was erased, as an event of its own records.\n" in out
    assert "The log is what was sealed" in out


def test_the_doctor_takes_an_erased_event_for_no_damage_also_when_it_is_the_last_that_was_sealed(
    loaded: Cli, run_id: str
) -> None:
    erase(loaded, run_id, "actor")

    _, out, _ = loaded("doctor")

    assert "wrong" not in out and "good  The log is sealed up to position" in out


def test_an_event_that_was_not_sealed_before_is_sealed_by_its_erasure(loaded: Cli, tmp_path: Path) -> None:
    err = loaded("run", "balance.summary.1", "--out", str(tmp_path / "b.csv"))[2]
    erase(loaded, err.split()[0], "parameters", "actor")

    code, out, _ = loaded("audit", "verify")

    assert code == 0, out


def test_sealing_goes_on_and_makes_lost_files_again(loaded: Cli, run_id: str, tmp_path: Path) -> None:
    erase(loaded, run_id, "parameters")
    shutil.rmtree(tmp_path / "data" / "audit" / "tile")

    assert loaded("seal", "--once")[0] == 0
    assert loaded("audit", "verify")[0] == 0


def test_an_older_checkpoint_is_still_contained(loaded: Cli, run_id: str, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copy(tmp_path / "data" / "audit" / "checkpoint", old)
    erase(loaded, run_id, "parameters")

    code, out, err = loaded("audit", "consistency", str(old))

    assert code == 0, out + err


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_change_of_any_event_of_the_run_is_still_found(
    loaded: Cli, run_id: str, tmp_path: Path, version: int
) -> None:
    erase(loaded, run_id, "parameters")
    assert loaded("seal", "--once")[0] == 0
    change_event(tmp_path / "data", run_id, version, state=b'{"timestamp":"2026-01-01T00:00:00Z","actor":"x"}')

    code, out, _ = loaded("audit", "verify")

    assert code == 1
    assert f"event {1 if version == 4 else version} of {run_id}" in out


def test_an_export_of_the_run_checks_offline(loaded: Cli, run_id: str, tmp_path: Path) -> None:
    erase(loaded, run_id, "parameters.timezone")
    erase(loaded, run_id, "parameters")
    assert loaded("seal", "--once")[0] == 0
    assert loaded("audit", "export", run_id, "--out", str(tmp_path / "proof"))[0] == 0

    code, out, err = loaded("audit", "verify", str(tmp_path / "proof"))
    assert code == 0, out + err
    assert re.match(r"Event 1 was erased by cli:\S+ \(event.erased at position \d+\)\. The rest stays valid\.\n", out)

    event = tmp_path / "proof" / "events" / "1.json"
    event.write_bytes(event.read_bytes().replace(b"acct", b"acc2"))
    code, out, _ = loaded("audit", "verify", str(tmp_path / "proof"))
    assert code == 1 and out.startswith("events/1.json, position ")


@pytest.fixture
def proof(loaded: Cli, run_id: str, tmp_path: Path) -> Path:
    """An export of a run with an event that was erased twice."""
    erase(loaded, run_id, "parameters.timezone")
    erase(loaded, run_id, "parameters")
    assert loaded("audit", "export", run_id, "--out", str(tmp_path / "proof"))[0] == 0
    return tmp_path / "proof"


def test_the_script_of_an_export_names_who_erased_an_event_and_accepts_the_rest(proof: Path, run_id: str) -> None:
    done = by_script(proof)

    assert (done.returncode, done.stderr) == (0, "")
    position = json.loads((proof / "leaves" / "5").read_bytes())["position"]
    actor = json.loads((proof / "events" / "5.json").read_bytes())["actor"]
    first, digest, second = done.stdout.splitlines()
    assert digest.startswith("The result file has the SHA-256 ")
    assert first == f"Event 1 was erased by {actor} (event.erased at position {position}). The rest stays valid."
    assert second.startswith(f"All 5 events of {run_id} are in the log ")


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_the_script_of_an_export_refuses_an_event_that_was_changed_in_another_way(proof: Path, number: int) -> None:
    event = proof / "events" / f"{number}.json"
    event.write_bytes(event.read_bytes().replace(b'"timestamp"', b'"timestamp" ', 1))

    done = by_script(proof)

    assert done.returncode != 0 and "is not what was sealed" in done.stderr


def test_the_script_of_an_export_refuses_an_erasure_that_no_event_records(
    loaded: Cli, run_id: str, proof: Path, tmp_path: Path
) -> None:
    for kind in ("events/{}.json", "leaves/{}", "proofs/{}.tlog-proof"):
        for number in (4, 5):
            (proof / kind.format(number)).unlink()

    assert by_script(proof).returncode != 0
    assert loaded("audit", "verify", str(proof))[0] == 1
