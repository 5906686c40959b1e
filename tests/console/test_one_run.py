"""The page of one run that has a file: its charts, its workbook, and the comparison with a file made again."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from domain.access.caller import Scope
from domain.files.read_log import ReadLog
from interfaces.composition.installation import Installation
from interfaces.composition.reports import local_runs
from interfaces.settings import Settings
from tests.console.conftest import NewVisitor, Visitor
from tests.support.in_process import in_process
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

JANUARY = {"interval_start": JANUARY_START, "interval_end": JANUARY_END}

ACTIVITY = "balance_change_from_activity.itemized.1"

Made = Callable[..., str]


@pytest.fixture
def made(opened: Installation, installation: SampleInstallation) -> Made:
    """Makes a report of January in test mode, and gives its run."""

    def make(report_type: str = ACTIVITY, **parameters: object) -> str:
        local = local_runs(opened)
        scope = Scope(installation.platform, livemode=False)
        file = local.make(
            scope,
            local.offer(scope, report_type),
            {**JANUARY, **parameters},
            lambda run: nullcontext(lambda part: None),
            lambda: False,
        )
        return file.run_id

    return make


def drawn(page: str) -> dict[str, dict[str, str]]:
    """Name of a chart -> its points."""
    found = [json.loads(unescape(data)) for data in re.findall(r"data-chart='([^']+)'", page)]
    return {one["name"]: dict(zip(one["labels"], one["values"], strict=True)) for one in found}


def test_charts_are_the_sums_of_the_file_and_stand_in_tables_too(admin: Visitor, made: Made) -> None:
    run = made()

    page = admin.get(f"/console/runs/{run}/charts").text

    charts = drawn(page)
    assert list(charts) == ["Net by day, USD", "Change of the balance over time, USD", "Fees by category, USD"]
    assert charts["Fees by category, USD"] == {"charge": "18.29", "refund": "0.00"}
    assert charts["Net by day, USD"]["2025-01-10"] == "5.41"  # a charge and a refund
    assert list(charts["Change of the balance over time, USD"].values())[-1] == "287.71"
    assert "Made of 32 rows" in page
    assert '<th scope="row">2025-01-10</th><td class="amount">5.41</td>' in page


def test_the_page_of_a_run_fetches_its_charts(admin: Visitor, made: Made) -> None:
    run = made()

    page = admin.get(f"/console/runs/{run}").text

    assert f'hx-get="/console/runs/{run}/charts" hx-trigger="load"' in page
    assert f'href="/console/runs/{run}/file.xlsx"' in page
    assert page.index('id="charts"') < page.index('id="file"')


def test_later_rows_of_a_file_come_without_its_charts(admin: Visitor, made: Made) -> None:
    run = made()
    size = len(admin.get(f"/console/runs/{run}/file.csv").content)

    page = admin.get(f"/console/runs/{run}?at={size}&row=33").text  # the address leads to a place in the page

    assert f"/console/runs/{run}/charts" not in page


def test_charts_are_computed_once_for_a_file(admin: Visitor, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made()
    first = admin.get(f"/console/runs/{run}/charts").text
    monkeypatch.setattr("interfaces.processes.task_processes.ChildProcess", _no_process)

    assert drawn(admin.get(f"/console/runs/{run}/charts").text) == drawn(first) != {}


def test_a_file_that_is_too_large_has_no_charts_and_it_is_said_why(
    installation: SampleInstallation, made: Made
) -> None:
    run = made("balance.summary.1")
    with Installation(Settings(data=installation.data, console_chart_mib=0)) as small, in_process(small) as asked:
        visitor = Visitor(asked.edge, asked.loop)
        visitor.sign_in(installation.test_key)
        page = visitor.get(f"/console/runs/{run}/charts").text

    assert re.search(r"No chart is drawn: the file has \d+ bytes, and charts are of 0 bytes at most", page)
    assert drawn(page) == {}


def test_a_look_at_charts_is_recorded(opened: Installation, admin: Visitor, made: Made) -> None:
    run = made()

    admin.get(f"/console/runs/{run}/charts", headers={"HX-Request": "true"})

    looked = opened.stores.events.events_of(ReadLog.id_of(run))[-1]
    assert isinstance(looked, ReadLog.Viewed)
    assert (looked.what, looked.file_id is not None) == ("charts", True)


@pytest.mark.parametrize("separator", [".", ","])
def test_the_workbook_has_the_cells_of_the_csv(admin: Visitor, made: Made, separator: str) -> None:
    run = made("payouts.itemized.3", decimal_separator=separator)
    rows = list(csv.reader(io.StringIO(admin.get(f"/console/runs/{run}/file.csv").text, newline="")))

    answer = admin.get(f"/console/runs/{run}/file.xlsx")

    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    net = rows[0].index("net")
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert cells[1][net] == float(rows[1][net].replace(separator, "."))
    assert [str(cell or "") for cell in cells[0]] == rows[0]
    assert [cell or "" for cell in cells[1]][:3] == rows[1][:3]


def test_nothing_of_a_workbook_is_left_behind(opened: Installation, admin: Visitor, made: Made) -> None:
    run = made("balance.summary.1")
    admin.get(f"/console/runs/{run}/file.xlsx")

    assert list(opened.settings.spill_folder.glob("workbook-*")) == []


def test_a_run_with_more_rows_than_a_sheet_has_no_workbook(
    admin: Visitor, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made("balance.summary.1")

    async def rows(*_: object) -> int:
        return 2_000_000

    monkeypatch.setattr("interfaces.console.pages.one_run.workbook_page.rows_on_record", rows)
    refused = admin.get(f"/console/runs/{run}/file.xlsx")

    assert refused.status_code == 400
    assert "2,000,000 rows, and a sheet of Excel holds 1,048,575" in refused.text


def compared(visitor: Visitor, run: str) -> str:
    """Start a comparison, and give its page once it has ended."""
    started = visitor.post(f"/console/runs/{run}/comparison")
    assert (started.status_code, started.headers["location"]) == (303, f"/console/runs/{run}/comparison")
    while 'hx-trigger="every 1s"' in (page := visitor.get(f"/console/runs/{run}/comparison").text):
        visitor.loop.run_until_complete(asyncio.sleep(0.05))
    return page


def test_a_file_that_is_made_again_the_same_is_equal(admin: Visitor, made: Made) -> None:
    run = made("balance.summary.1")

    page = compared(admin, run)

    assert "<strong>Equal.</strong> Made again from version" in page
    on_record, stored, again = re.findall(r"<dd>([0-9a-f]{64})</dd>", page)
    assert on_record == stored == again
    assert "Make it once more" in admin.get(f"/console/runs/{run}").text


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda whole: whole[:-9],
    "longer": lambda whole: whole + b"9,9\n",
    "other": lambda whole: whole[::-1],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_stored_file_that_is_damaged_makes_no_workbook_and_no_charts_and_is_not_called_equal(
    opened: Installation, admin: Visitor, made: Made, damage: str
) -> None:
    run = made()
    file = stored_file(opened, run)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))

    workbook = admin.get(f"/console/runs/{run}/file.xlsx")
    charts = admin.get(f"/console/runs/{run}/charts").text
    page = compared(admin, run)

    sentence = f"The stored bytes of {file.stem} are damaged"
    assert (workbook.status_code, sentence in workbook.text, sentence in charts) == (400, True, True)
    assert "<strong>The stored file is damaged.</strong>" in page
    assert "<strong>Equal to the record.</strong>" in page and "<strong>Equal.</strong>" not in page
    on_record, stored, again = re.findall(r"<dd>([0-9a-f]{64})</dd>", page)
    assert on_record == again != stored


def test_a_stored_file_that_is_lost_is_not_called_equal(opened: Installation, admin: Visitor, made: Made) -> None:
    run = made()
    stored_file(opened, run).unlink()

    page = compared(admin, run)

    assert "<strong>The stored file is lost.</strong>" in page
    assert "<strong>Equal.</strong>" not in page


def stored_file(opened: Installation, run: str) -> Path:
    """The file of a run as the data folder has it."""
    name = opened.stores.events.events_of(run)[-1].shown()["file_id"]
    (found,) = opened.settings.data.rglob(f"{name}.csv")
    return found


def test_a_file_that_cannot_be_made_again_says_why(visitor: Visitor, installation: SampleInstallation) -> None:
    visitor.sign_in(installation.stranger_key)
    run = installation.past_runs[0]  # its file has expired

    assert visitor.post(f"/console/runs/{run}/comparison").status_code == 410


def test_pages_of_a_file_are_for_keys_that_may_read_it(
    new_visitor: NewVisitor, installation: SampleInstallation, made: Made
) -> None:
    run = made("balance.summary.1")
    reader, stranger = new_visitor(), new_visitor()
    reader.sign_in(installation.reports_only_read_key)
    stranger.sign_in(installation.stranger_key)

    for path in ("charts", "file.xlsx", "file.csv"):
        assert reader.get(f"/console/runs/{run}/{path}").status_code == 403
        assert stranger.get(f"/console/runs/{run}/{path}").status_code == 404
    assert reader.post(f"/console/runs/{run}/comparison").status_code == 403
    assert stranger.post(f"/console/runs/{run}/comparison").status_code == 404
    assert "Make it again" not in reader.get(f"/console/runs/{run}").text


def _no_process(*_: object) -> None:
    raise AssertionError("no process is needed")
