"""The process that checks the SQL of custom reports, one after the other."""

from __future__ import annotations

from domain.report_types import ReportType
from interfaces.engine.custom.check import SqlCheck
from interfaces.engine.custom.header import BrokenReport
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.sandbox import GREETING
from interfaces.entrypoints.process_limits import limit_addresses
from interfaces.entrypoints.startup import channel_to_parent, requests
from interfaces.host.this_process.process_end import end_process

_PROCESS_MIB = 1024
"""Limit of the whole process: constants that are computed beforehand do not count in the database's own limit."""


def main() -> int:
    with channel_to_parent() as parent:
        check = SqlCheck()
        limit_addresses(_PROCESS_MIB)
        for report_type, sql in requests(parent, GREETING):
            parent.send(_outcome(check, report_type, sql))
    return 0


def _outcome(check: SqlCheck, report_type: ReportType, sql: str) -> CustomReport | BrokenReport:
    try:
        return check.checked(report_type, sql)
    except BrokenReport as broken:
        return broken


if __name__ == "__main__":
    end_process(main())
