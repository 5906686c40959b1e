"""A backup holds the ledger: no vacuum removes files meanwhile. The hold of a backup that was killed ends by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from application.ledger.loading import LoadFiles
from application.ledger.vacuum import Keep, LedgerVacuum, VacuumLedger
from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused, StoreUnavailable
from domain.ids import random_id
from interfaces.composition.backups import back_up_all
from interfaces.composition.commands import ledger_vacuum, loading
from interfaces.composition.installation import Installation
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.upkeep import backup_holds
from interfaces.ledger.upkeep.backup_holds import HOLDS, backup_hold, must_not_be_held
from interfaces.settings import Settings
from tests.ledger.growing_site import GrowingSite
from tests.support.processes import until
from tests.support.small_ledger import write_small_ledger

NEWEST = VacuumLedger(livemode=False, keep=Keep(versions=1))

KILLED = """
import os, signal
from interfaces.ledger.upkeep.backup_holds import backup_hold
with backup_hold({root!r}, held_seconds=0.5):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def is_held(root: str) -> bool:
    try:
        must_not_be_held(root)
    except LedgerRefused:
        return True
    return False


def load_twice(installation: Installation, folder: Path) -> None:
    """The second load changes rows, so that the first version alone has some files."""
    file = write_small_ledger(folder)["balance_transactions"]
    command = LoadFiles([LedgerSource("balance_transactions", file)], livemode=False)
    loading(installation).load(command)
    file.write_text(file.read_text().replace(",1000,59,941,", ",1000,60,940,"))
    loading(installation).load(command)


def data_files(ledger: Path) -> set[Path]:
    return set(ledger.rglob("*.parquet"))


def test_no_vacuum_removes_files_while_a_backup_copies_them(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    refusals: list[str] = []
    with Installation(Settings(data=data)) as installation:
        load_twice(installation, tmp_path)
        before = data_files(data / "ledger")

        def vacuum_meanwhile(what: str, done: int, files: int) -> None:
            with pytest.raises(LedgerRefused) as refused:
                ledger_vacuum(installation).vacuum(NEWEST)
            refusals.append(str(refused.value))

        made = back_up_all(installation, backup, vacuum_meanwhile)
        unchanged = data_files(data / "ledger") == before
        removed = ledger_vacuum(installation).vacuum(NEWEST).removed

    assert made.is_held and unchanged
    assert "A backup on " in refusals[0] and "Vacuum when it has ended" in refusals[0]
    assert removed.files > 0
    assert not list(backup.rglob(HOLDS)), "a hold is of this moment, and no part of a backup"


def test_a_backup_that_begins_after_the_vacuum_was_recorded_is_seen_before_files_are_removed(
    growing: GrowingSite,
) -> None:
    for number in range(7):
        growing.load(number)
    before = data_files(growing.table)
    with ExitStack() as holds:

        class HeldAtTheSecondLook(DeltaLedger):
            looks = 0

            def must_not_be_held(self) -> None:
                self.looks += 1
                if self.looks == 2:
                    holds.enter_context(self.held_by_backup())
                super().must_not_be_held()

        changes = replace(growing.changes, writer=HeldAtTheSecondLook(growing.root / "ledger"))
        with pytest.raises(LedgerRefused, match="A backup on"):
            LedgerVacuum(changes).vacuum(NEWEST)
        assert data_files(growing.table) == before

    assert growing.vacuum(1).removed.files > 0


def test_the_hold_of_a_killed_backup_ends(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED.format(root=str(tmp_path))], check=False)
    assert killed.returncode == -9 and list((tmp_path / HOLDS).iterdir())

    until(lambda: not is_held(str(tmp_path)), "the hold of a process that is dead goes on")


def test_a_hold_is_renewed_for_as_long_as_the_backup_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_holds, "RENEWALS", 300)
    with backup_hold(str(tmp_path), held_seconds=30) as hold:
        [file] = (tmp_path / HOLDS).iterdir()
        for _ in range(3):
            before = end_of(file)
            until(lambda before=before: end_of(file) > before, "the hold is not renewed")  # type: ignore[misc]

        assert is_held(str(tmp_path))
    hold.must_have_lasted()
    assert not is_held(str(tmp_path))


def test_a_backup_says_that_its_hold_lapsed(tmp_path: Path) -> None:
    with backup_hold(str(tmp_path), held_seconds=0.2) as hold:
        until(lambda: lies_in_the_way(tmp_path / HOLDS), "renewals make the folder again")
        end = time.time() + 0.2
        until(lambda: time.time() > end, "the time stands still")

    with pytest.raises(StoreUnavailable, match=r"could not renew its hold .* Back up again"):
        hold.must_have_lasted()


def end_of(hold: Path) -> float:
    """When a hold ends unless it is renewed, in Unix seconds."""
    return float(json.loads(hold.read_bytes())["until"])


def lies_in_the_way(holds: Path) -> bool:
    """Put a file in the place of a folder; False where a renewal was quicker and made the folder again."""
    if holds.is_dir():
        holds.rename(holds.with_name(random_id("moved")))
    with suppress(IsADirectoryError):
        holds.write_text("in the way of every renewal")
    return holds.is_file()


def test_a_hold_in_a_bucket_is_seen_from_everywhere(buckets: dict[str, str]) -> None:
    place = "s3://reports/held/ledger"

    with backup_hold(place), pytest.raises(LedgerRefused, match="copies the files of this ledger"):
        must_not_be_held(place)

    must_not_be_held(place)
