"""Makes one custom report in a child process with limits on time and memory.

Some SQL functions can be neither interrupted nor kept to the database's memory limit. So each report has a process of
its own, which is killed at the time limit; starting it takes a fraction of a second.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import ReportFailed, ReportTimedOut
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.duckdb.failures import process_ended
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.processes.channel import Channel, ChannelClosed
from interfaces.processes.child import ChildProcess, ChildProgram, OtherVersion

GREETING = "ready"

_PROGRAM = ChildProgram("custom report", "interfaces.entrypoints.custom_report", greeting=GREETING)

_EXIT_SECONDS = 2.0
"""How long a process whose channel has ended may take to end."""


@dataclass(frozen=True, slots=True)
class IsolatedReport:
    """What the process computes, and within which limits.

    files             the ledger's tables that the query reads
    memory_limit_mib  what the process may take in addition to what it holds before the query runs
    database_mib      what the database may hold of that before it spills
    file_limit_mib    what the report's file may take, and as much what is spilled
    """

    query: ReportQuery
    files: Mapping[str, list[str]]
    target: Path
    memory_limit_mib: int
    database_mib: int
    file_limit_mib: int
    threads: int
    spill_folder: Path


@dataclass(frozen=True, slots=True)
class Progress:
    """A message of the process: the part of the report that is done."""

    part: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A message of the process: why there is no report.

    cause  the database's own message, for the log
    """

    sentence: str
    reason: str
    try_again: bool
    cause: str


class IsolatedError(Exception):
    """The message of an error in the process of a custom report."""


def write_isolated(report: IsolatedReport, watch: QueryWatch) -> int:
    """Write the file and give its number of lines below the header. Raises `ReportFailed`, or `OSError`.

    What the process spills goes into a folder of its own below `spill_folder`, since a killed process leaves it there.
    """
    with TemporaryDirectory(prefix="custom-", dir=report.spill_folder, ignore_cleanup_errors=True) as spill:
        process = ChildProcess(_PROGRAM)
        try:
            process.must_greet_within(watch.seconds_left())
            process.channel.send(replace(report, spill_folder=Path(spill)))
            return _rows(process.channel, watch)
        except TimeoutError:
            raise ReportTimedOut(watch.time_limit_seconds) from None
        except OtherVersion as other:
            raise ReportFailed(
                "The report could not be computed, because another version of Reportrun was installed since its worker "
                "started. Restart the worker.",
                "other_version",
                try_again=True,
            ) from other
        except ChannelClosed as closed:
            raise _ended(process, report.memory_limit_mib) from closed
        finally:
            process.kill()


def _rows(channel: Channel, watch: QueryWatch) -> int:
    while True:
        message: Progress | Failure | int = channel.receive_within(watch.seconds_left())
        if isinstance(message, int):
            return message
        if isinstance(message, Failure):
            raise ReportFailed(message.sentence, message.reason, try_again=message.try_again) from IsolatedError(
                message.cause
            )
        watch.report(message.part)


def _ended(process: ChildProcess, memory_limit_mib: int) -> ReportFailed:
    """The failure of a report whose process ended early. SIGKILL comes from outside: another attempt may succeed."""
    code = process.exit_code_within(_EXIT_SECONDS)
    return process_ended(memory_limit_mib, try_again=code == -signal.SIGKILL)
