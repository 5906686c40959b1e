"""Verdicts on custom report files are kept: what is tried again, and what is not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from domain.report_types import ReportType
from interfaces.engine.custom.header import CheckBrokenOff
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.reports import CustomReports, read_reports
from interfaces.engine.custom.sandbox import BoundedCheck
from interfaces.engine.custom.verdicts import VerdictFile

TRIED = "its SQL takes more than a test has"


def report(id: str, sql: str) -> str:
    return f'/*\nid = "{id}"\nname = "A"\ncolumns = ["a"]\noptional = ["n"]\n*/\n{sql}'


ORDERED = report("shop.ordered.1", "select id as a from charges where id > $n order by created limit 3")
TOTAL = report("shop.total.1", "select id as a from charges where id > $n order by created, id limit 3")
INEXACT = report("shop.inexact.1", "select amount / 7 as a from charges")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    for name, text in {"ordered": ORDERED, "total": TOTAL, "inexact": INEXACT, "header": "select 1"}.items():
        (made / f"{name}.sql").write_text(text)
    return made


@pytest.fixture
def kept_in(tmp_path: Path) -> Path:
    return tmp_path / "data" / "custom-reports" / "verdicts.json"


def checked(folder: Path, kept_in: Path) -> CustomReports:
    return read_reports(folder, (), verdicts=VerdictFile(kept_in))


class BrokenOffCheck(BoundedCheck):
    def checked(self, report_type: ReportType, sql: str) -> CustomReport:
        raise CheckBrokenOff(TRIED)


def without_a_check(folder: Path, kept_in: Path) -> CustomReports:
    """The reports, where each file that is tried is refused for want of time."""
    with patch("interfaces.engine.custom.reports.BoundedCheck", BrokenOffCheck):
        return checked(folder, kept_in)


def tried(reports: CustomReports) -> set[str]:
    return {Path(fault.partition(" is no report type")[0]).stem for fault in reports.faults if TRIED in fault}


ALL_THAT_PARSE = {"ordered", "total", "inexact"}


def test_files_that_have_not_changed_are_not_tried_again(folder: Path, kept_in: Path) -> None:
    first = checked(folder, kept_in)

    assert without_a_check(folder, kept_in) == first
    assert (list(first.by_id), len(first.faults)) == (["shop.inexact.1", "shop.total.1"], 2)


def test_a_file_that_has_changed_is_tried_again(folder: Path, kept_in: Path) -> None:
    checked(folder, kept_in)
    (folder / "total.sql").write_text(TOTAL.replace("limit 3", "limit 4"))

    assert tried(without_a_check(folder, kept_in)) == {"total"}


def test_a_file_that_was_renamed_is_not_tried_again_and_is_named_as_it_is_now(folder: Path, kept_in: Path) -> None:
    checked(folder, kept_in)
    (folder / "ordered.sql").rename(folder / "ties.sql")

    assert any(
        f"{folder / 'ties.sql'} is no report type: its" in one for one in without_a_check(folder, kept_in).faults
    )


def test_another_version_of_the_check_tries_every_file_again(folder: Path, kept_in: Path) -> None:
    checked(folder, kept_in)
    kept = json.loads(kept_in.read_bytes())
    kept_in.write_text(json.dumps({**kept, "checked_by": "an earlier version"}))

    assert tried(without_a_check(folder, kept_in)) == ALL_THAT_PARSE


def test_a_check_that_was_broken_off_is_made_again(folder: Path, kept_in: Path) -> None:
    assert tried(without_a_check(folder, kept_in)) == ALL_THAT_PARSE

    assert list(checked(folder, kept_in).by_id) == ["shop.inexact.1", "shop.total.1"]


@pytest.mark.parametrize("damage", ["", "[]", '{"checked_by', '{"checked_by": "CURRENT", "reports": {"x": {}}}'])
def test_a_damaged_file_of_verdicts_costs_a_new_check(folder: Path, kept_in: Path, damage: str) -> None:
    first = checked(folder, kept_in)
    current = json.loads(kept_in.read_bytes())["checked_by"]
    kept_in.write_text(damage.replace("CURRENT", current))

    assert checked(folder, kept_in) == first
    assert without_a_check(folder, kept_in) == first


def test_reports_are_read_where_no_verdicts_can_be_kept(folder: Path, kept_in: Path) -> None:
    kept_in.parent.parent.mkdir()
    kept_in.parent.write_text("a file, where the folder of the verdicts would be")

    assert list(checked(folder, kept_in).by_id) == ["shop.inexact.1", "shop.total.1"]


def test_processes_that_check_at_the_same_time_leave_whole_verdicts(folder: Path, kept_in: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: checked(folder, kept_in), range(4)))

    assert all(one == without_a_check(folder, kept_in) for one in found)
    assert list(kept_in.parent.iterdir()) == [kept_in]


def test_the_verdicts_of_files_that_are_gone_are_dropped(folder: Path, kept_in: Path) -> None:
    checked(folder, kept_in)
    (folder / "total.sql").unlink()
    checked(folder, kept_in)

    kept = json.loads(kept_in.read_bytes())
    assert (len(kept["reports"]), len(kept["faults"])) == (1, 2)
