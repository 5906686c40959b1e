"""The charts of a run's file."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.views.files import FileRow
from application.views.runs import RunRow
from domain.errors import ReportrunError
from domain.runs.run_parameters import separator_in
from interfaces.console import wording
from interfaces.console.charts.chart import Charts
from interfaces.console.charts.chart_sums import ChartOrder
from interfaces.console.console_services import services_of
from interfaces.console.pages.one_run.run_file import file_of
from interfaces.console.pages.recorded_reads import record_charts
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of


async def charts_page(request: Request) -> Response:
    """Its sums are computed once for each file, in a process of its own."""
    run, file = await file_of(request)
    charts = await _charts(request, run, file)
    await record_charts(request, file)
    return page(request, "charts.html", run=run, charts=charts)


async def _charts(request: Request, run: RunRow, file: FileRow) -> Charts:
    services = services_of(request)
    if file.size > services.most_chart_bytes:
        size, most = wording.size(file.size), wording.size(services.most_chart_bytes)
        return Charts(0, (), f"No chart is drawn: the file has {size}, and charts are of {most} at most.")

    async def compute() -> Charts:
        charts: Charts = await services.tasks.run(_order(request, run, file), services.task_seconds)
        return charts

    try:
        return await services.charts.of(file.id, compute)
    except ReportrunError as trouble:
        return Charts(0, (), f"No chart is drawn. {trouble}")


def _order(request: Request, run: RunRow, file: FileRow) -> ChartOrder:
    parameters = orjson.loads(run.parameters)
    return ChartOrder(
        file.id,
        file.size,
        file.sha256,
        _definition(request, run.report_type),
        separator_in(parameters),
        parameters.get("currency"),
    )


def _definition(request: Request, id: str) -> str:
    """Of the report type; a custom one, and one that is gone, has charts by its columns."""
    scope = caller_of(request).scope
    known = services_of(request).report_types.runnable(livemode=scope.livemode)
    found = next((one for one in known if one.id == id), None)
    return found.definition if found is not None and not found.is_custom else ""
