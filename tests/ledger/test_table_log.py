"""The Delta log of a table: what a version is read from. One that cannot be listed has no entries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interfaces.ledger.delta.table_log import TableLog


@pytest.mark.parametrize("error", [FileNotFoundError, NotADirectoryError, PermissionError])
def test_a_log_that_cannot_be_listed_has_no_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    def refused(folder: Path) -> list[str]:
        raise error(folder)

    monkeypatch.setattr(os, "listdir", refused)
    log = TableLog(tmp_path)

    assert log.latest() == -1
    assert log.checkpoints() == []
    assert log.entries_of(1) == [log.entry(0), log.entry(1)]


def test_a_version_is_read_from_the_entries_after_its_newest_whole_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "_delta_log"
    folder.mkdir()
    for number in range(5):
        TableLog(tmp_path).entry(number).write_text("{}")
    whole, broken = (folder / f"{number:020d}.checkpoint.parquet" for number in (1, 3))
    whole.write_bytes(b"PAR1 rows PAR1")
    broken.write_bytes(b"PAR1 rows cut")
    log = TableLog(tmp_path)

    assert log.latest() == 4
    assert log.entries_of(4) == [log.entry(2), log.entry(3), log.entry(4)]
    assert log.entries_of(0) == [log.entry(0)]
    log.set_broken_checkpoints_aside()
    assert log.checkpoints() == [whole]
