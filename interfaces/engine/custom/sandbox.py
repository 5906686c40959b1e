"""Checks the SQL of reports in a process of its own, which is ended when one takes long, and may not grow."""

from __future__ import annotations

import subprocess

from domain.report_types import ReportType
from interfaces.engine.custom.header import BrokenReport, OverLimit
from interfaces.engine.custom.query import CustomReport
from interfaces.processes.channel import Channel, Ended
from interfaces.processes.child import start_process

CHECK_SECONDS = 5.0
"""How long one file may take: most take some milliseconds."""

_START_SECONDS = 60.0

READY = "ready"


class BoundedCheck:
    """Starts the process when it is first needed, and another one after a file that ended it."""

    def __init__(self, check_seconds: float = CHECK_SECONDS) -> None:
        self._check_seconds = check_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: Channel | None = None

    def checked(self, report_type: ReportType, sql: str) -> CustomReport:
        """The report, as `SqlCheck` gives it. Raises `BrokenReport`."""
        frames = self._frames or self._started()
        try:
            frames.say((report_type, sql))
            found: CustomReport | BrokenReport = frames.hear_within(self._check_seconds)
        except TimeoutError:
            self.close()
            raise BrokenReport(
                f"its SQL takes more than {self._check_seconds:g} seconds before it reads a row"
            ) from None
        except Ended:
            self.close()
            raise BrokenReport("its SQL ends the process that tries it") from None
        if isinstance(found, OverLimit):
            self.close()
        if isinstance(found, BrokenReport):
            raise found
        return found

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process, self._frames = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _started(self) -> Channel:
        self._process = start_process("interfaces.entrypoints.sql_check", output=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        frames = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
        try:
            frames.hear_within(_START_SECONDS)
        except (Ended, TimeoutError):
            self.close()
            raise BrokenReport("it cannot be checked, because the process for that does not start") from None
        self._frames = frames
        return frames
