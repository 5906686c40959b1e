"""Files at rest are private: whatever the umask, only the user that made them can read them."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Start
from tests.support.small_ledger import write_small_ledger

WITH_UMASK_0 = "import os, sys; os.umask(0); from interfaces.cli.main import main; sys.exit(main())"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "made" / "data"


@pytest.fixture
def with_umask_0(tmp_path: Path, started: Start, data: Path) -> Any:
    """Runs a command as a process that inherits the umask 0."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        process = started(*words, program=("-c", WITH_UMASK_0), REPORTRUN_DATA=str(data))
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    return run


def open_files(folder: Path) -> Sequence[str]:
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in sorted(folder.rglob("*"))
        if path.lstat().st_mode & 0o077
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_all_that_commands_make_is_private_whatever_the_umask(with_umask_0: Any, data: Path, tmp_path: Path) -> None:
    files = write_small_ledger(tmp_path)
    table, source = next(iter(files.items()))

    for words in (
        ("load", table, str(source)),
        ("keys", "create"),
        ("run", "balance.summary.1"),
        ("rebuild",),
        ("backup", str(data / "a.backup")),
        ("backup", "--all", str(data.parent / "backup")),
        ("doctor",),
    ):
        done = with_umask_0(*words)
        assert done.returncode == 0, done.stdout + done.stderr

    assert (data / "a.backup").exists() and list(data.rglob("*.parquet"))
    assert open_files(data.parent) == []
    assert data.stat().st_mode & 0o077 == 0
    assert "Only this user has a right to the files." in done.stdout


@pytest.mark.parametrize("start", ["startup.read_settings()", "startup.channel_to_parent().__enter__()"])
def test_what_child_processes_make_is_private_too(started: Start, start: str) -> None:
    program = f"import os, sys; os.umask(0); from interfaces.entrypoints import startup; {start}; os._exit(os.umask(0))"

    process = started(program=("-c", program))

    assert process.wait(timeout=60) == 0o077


def test_the_doctor_names_files_that_others_can_read_and_how_to_close_them(reportrun: Cli, tmp_path: Path) -> None:
    reportrun("keys", "create")
    data = tmp_path / "data"
    data.chmod(0o755)
    (data / "events.db").chmod(0o644)

    code, out, _ = reportrun("doctor")

    assert code == 0
    assert "look  Other users have a right to" in out and f"`chmod -R go-rwx {data}` takes it from them." in out


def test_a_folder_that_lets_nobody_in_protects_what_is_in_it(reportrun: Cli, tmp_path: Path) -> None:
    reportrun("keys", "create")
    (tmp_path / "data").chmod(0o700)

    assert "Only this user has a right to the files." in reportrun("doctor")[1]
