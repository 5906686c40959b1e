"""The trial of a custom report that opts in: both engines make it of generated rows, and the files are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from application.ports.engine import ReportEngine, ReportOrder
from domain.access.caller import Scope
from domain.errors import InvalidParameter, ReportFailed, ReportTimedOut
from domain.report_types import ReportType
from domain.runs.run_parameters import RunParameters, check_parameters
from interfaces.engine.custom.query import CustomReport, names_of
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.failures import unknown_in_sql
from interfaces.engine.spark.opt_in.opt_ins import OptIns, Trial
from interfaces.engine.spark.opt_in.trial_rows import CALLER, DAYS, FIRST_DAY
from interfaces.engine.spark.opt_in.trial_tables import PINNED, TrialTables, TrialViews
from interfaces.engine.spark.server_address import ServerAddress

TRIAL_SECONDS = 30.0
"""How long either engine may take for one of the files of a trial."""

TRIAL_MIB = 512

_START = int(FIRST_DAY.timestamp())
_GIVEN: Mapping[str, Any] = {
    "interval_start": _START,
    "interval_end": _START + DAYS * 86_400,
    "timezone": "America/New_York",
    "currency": "usd",
    "decimal_separator": ",",
    "reporting_category": "charge",
}
_TEXT = "1"
"""The value of a parameter that only the report knows."""

_SHOWN_LETTERS = 80


def trial_on(address: ServerAddress) -> Trial:
    """Trials on a server, each in a session of its own."""

    def differs(report: CustomReport) -> str:
        opt_ins = OptIns({report.report_type.id: report}, lambda report: "")
        server = SparkEngine(TrialTables(Path()), address, tables=TrialViews, opt_ins=opt_ins)
        with closing(server):
            try:
                return _difference(report, server)
            except InvalidParameter as refused:
                return f"its parameters cannot be given in a trial ({refused})"

    return differs


def _difference(report: CustomReport, server: ReportEngine) -> str:
    """What differs between the files of both engines, empty where nothing does."""
    with TemporaryDirectory(prefix="trial-") as name:
        folder = Path(name)
        local = DuckDbEngine(
            TrialTables(folder),
            memory_limit_mib=TRIAL_MIB,
            threads=1,
            spill_folder=folder / "spill",
            custom_reports={report.report_type.id: report},
        )
        with closing(local):
            for parameters in _parameters_of(report.report_type):
                order = ReportOrder(report.report_type, parameters, Scope(CALLER, False), PINNED, (CALLER,))
                found = _compared(_made(local, order, folder), _made(server, order, folder))
                if found:
                    return f"{found}, where {local.name} and {server.name} make it of generated rows"
    return ""


def _made(engine: ReportEngine, order: ReportOrder, folder: Path) -> bytes | str:
    """The file, or the sentence that it fails with."""
    target = folder / "trial.csv"
    try:
        engine.write_csv(order, target, time_limit_seconds=TRIAL_SECONDS, progress=lambda part: None)
    except ReportTimedOut as late:
        return str(late)
    except ReportFailed as failure:
        if failure.try_again:
            raise
        return unknown_in_sql(failure) or str(failure)
    return target.read_bytes()


def _compared(here: bytes | str, there: bytes | str) -> str:
    """What differs in words. A report that fails on either engine is not made on the server."""
    if isinstance(here, str):
        return f"DuckDB fails ({here})"
    if isinstance(there, str):
        return f"the server fails ({there})"
    for number, (one, other) in enumerate(zip_longest(here.splitlines(), there.splitlines()), start=1):
        if one != other:
            return f"line {number} is {_shown(one)} on DuckDB and {_shown(other)} on the server"
    return "" if here == there else "the ends of lines differ"


def _shown(line: bytes | None) -> str:
    if line is None:
        return "missing"
    text = line.decode(errors="replace")
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."


def _parameters_of(report_type: ReportType) -> Iterator[RunParameters]:
    """Once with what is required alone, once with every parameter."""
    for names in dict.fromkeys((report_type.required, names_of(report_type))):
        yield check_parameters(report_type, {name: _GIVEN.get(name, _TEXT) for name in names})
