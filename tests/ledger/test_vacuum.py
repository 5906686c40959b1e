"""Vacuum: what only old versions read is removed, what is kept stays whole, and runs are asked first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from application.ledger.vacuum import Keep, LedgerVacuum, Vacuumed, VacuumLedger
from application.ledger.versions import must_be_kept, pinned_version
from domain.errors import LedgerRefused, ReportFailed
from domain.ledger.ledger import Ledger
from tests.ledger.growing_site import TABLE, GrowingSite, row_ids
from tests.support.runs import pending_run, start, succeed

DAY = 86_400


def add_run(site: GrowingSite, version: int, *, finished: bool) -> None:
    run = pending_run()
    start(run, ledger_version=version)
    if finished:
        succeed(run, ledger_version=version)
    site.events.save(run)


def data_files(site: GrowingSite) -> set[Path]:
    return {path for path in site.table.rglob("*.parquet") if "_delta_log" not in path.parts}


def grown(site: GrowingSite, loads: int = 7) -> None:
    """Seven loads: the months are compacted at the fourth and at the seventh."""
    for number in range(loads):
        site.load(number)


def test_files_of_versions_that_are_not_kept_are_removed_and_every_kept_version_is_whole(growing: GrowingSite) -> None:
    grown(growing)
    before = data_files(growing)

    done = growing.vacuum(2)

    versions = growing.versions()
    assert (done.version, done.kept_from, done.in_work) == (9, 7, [])
    assert [version.version for version in versions] == [7, 8, 9]
    assert [growing.ids(version) for version in versions] == [row_ids(6), row_ids(7), row_ids(7)]
    assert len(before - data_files(growing)) == done.removed.files > 0
    assert growing.finding() == ("", "")


def test_a_vacuum_of_what_is_vacuumed_changes_nothing(growing: GrowingSite) -> None:
    grown(growing)
    growing.vacuum(1)
    files = data_files(growing)

    again = growing.vacuum(1)

    assert (again.version, again.removed.files, data_files(growing)) == (9, 0, files)


def test_loads_and_compactions_go_on_after_a_vacuum(growing: GrowingSite) -> None:
    grown(growing)
    growing.vacuum(1)

    growing.load(7)
    growing.compact()

    assert growing.ids(growing.versions()[-1]) == row_ids(8)
    assert growing.finding() == ("", "")


def test_a_version_that_finished_runs_have_read_is_refused_unless_it_is_named(growing: GrowingSite) -> None:
    grown(growing)
    add_run(growing, 3, finished=True)
    files = data_files(growing)

    with pytest.raises(LedgerRefused, match=r"1 run has read versions of the test ledger before 8.*including-pinned"):
        growing.vacuum(1)
    refused = data_files(growing)
    kept = growing.vacuum(6)
    done = growing.vacuum(1, including_pinned=True)

    assert refused == files
    assert (kept.kept_from, done.kept_from) == (3, 8)
    event = growing.events.last_event("ledger_test")
    assert isinstance(event, Ledger.Vacuumed) and event.runs == 1


def test_a_version_that_a_run_in_work_reads_is_kept_in_any_case(growing: GrowingSite) -> None:
    grown(growing)
    add_run(growing, 5, finished=False)

    done = growing.vacuum(1, including_pinned=True)

    assert (done.kept_from, done.in_work) == (5, [5])
    assert growing.ids(growing.versions()[0]) == row_ids(4)


def test_a_version_that_was_vacuumed_says_so(growing: GrowingSite) -> None:
    grown(growing)
    old, new = (pinned_version(growing.events, False, version) for version in (3, 8))
    growing.vacuum(1)
    assert old is not None and new is not None

    must_be_kept(growing.events, new)
    with pytest.raises(
        ReportFailed, match="Version 3 of the test ledger was vacuumed: its versions are kept from 8 on"
    ):
        must_be_kept(growing.events, old)


def test_the_versions_of_some_days_are_kept(growing: GrowingSite) -> None:
    grown(growing, 3)

    done = LedgerVacuum(growing.changes).vacuum(VacuumLedger(livemode=False, keep=Keep(days=1)))

    assert (done.kept_from, done.removed.files) == (2, 0)


def test_an_empty_ledger_has_nothing_to_vacuum(growing: GrowingSite) -> None:
    assert growing.vacuum(1).version == 0
    assert isinstance(growing.vacuum(1), Vacuumed)


def test_a_file_that_no_version_has_is_removed_once_it_is_a_day_old(growing: GrowingSite) -> None:
    grown(growing, 1)
    kept = growing.files(growing.versions()[-1])[0]
    young, old = (Path(kept).with_name(f"part-{name}.parquet") for name in ("young", "old"))
    for path in (young, old):
        path.write_bytes(b"PAR1PAR1")
    os.utime(old, (1, 1))

    done = growing.vacuum(1)

    assert (done.removed.files, young.exists(), old.exists(), Path(kept).exists()) == (1, True, False, True)


def test_a_table_with_a_damaged_version_that_is_kept_is_left_alone(growing: GrowingSite) -> None:
    grown(growing)
    log = growing.table / "_delta_log"
    for entry in log.glob("*"):
        entry.write_bytes(b"")
    files = data_files(growing)

    done = growing.vacuum(1)

    assert (done.removed.unreadable, done.removed.files, data_files(growing)) == ((TABLE,), 0, files)


def test_damage_of_the_first_kept_version_names_the_files_of_all_loads_before_it(growing: GrowingSite) -> None:
    grown(growing)
    growing.vacuum(1)
    for file in growing.files(growing.versions()[-1]):
        Path(file).unlink()

    level, sentence = growing.finding()

    assert level == "wrong"
    assert "Load again, in this order: balance_transactions rows.csv." in sentence


def test_a_ledger_keeps_what_a_vacuum_said_in_its_snapshot(growing: GrowingSite) -> None:
    ledger = growing.changes.open(livemode=False)
    for number in range(200):
        ledger.record_compaction(
            tables={TABLE: number}, files_before=2, files_after=1, actor="me", at=growing.changes.clock.now()
        )
        if number == 50:
            ledger.record_vacuum(kept_from=40, runs=0, actor="me", at=growing.changes.clock.now())
    growing.changes.save(ledger)

    found = growing.changes.find(livemode=False)

    assert found is not None and (found.kept_from, found.version) == (40, 202)
