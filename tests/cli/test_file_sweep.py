"""`files sweep`: what would be removed, and what is."""

from __future__ import annotations

import os
from pathlib import Path

from application.files.unrecorded_files import UNRECORDED_SECONDS
from tests.cli.conftest import Cli


def test_a_file_on_no_record_is_named_by_a_dry_run_and_removed_when_told(loaded: Cli, tmp_path: Path) -> None:
    left, new = (tmp_path / "data" / "files" / name[5:7] / f"{name}.csv" for name in ("file_a1left", "file_b1new"))
    for path in (left, new):
        path.parent.mkdir(parents=True)
        path.touch()
    os.utime(left, (UNRECORDED_SECONDS, UNRECORDED_SECONDS))

    said = loaded("files", "sweep", "--dry-run")
    kept = loaded("files", "sweep")
    is_there = left.exists()
    done = loaded("files", "sweep", "--unrecorded")

    assert said == (
        0,
        "0 expired files would be removed.\nfile_a1left, stored at 1970-01-02 00:00:00 UTC, is on no record.\n",
        "Files on no record: 1. --dry-run names them, --unrecorded removes them.\n",
    )
    assert kept == (
        0,
        "0 expired files were removed.\n",
        "Files on no record: 1. --dry-run names them, --unrecorded removes them.\n",
    )
    assert done == (0, "0 expired files were removed.\nFiles on no record that were removed: 1.\n", "")
    assert (is_there, left.exists(), new.exists()) == (True, False, True)
