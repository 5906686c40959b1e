"""The process that tries the SQL of reports, one after the other, until its standard input ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from domain.report_types import ReportType
from interfaces.engine.custom.check import SqlCheck
from interfaces.engine.custom.header import BrokenReport
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.sandbox import READY
from interfaces.processes.channel import Channel, Ended

_PROCESS_BYTES = 1024 * 1024 * 1024
"""All that the process may hold: constants that are computed beforehand do not count in the database's own limit."""


def main() -> int:
    writing = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anybody prints goes elsewhere
    asker = Channel(sys.stdin.fileno(), writing)
    check = SqlCheck()
    _stay_small()
    with suppress(Ended):
        asker.say(READY)
        while True:
            report_type, sql = asker.hear()
            asker.say(_outcome(check, report_type, sql))
    return 0


def _stay_small() -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has such a limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_PROCESS_BYTES, _PROCESS_BYTES))


def _outcome(check: SqlCheck, report_type: ReportType, sql: str) -> CustomReport | BrokenReport:
    try:
        return check.checked(report_type, sql)
    except BrokenReport as broken:
        return broken


if __name__ == "__main__":
    sys.exit(main())
