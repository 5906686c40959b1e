"""`doctor` on an installation of which a part is away: a sentence names it, and the rest is looked at all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Start
from tests.support.runs import pending_run
from tests.support.small_ledger import write_small_ledger
from tests.support.stores import stores_in


def test_runs_that_wait_without_a_worker_are_told(reportrun: Cli, tmp_path: Path) -> None:
    with stores_in(tmp_path / "data") as stores:
        stores.events.save(pending_run())

    code, out, _ = reportrun("doctor")

    assert code == 0
    assert "look  1 run is pending, the oldest for " in out
    assert " No worker is alive: `reportrun worker` starts one." in out


def test_a_log_that_is_gone_is_named_and_none_is_made(loaded: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    for file in folder.glob("events.db*"):
        file.unlink()

    code, out, _ = loaded("doctor")

    assert code == 1
    assert (
        f"wrong The store in {folder} lacks events.db, the log of events, which views.db was made of. Put the file "
        "back, or bring back a backup: `reportrun restore FILE`." in out
    )
    assert not (folder / "events.db").exists()


def test_damaged_views_are_named_with_their_folder_and_the_command_that_mends_it(loaded: Cli, tmp_path: Path) -> None:
    for file in (tmp_path / "data").glob("views.db*"):
        file.write_bytes(b"\x5a" * 8192)

    code, out, _ = loaded("doctor")

    assert code == 1
    assert "wrong The file views.db is damaged. It holds nothing but views: " in out
    assert f"`rm {tmp_path}/data/views.db*`" in out


def test_a_database_that_is_away_is_named_without_its_password(
    reportrun: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("REPORTRUN_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/books")

    code, out, err = reportrun("doctor")

    assert code == 1 and "hush" not in out + err
    assert "wrong The store in PostgreSQL on 127.0.0.1:1, database books cannot be used. The database cannot" in out


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--deep")])
def test_an_outage_of_the_bucket_is_a_sentence_for_each_place_and_the_rest_is_looked_at(
    started: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buckets: dict[str, str], words: tuple[str, ...]
) -> None:
    bucket = f"s3://reports/{tmp_path.name}"
    monkeypatch.setenv("REPORTRUN_LEDGER_URL", f"{bucket}/ledger")
    monkeypatch.setenv("REPORTRUN_FILES_URL", f"{bucket}/files")
    table, path = next(iter(write_small_ledger(tmp_path).items()))
    load = started("load", table, str(path))
    load.communicate(timeout=60)
    assert load.returncode == 0

    doctor = started(*words, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    out, err = doctor.communicate(timeout=60)

    why = (
        "cannot be reached. The storage does not answer. See that it runs, and the variables AWS_ENDPOINT_URL and "
        "AWS_REGION."
    )
    assert doctor.returncode == 1 and err == ""
    assert f"wrong The test ledger in {bucket}/ledger/test {why}\n" in out
    assert f"wrong The result files in {bucket}/files {why}\n" in out
    assert "The queue holds every pending run: 0." in out


def test_a_ledger_without_tables_that_say_when_there_is_data_is_not_called_empty(
    reportrun: Cli, tmp_path: Path
) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("id,created\ncus_1,2025-01-05\n", encoding="utf-8")
    reportrun("load", "customers", str(customers))

    _, out, _ = reportrun("doctor")

    assert (
        "look  The test ledger is at version 2 with 1 table (customers), and reports need one of balance_transactions, "
    ) in out
    assert "look  The live ledger is empty." in out
