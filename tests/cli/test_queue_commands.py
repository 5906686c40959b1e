"""The queue of pending runs, as commands make, check and mend it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.support.runs import pending_run
from tests.support.stores import stores_in

DATA = "data"


def pending_runs(folder: Path, many: int) -> list[str]:
    """Stores pending runs and lets the queue take them in; gives their ids."""
    runs = [pending_run() for _ in range(many)]
    with stores_in(folder) as stores:
        for run in runs:
            stores.events.save(run)
        stores.queue_feed.catch_up()
    return [run.id for run in runs]


def taken(folder: Path) -> list[str]:
    """The ids of all runs that a worker may take, in their order."""
    with stores_in(folder) as stores:
        found = []
        while run_id := stores.claims.acquire("worker:a", 30):
            found.append(run_id)
        return found


def test_the_doctor_counts_the_pending_runs_of_the_queue(reportrun: Cli, tmp_path: Path) -> None:
    pending_runs(tmp_path / DATA, 2)

    _, out, _ = reportrun("doctor")

    assert "good  The queue holds every pending run: 2." in out


def test_the_doctor_names_a_run_that_the_queue_has_lost_and_a_rebuild_brings_it_back(
    reportrun: Cli, tmp_path: Path
) -> None:
    runs = pending_runs(tmp_path / DATA, 3)
    with stores_in(tmp_path / DATA) as stores, stores.queue.unit_of_work():
        stores.queue.remove(runs[0])

    code, out, _ = reportrun("doctor")
    rebuilt = reportrun("rebuild", "runs")[0]

    assert code == 1
    assert f"wrong The queue lacks 1 pending run, such as {runs[0]}, so no worker takes them." in out
    assert "`reportrun rebuild runs`" in out
    assert rebuilt == 0
    assert taken(tmp_path / DATA) == runs


def test_a_data_folder_of_the_version_before_gets_its_queue_from_the_list_of_runs(tmp_path: Path) -> None:
    runs = pending_runs(tmp_path / DATA, 3)
    for file in (tmp_path / DATA).glob("queue.db*"):
        file.unlink()

    assert taken(tmp_path / DATA) == runs


def test_a_damaged_queue_says_that_it_can_be_removed(reportrun: Cli, tmp_path: Path) -> None:
    pending_runs(tmp_path / DATA, 1)
    (tmp_path / DATA / "queue.db").write_bytes(b"not a database" * 1000)

    code, out, _ = reportrun("doctor")

    assert code == 1
    assert "The file queue.db is damaged. It holds nothing but the queue: stop everything and remove it" in out


def test_a_backup_is_restored_over_the_queue_of_another_log(reportrun: Cli, tmp_path: Path) -> None:
    runs = pending_runs(tmp_path / "first", 2)
    pending_runs(tmp_path / "second", 5)
    for file in (tmp_path / "second").glob("events.db*"):
        file.unlink()

    backed_up = reportrun("backup", str(tmp_path / "a.backup"), "--data", str(tmp_path / "first"))[0]
    restored = reportrun("restore", str(tmp_path / "a.backup"), "--data", str(tmp_path / "second"))[0]

    assert (backed_up, restored) == (0, 0)
    assert taken(tmp_path / "second") == runs
