"""The custom report types that may be made on the server: those that opt in, and pass a trial there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from domain.errors import ReportFailed
from interfaces.engine.custom.query import CustomReport

log = logging.getLogger("reportrun.worker")

Trial = Callable[[CustomReport], str]
"""Makes a report of generated rows on both engines. Gives what differs, empty where nothing does. Raises
`ReportFailed` where the server cannot be asked now."""


class OptIns:
    """Each type is tried once, when it is first asked for; one whose server is away, again the next time.

    reports  report type -> custom report, of those whose header names `spark`
    """

    def __init__(self, reports: Mapping[str, CustomReport], trial: Trial) -> None:
        self._reports = reports
        self._trial = trial
        self._verdicts: dict[str, str] = {}

    def of(self, report_type: str) -> CustomReport | None:
        """The report of a type that opts in, tried or not."""
        return self._reports.get(report_type)

    def may_run(self, report_type: str) -> bool:
        """Whether a type opts in and has passed its trial, which may be made now."""
        return report_type in self._reports and self._verdict(report_type) == ""

    def refusals(self) -> Iterator[str]:
        """A sentence for each type that opts in and stays on DuckDB. Tries those that have not been."""
        for report_type in self._reports:
            if self._verdict(report_type) != "":
                yield self._sentence(report_type)

    def _verdict(self, report_type: str) -> str | None:
        """What differs, empty where nothing does; None where that is not known yet."""
        if report_type not in self._verdicts:
            try:
                self._verdicts[report_type] = self._trial(self._reports[report_type])
            except (ReportFailed, OSError) as failure:
                log.warning("%s was not tried on the server. %s It stays on DuckDB for now.", report_type, failure)
                return None
            if self._verdicts[report_type]:
                log.warning("%s", self._sentence(report_type))
        return self._verdicts[report_type]

    def _sentence(self, report_type: str) -> str:
        differs = self._verdicts.get(report_type, "the server could not be asked")
        return f"{report_type} opts in to spark and stays on DuckDB: {differs}."
