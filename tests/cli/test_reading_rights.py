"""Commands that only read need no right to write: on a read-only mount, and in the folder of another user."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from interfaces.cli.commands.audit.group import add_audit
from tests.cli.conftest import ROOT, Cli
from tests.support.disks import read_only, small_disk
from tests.support.server import serving
from tests.support.small_ledger import write_small_ledger

READERS = [
    ("keys", "list"),
    ("accounts", "list"),
    ("webhooks", "list"),
    ("webhooks", "deliveries"),
    ("history", "ledger_test"),
    ("runs",),
    ("audit", "export", "{run}", "--out", "{file}"),
    ("audit", "verify"),
    ("audit", "consistency", "{checkpoint}"),
    ("audit", "key"),
    ("audit", "actor", "cli:nobody"),
    ("types",),
    ("ledger", "show"),
    ("ledger", "versions"),
    ("backup", "{file}"),
    ("backup", "--all", "{file}"),
]
"""A call of each command that only reads. `{run}` and `{checkpoint}` are those of the installation."""

WITH_ACTIONS = ("keys", "accounts", "ledger", "webhooks", "audit")

ANOTHER_USER = 65_534

as_root_without_capabilities = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
"""The root user, who may then read and write only what permissions let everybody."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data`, an installation with a key, a ledger and a run, all sealed; the `checkpoint`, and the `run_id`."""
    place = tmp_path_factory.mktemp("installed")
    (export := place / "export").mkdir()
    write_small_ledger(export)
    calls = [("load", str(export)), ("keys", "create"), ("run", "balance.summary.1"), ("seal", "--once")]
    done = [run(place / "data", *words) for words in calls]
    assert [one.stderr for one in done if one.returncode] == []
    (place / "run_id").write_text(done[2].stderr.split()[0])
    (place / "checkpoint").write_text(done[3].stdout)
    return place


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


@pytest.fixture
def another_users(data: Path) -> Path:
    """A data folder of another user, that everybody may read."""
    for path in (data, *data.rglob("*")):
        os.chown(path, ANOTHER_USER, ANOTHER_USER)
        path.chmod(0o755 if path.is_dir() else 0o644)
    return data


def run(data: Path, *words: str, prefix: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REPORTRUN_DATA": str(data)}
    command = [*(prefix or []), sys.executable, "-m", "reportrun", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def named(words: tuple[str, ...], file: Path) -> tuple[str, ...]:
    """The words of a call, with the run and the checkpoint of the installation, and a file to write."""
    run_id = (file.parent / "run_id").read_text()
    return tuple(word.format(file=file, checkpoint=file.parent / "checkpoint", run=run_id) for word in words)


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*"))


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root and setpriv")
@pytest.mark.parametrize("words", [*READERS, ("doctor",)], ids=" ".join)
def test_a_folder_of_another_user_can_be_read(another_users: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    before = listing(another_users)
    words = named(words, tmp_path / "a.backup")

    done = run(another_users, *words, prefix=as_root_without_capabilities)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "wrong" not in done.stdout
    assert listing(another_users) == before


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root and setpriv")
def test_a_user_who_can_only_read_is_told_so_by_the_doctor(another_users: Path) -> None:
    done = run(another_users, "doctor", prefix=as_root_without_capabilities)

    assert "look  The data folder" in done.stdout and "is another user's" in done.stdout
    assert "good  The views hold every event." in done.stdout
    assert "The test ledger is at version" in done.stdout


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root and setpriv")
def test_the_doctor_of_a_user_who_may_read_nothing_says_one_thing(another_users: Path) -> None:
    another_users.chmod(0o700)

    done = run(another_users, "doctor", prefix=as_root_without_capabilities)

    assert done.returncode == 1
    assert done.stdout == (
        f"wrong The data folder {another_users} is another user's, and this one may not read it, so nothing in it was "
        "looked at. Run `reportrun doctor` as its owner.\n"
    )


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_read_only_mount_can_be_read(data: Path, reportrun: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    expected = reportrun(*named(words, tmp_path / "first"))[1].replace("/first", "/second")
    words = named(words, tmp_path / "second")

    with read_only(data):
        code, printed, err = reportrun(*words)

    assert code == 0, err
    assert printed == expected


def test_a_backup_of_a_read_only_mount_says_that_it_keeps_no_vacuum_off(data: Path, tmp_path: Path) -> None:
    with read_only(data):
        done = run(data, "backup", "--all", str(tmp_path / "backup"))

    assert "The ledger cannot be written to from here, so nothing kept a vacuum" in done.stderr


def test_the_doctor_looks_at_all_of_a_read_only_mount(data: Path) -> None:
    with read_only(data):
        done = run(data, "doctor")

    assert (done.returncode, "wrong " in done.stdout) == (0, False), done.stdout
    assert f"look  The data folder {data} is on a read-only file system" in done.stdout
    assert "good  The views hold every event." in done.stdout


def test_a_read_only_mount_of_a_running_server_shows_what_it_stored_last(data: Path, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()

    with serving(data):
        run(data, "accounts", "create", "--name", "The latest")
        with read_only(data, mount):
            listed, backup = run(mount, "accounts", "list"), run(mount, "backup", str(tmp_path / "a.backup"))

    assert "The latest" in listed.stdout
    assert backup.returncode == 0, backup.stderr


@pytest.mark.parametrize("lost", [(), ("-shm",)], ids=["killed", "killed and copied without -shm"])
def test_what_a_killed_process_left_in_the_write_ahead_log_is_read(
    data: Path, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    program = (
        "import os\n"
        "from interfaces.cli.main import main\n"
        "from interfaces.composition.stores import Stores\n"
        "Stores.close = lambda stores: os._exit(9)\n"
        "main(['accounts', 'create', '--name', 'The latest'])\n"
    )
    environment = {**os.environ, "REPORTRUN_DATA": str(data)}
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=False)
    for ending in lost:
        (data / f"events.db{ending}").unlink()

    with read_only(data):
        listed = run(data, "accounts", "list")

    assert killed.returncode == 9 and (data / "events.db-wal").stat().st_size > 0
    assert "The latest" in listed.stdout, listed.stderr


def test_no_copy_is_left_behind(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))

    with read_only(data):
        done = run(data, "keys", "list")

    assert done.returncode == 0
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open in a server"])
def test_a_full_disk_for_temporary_files_is_named_as_that(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    tmp, mount = tmp_path / "tmp", tmp_path / "mount"
    mount.mkdir()

    with serving(data) if is_open else nullcontext(), small_disk(tmp, kib=16), read_only(data, mount):
        monkeypatch.setenv("TMPDIR", str(tmp))
        done = run(mount, "keys", "list")

    assert done.returncode == 1
    assert f"its files cannot be copied to {tmp}/reportrun-" in done.stderr
    assert "Make room on it, or name another place for temporary files in TMPDIR." in done.stderr


def test_the_page_of_commands_lists_those_that_only_read() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    audit = argparse.ArgumentParser()
    add_audit(audit)
    (actions,) = (action.choices for action in audit._actions if isinstance(action, argparse._SubParsersAction))

    (listed,) = re.findall(r"need no right to write the data folder: (.*?)\.$", page, re.DOTALL | re.MULTILINE)
    read = {f"audit {action}" for action in actions} if "`audit` (all but" in listed else set()
    read |= set(re.findall(r"(?<!but )`([a-z -]+)`", listed)) - {"audit"}
    read -= set(re.findall(r"all but `([a-z -]+)`", listed))

    assert read == {" ".join(words[: 2 if words[0] in WITH_ACTIONS else 1]) for words in [*READERS, ("doctor",)]}
