"""Checks the SQL of custom reports in a child process with limits on time and memory."""

from __future__ import annotations

from domain.report_types import ReportType
from interfaces.engine.custom.header import BrokenReport, CheckBrokenOff, OverLimit
from interfaces.engine.custom.query import CustomReport
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProcess, ChildProgram, OtherVersion

CHECK_SECONDS = 5.0
"""How long one file may take: most take some milliseconds."""

_START_SECONDS = 60.0

GREETING = "ready"

_PROGRAM = ChildProgram("SQL check", "interfaces.entrypoints.sql_check", greeting=GREETING)


class BoundedCheck:
    """Starts the process with the first file, and another one after a file that ended it."""

    def __init__(self, check_seconds: float = CHECK_SECONDS) -> None:
        self._check_seconds = check_seconds
        self._process: ChildProcess | None = None

    def checked(self, report_type: ReportType, sql: str) -> CustomReport:
        """The report, as `SqlCheck` gives it. Raises `BrokenReport`."""
        channel = (self._process or self._start()).channel
        try:
            channel.send((report_type, sql))
            found: CustomReport | BrokenReport = channel.receive_within(self._check_seconds)
        except TimeoutError:
            self.close()
            raise CheckBrokenOff(
                f"its SQL takes more than {self._check_seconds:g} seconds before it reads a row"
            ) from None
        except ChannelClosed:
            self.close()
            raise CheckBrokenOff("its SQL ends the process that tries it") from None
        if isinstance(found, OverLimit):
            self.close()
        if isinstance(found, BrokenReport):
            raise found
        return found

    def close(self) -> None:
        """Kill the process, also in the middle of a check."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _start(self) -> ChildProcess:
        process = self._process = ChildProcess(_PROGRAM)
        try:
            process.must_greet_within(_START_SECONDS)
        except OtherVersion as other:
            self.close()
            raise CheckBrokenOff(f"it cannot be checked, because {other}: restart it") from None
        except (ChannelClosed, TimeoutError):
            self.close()
            raise CheckBrokenOff("it cannot be checked, because the process for that does not start") from None
        return process
