"""`backup --all` and `restore --all`: the log, the ledger and the result files, between folders and buckets."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.cli.main import main
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.conftest import ROOT, Cli
from tests.support.stores import stores_in


@pytest.fixture
def used(loaded: Cli, tmp_path: Path) -> Cli:
    """An installation with a ledger and a run."""
    assert loaded("run", "balance.summary.1")[0] == 0
    return loaded


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".load.lock"
    }


def run_ids(data: Path) -> list[str]:
    with stores_in(data) as stores:
        return [row.run_id for row in asyncio.run(stores.views.files.by_id(after="", limit=10))]


def process(*words: str) -> str:
    """Run a command in a process of its own, since the bucket is in this one; gives its stderr. It must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "reportrun", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_all_of_an_installation_is_back_after_a_restore(used: Cli, tmp_path: Path) -> None:
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    [run] = run_ids(tmp_path / "data")

    made = used("backup", "--all", str(backup))
    back = used("restore", "--all", str(backup), "--data", str(restored))
    doctor = used("doctor", "--data", str(restored))
    again = used("run", "--as-of-run", run, "--data", str(restored))

    assert made[0] == back[0] == doctor[0] == 0
    assert "1 result file are in" in made[1]
    assert contents(restored / "ledger") == contents(tmp_path / "data" / "ledger")
    assert contents(restored / "files") == contents(tmp_path / "data" / "files")
    assert again[0] == 0 and "The same, byte for byte" in again[2]


def test_a_second_backup_copies_what_is_new(used: Cli, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    used("backup", "--all", str(backup))

    unchanged = used("backup", "--all", str(backup))[1]
    used("run", "balance.summary.1")
    changed = used("backup", "--all", str(backup))[1]

    assert unchanged.endswith("; 0 files were copied now.\n")
    assert changed.endswith("; 1 file was copied now.\n") and "2 result files" in changed


def test_a_second_backup_removes_what_is_gone_after_its_log_is_in_place(
    used: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, name = tmp_path / "backup", "ab/file_abc.csv"
    source, copy = tmp_path / "data" / "files" / name, backup / "files" / name
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("expired")
    used("backup", "--all", str(backup))
    before = (backup / "events.backup").stat().st_ino
    source.unlink()
    when_in_place = []

    def look(_: Path) -> None:
        when_in_place.append((copy.exists(), (backup / "events.backup").stat().st_ino != before))

    monkeypatch.setattr("interfaces.composition.backups.fsync", look)
    said = used("backup", "--all", str(backup))[1]

    assert said.endswith("; 0 files were copied now and 1 removed, which are not in use any more.\n")
    assert when_in_place == [(True, True)]
    assert contents(backup / "files") == contents(tmp_path / "data" / "files")


def test_a_first_backup_into_a_folder_removes_nothing(used: Cli, tmp_path: Path) -> None:
    theirs = tmp_path / "backup" / "files" / "theirs.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("x")

    said = used("backup", "--all", str(tmp_path / "backup"))[1]

    assert theirs.exists() and "removed" not in said


def test_a_backup_is_not_mixed_with_another_installation(used: Cli, tmp_path: Path) -> None:
    backup, other = tmp_path / "backup", tmp_path / "other"
    used("backup", "--all", str(backup))
    used("demo", "--data", str(other))
    before = {folder: contents(folder) for folder in (backup, other)}

    into_backup = used("backup", "--all", str(backup), "--data", str(other))
    into_other = used("backup", "--all", str(other))

    assert into_backup[0] == into_other[0] == 1
    assert f"{backup} holds a backup of another installation, or a damaged one." in into_backup[2]
    assert f"{other} holds an installation: it has events.db." in into_other[2]
    assert {folder: contents(folder) for folder in (backup, other)} == before


def test_a_key_alone_marks_an_installation_and_may_be_kept_beside_a_backup(used: Cli, tmp_path: Path) -> None:
    """The store of that installation is on PostgreSQL."""
    backup, other = tmp_path / "backup", tmp_path / "other"
    used("backup", "--all", str(backup))
    for folder in (backup, other):
        folder.mkdir(exist_ok=True)
        (folder / "audit.key").touch()

    assert used("backup", "--all", str(backup))[0] == 0
    assert f"{other} holds an installation: it has audit.key." in used("backup", "--all", str(other))[2]


@pytest.mark.parametrize("place", [".", "files", "ledger/test", "audit", "spill"])
def test_a_backup_of_all_does_not_go_into_the_installation_itself(used: Cli, tmp_path: Path, place: str) -> None:
    before = contents(tmp_path / "data")

    code, _, err = used("backup", "--all", str(tmp_path / "data" / place))

    assert code == 1 and "belongs to the installation itself, and would be destroyed." in err
    assert contents(tmp_path / "data") == before
    assert used("backup", "--all", str(tmp_path / "data" / "backup"))[0] == 0


def test_an_interrupted_backup_leaves_the_last_one_whole(
    used: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    used("backup", "--all", str(backup))
    before = (backup / "events.backup").read_bytes()
    used("run", "balance.summary.1")
    monkeypatch.setenv("REPORTRUN_FILES_URL", "s3://nowhere/files")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    code, _, err = used("backup", "--all", str(backup))

    assert code == 1 and "The bucket s3://nowhere/files cannot be reached now." in err
    assert (backup / "events.backup").read_bytes() == before
    assert sorted(path.name for path in backup.iterdir()) == ["events.backup", "files", "ledger"]


def test_an_incomplete_backup_is_not_restored(used: Cli, tmp_path: Path) -> None:
    (tmp_path / "backup" / "ledger").mkdir(parents=True)

    code, _, err = used("restore", "--all", str(tmp_path / "backup"), "--data", str(tmp_path / "restored"))

    assert code == 1 and "has no events.backup, so it is no complete backup of all." in err


def test_a_restore_does_not_mix_two_installations(used: Cli, tmp_path: Path) -> None:
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    used("backup", "--all", str(backup))
    (restored / "files").mkdir(parents=True)
    (restored / "files" / "theirs.csv").write_text("x")

    over_events = used("restore", "--all", str(backup))
    over_files = used("restore", "--all", str(backup), "--data", str(restored))

    assert over_events[0] == 1 and "The store has events already." in over_events[2]
    assert over_files[0] == 1 and "such as theirs.csv. Restore into an empty place." in over_files[2]
    assert not (restored / "ledger").exists()


def test_an_interrupted_restore_can_be_finished(used: Cli, tmp_path: Path) -> None:
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    used("backup", "--all", str(backup))
    shutil.copytree(backup / "ledger", restored / "ledger")

    code, _, _ = used("restore", "--all", str(backup), "--data", str(restored))

    assert code == 0
    assert used("doctor", "--data", str(restored))[0] == 0


def test_an_installation_moves_into_a_bucket_and_back(
    used: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buckets: dict[str, str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    [run] = run_ids(tmp_path / "data")
    used("backup", "--all", str(first))

    with monkeypatch.context() as there:
        there.setenv("REPORTRUN_LEDGER_URL", "s3://reports/moved/ledger")
        there.setenv("REPORTRUN_FILES_URL", "s3://reports/moved/files")
        moved = ("--data", str(tmp_path / "moved"))
        process("restore", "--all", str(first), *moved)
        process("doctor", *moved)
        again = process("run", "--as-of-run", run, *moved)
        process("backup", "--all", str(second), *moved)
    process("restore", "--all", str(second), "--data", str(tmp_path / "back"))

    assert "The same, byte for byte" in again
    assert contents(tmp_path / "back" / "ledger") == contents(tmp_path / "data" / "ledger")
    assert contents(tmp_path / "back" / "files") == contents(tmp_path / "data" / "files")


def test_a_command_that_has_read_a_bucket_ends_well(used: Cli, tmp_path: Path, buckets: dict[str, str]) -> None:
    """The library's thread is in Python code for some time after it has handed over what was read."""
    slow = (
        "import asyncio, sys, time, reportrun.__main__ as launcher\n"
        "loop = asyncio.selector_events.BaseSelectorEventLoop\n"
        "wake = loop._write_to_self\n"
        "loop._write_to_self = lambda self: (wake(self), [time.sleep(0.001) for _ in range(300)])\n"
        "launcher.main()"
    )
    used("backup", "--all", str(tmp_path / "first"))

    done = subprocess.run(
        [sys.executable, "-c", slow, "restore", "--all", str(tmp_path / "first"), "--data", str(tmp_path / "moved")],
        cwd=ROOT,
        env=os.environ | {"REPORTRUN_FILES_URL": "s3://reports/read/files"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout[:8]) == (0, "Restored"), done.stderr


def test_a_backup_of_all_is_made_while_loads_go_on(used: Cli, tmp_path: Path) -> None:
    """A load that has committed a table, and has not recorded itself, when the log was read."""
    from tests.support.small_ledger import write_small_ledger

    backup, restored = tmp_path / "backup", tmp_path / "restored"
    used("backup", str(tmp_path / "log.backup"))
    files = write_small_ledger(tmp_path)
    changed = files["balance_transactions"]
    changed.write_text(changed.read_text().replace(",1000,59,941,", ",1000,60,940,"))
    assert main(["load", "balance_transactions", str(changed)]) == 0
    used("backup", "--all", str(backup))
    (backup / "events.backup").unlink()
    (tmp_path / "log.backup").rename(backup / "events.backup")

    back = used("restore", "--all", str(backup), "--data", str(restored))
    doctor = used("doctor", "--data", str(restored))
    load = used("load", "balance_transactions", str(changed), "--data", str(restored))

    assert (back[0], doctor[0], load[0]) == (0, 0, 0), (doctor, load)
    with Installation(Settings(data=restored)) as installation:
        assert installation.stores.events.last_position() > 0
