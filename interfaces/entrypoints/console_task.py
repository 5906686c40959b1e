"""The process that does one task of the console, and ends."""

from __future__ import annotations

import asyncio
import csv
import logging
from collections.abc import Iterator
from typing import Any

from application.history.result_digest import must_be_on_record, stored_digest
from application.history.result_verification import Comparison
from domain.errors import InvalidParameter, NotFound, ReportrunError, ResultDamaged
from domain.runs.report_run import ReportRun
from interfaces.composition.installation import Installation
from interfaces.console.charts.chart_sums import ChartOrder, charts_of
from interfaces.console.tasks.task_orders import GREETING, ComparisonOrder, WorkbookOrder
from interfaces.entrypoints.startup import channel_to_parent, end_with_parent, read_settings, requests
from interfaces.host.csv_rows import rows_of
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.host.streams.sync_stream import in_sync
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.channel import Channel
from interfaces.processes.task_pool import TaskProgress, TaskRefused

log = logging.getLogger("reportrun.console")

BROKEN = TaskRefused("Something went wrong on our end. Its details are in the server's log.", is_transient=True)


def main() -> int:
    with channel_to_parent() as parent:
        settings = read_settings()
        order = next(requests(parent, GREETING))
        end_with_parent()
        with Installation(settings, makes_log=False) as installation:
            parent.send(_outcome(installation, order, parent))
    return 0


def _outcome(installation: Installation, order: object, parent: Channel) -> Any:
    try:
        return _done(installation, order, parent)
    except csv.Error as fault:
        return TaskRefused(f"The file cannot be read as CSV: {fault}.")
    except (InvalidParameter, NotFound, ResultDamaged) as refused:
        return TaskRefused(str(refused))
    except ReportrunError as trouble:
        return TaskRefused(str(trouble), is_transient=True)
    except Exception:
        log.exception("a task of the console failed in a way that it should not")
        return BROKEN


def _done(installation: Installation, order: object, parent: Channel) -> Any:
    match order:
        case ChartOrder():
            return charts_of(_rows(installation, order), order)
        case WorkbookOrder():
            from interfaces.workbooks.workbook import must_fit_sheet, write_workbook

            must_fit_sheet(order.rows)
            return write_workbook(
                _rows(installation, order), order.target, order.decimal_separator, order.target.parent
            )
        case ComparisonOrder():
            return _comparison(installation, order, parent)
    raise TypeError(f"{order!r} is no order of the console.")


def _rows(installation: Installation, order: ChartOrder | WorkbookOrder) -> Iterator[list[str]]:
    """Of the whole file, once its bytes are known to be those on record."""
    asyncio.run(must_be_on_record(installation.results, order.file_id, order.size, order.sha256))
    return rows_of(in_sync(installation.results.read(order.file_id, 0, order.size)))


def _comparison(installation: Installation, order: ComparisonOrder, parent: Channel) -> Comparison:
    from interfaces.composition.reports import result_verification

    verification = result_verification(installation)
    scratch = ScratchFolder(installation.settings.spill_folder, "again-")
    compared = verification.comparison(order.run_id, scratch.path, lambda part: parent.send(TaskProgress(part)))
    return compared._replace(stored=_stored(installation, verification.success_of(order.run_id)))


def _stored(installation: Installation, success: ReportRun.Succeeded) -> str:
    """The digest of the stored file; empty when its bytes are gone."""
    try:
        return asyncio.run(stored_digest(installation.results, success.file_id, success.size))
    except NotFound:
        return ""


if __name__ == "__main__":
    end_process(main())
