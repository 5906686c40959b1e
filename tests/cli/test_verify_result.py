"""`verify-result`: whether a result is the one on record, and can be made again; its exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from application.history.result_verification import NAMED_MAKERS, ResultVerification
from domain.runs.report_run import ReportRun
from interfaces.testing.memory.store import open_memory
from tests.cli.conftest import Cli, replace_data, run_in
from tests.support.runs import pending_run, start, succeed


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return tmp_path / "made.csv"


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


def test_the_stored_result_of_a_run_is_the_one_on_record_and_is_made_again(loaded: Cli, run_id: str) -> None:
    code, out, err = loaded("verify-result", run_id)

    first, second = out.splitlines()
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"file_\w+ is what {run_id} made at \S+Z: sha256 [0-9a-f]{{64}}, \d+ rows\.", first)
    assert second == "Made again from ledger version 3, it is the same, byte for byte."


def test_a_file_is_found_by_its_digest(loaded: Cli, run_id: str, made: Path) -> None:
    code, out, _ = loaded("verify-result", str(made))

    assert code == 0
    assert out.startswith(f"{made} is what {run_id} made at ")
    assert loaded("verify-result", str(made), "--run", run_id, "--only-digest")[:2] == (0, out.splitlines()[0] + "\n")


def test_all_runs_that_made_the_same_bytes_are_named(loaded: Cli, run_id: str, made: Path) -> None:
    again = loaded("run", "balance.summary.1", "--out", str(made.with_name("again.csv")))[2].split()[0]

    _, out, _ = loaded("verify-result", str(made), "--only-digest")
    _, of_one, _ = loaded("verify-result", str(made), "--run", again, "--only-digest")

    first, second = out.splitlines()
    assert first.startswith(f"{made} is what {run_id} made at ")
    assert second.startswith(f"2 runs have made these bytes: {run_id}, {again}. `--run` names ")
    assert of_one.startswith(f"{made} is what {again} made at ") and run_id not in of_one


def test_of_many_runs_that_made_the_same_bytes_the_first_are_named_and_all_counted() -> None:
    events = open_memory().events
    runs = [pending_run() for _ in range(NAMED_MAKERS + 2)]
    for run in runs:
        start(run)
        succeed(run)
        events.save(run)
    success = next(event for event in events.events_of(runs[0].id) if isinstance(event, ReportRun.Succeeded))

    makers = ResultVerification(events, lambda *_: success).makers_of(success.sha256)

    assert (makers.runs, [one.originator_id for one in makers.named]) == (12, [run.id for run in runs[:10]])
    assert makers.sentence.startswith("12 runs have made these bytes: ") and ", and 2 more. " in makers.sentence


def test_every_changed_byte_of_a_file_is_found(loaded: Cli, run_id: str, made: Path) -> None:
    content = made.read_bytes()

    for place in range(0, len(content), 17):
        made.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        code, out, _ = loaded("verify-result", str(made), "--run", run_id)
        assert code == 3
        assert out.startswith(f"{made} is not what {run_id} has made: it has sha256 ")


def test_a_file_that_no_run_has_made_is_on_no_record(loaded: Cli, run_id: str, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")

    code, out, _ = loaded("verify-result", str(other))

    assert code == 3
    assert out.startswith(f"No run in the log has made {other}: its sha256 ")


@pytest.mark.parametrize("change", [lambda content: content[:-2] + b"9\n", lambda content: content + b"\n"])
def test_a_stored_file_that_was_changed_is_found(
    loaded: Cli, run_id: str, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    (stored,) = [file for file in (tmp_path / "data" / "files").rglob("*") if file.is_file()]
    stored.chmod(0o600)
    stored.write_bytes(change(stored.read_bytes()))

    assert loaded("verify-result", run_id)[0] == 3


def test_a_result_that_cannot_be_made_again_has_an_exit_code_of_its_own(loaded: Cli, run_id: str) -> None:
    assert loaded("audit", "erase", run_id, "--field", "parameters", "--reason", "Request 17")[0] == 0

    code, out, _ = loaded("verify-result", run_id)

    assert code == 4
    assert out.splitlines()[1].startswith("It was not made again: The parameters of ")


def test_what_cannot_be_checked_is_an_error(loaded: Cli, run_id: str, tmp_path: Path) -> None:
    for file in (tmp_path / "data" / "files").rglob("*"):
        if file.is_file():
            file.unlink()

    assert loaded("verify-result", "frr_none")[::2] == (
        1,
        "reportrun: No such report run with a result: 'frr_none'\n",
    )
    assert loaded("verify-result", "nowhere.csv")[0] == 1
    code, _, err = loaded("verify-result", run_id)
    assert code == 1
    assert err.endswith("Its bytes were removed, or lost. Name the file that you have instead.\n")


def test_nothing_is_left_behind(loaded: Cli, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    history = loaded("history", run_id)[1]

    assert loaded("verify-result", run_id)[0] == 0

    assert list(scratch.iterdir()) == []
    assert loaded("history", run_id)[1] == history
