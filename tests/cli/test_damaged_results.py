"""A damaged result file is found by `doctor --deep` and by a restore, each of which names the run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.stores import stores_in


@pytest.fixture
def used(loaded: Cli) -> Cli:
    """An installation with a run."""
    assert loaded("run", "balance.summary.1")[0] == 0
    return loaded


def run_of(data: Path) -> str:
    with stores_in(data) as stores:
        (row,) = asyncio.run(stores.views.files.by_id(after="", limit=2))
        return row.run_id


def append_a_line(folder: Path) -> None:
    (file,) = folder.glob("files/*/file_*.csv")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b"1,2,3\n")


def test_a_line_that_was_appended_to_a_result_is_found_by_a_thorough_look(used: Cli, tmp_path: Path) -> None:
    append_a_line(tmp_path / "data")

    summary, thorough = used("doctor"), used("doctor", "--deep")

    assert summary[0] == 0 and "are there, and were not read: `--deep` reads each." in summary[1]
    assert thorough[0] == 1
    assert (
        f"has 1 result file that is not what its run made, such as that of {run_of(tmp_path / 'data')}." in thorough[1]
    )


def test_a_restore_of_all_names_a_result_that_is_damaged_or_missing_in_the_backup(used: Cli, tmp_path: Path) -> None:
    used("backup", "--all", str(tmp_path / "backup"))
    run = run_of(tmp_path / "data")
    append_a_line(tmp_path / "backup")

    damaged = used("restore", "--all", str(tmp_path / "backup"), "--data", str(tmp_path / "damaged"))
    (file,) = (tmp_path / "backup").glob("files/*/file_*.csv")
    file.unlink()
    missing = used("restore", "--all", str(tmp_path / "backup"), "--data", str(tmp_path / "missing"))

    assert damaged[0] == 1 and missing[0] == 1
    assert damaged[1].startswith("Restored the ledger, the result files and the log up to position ")
    assert f"has 1 result file that is not what its run made, such as that of {run}. Copy them " in damaged[1]
    assert f"lacks 1 result file, such as that of {run}. Copy them from a backup, or make them again" in missing[1]
