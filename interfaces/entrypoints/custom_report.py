"""The process that makes one custom report, and ends."""

from __future__ import annotations

import math
from contextlib import closing

import duckdb

from domain.errors import ReportFailed
from interfaces.engine.custom.isolated_report import GREETING, Failure, IsolatedReport, Progress
from interfaces.engine.duckdb.csv_copy import write_at_once
from interfaces.engine.duckdb.failures import report_failure
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.engine.duckdb.warm_database import WarmDatabase
from interfaces.entrypoints.process_limits import limit_file_size, limit_more_addresses
from interfaces.entrypoints.startup import channel_to_parent, end_with_parent, requests
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.channel import Channel

_RESERVED_MIB = 256
"""Address space that threads and the allocator reserve without using it, about."""


def main() -> int:
    with channel_to_parent() as parent:
        report: IsolatedReport = next(requests(parent, GREETING))
        end_with_parent()
        parent.send(_outcome(report, parent))
    return 0


def _outcome(report: IsolatedReport, parent: Channel) -> int | Failure:
    try:
        return _written(report, parent)
    except (duckdb.Error, OSError, UnicodeError, MemoryError) as error:
        failure = report_failure(error, report.memory_limit_mib, custom_sql=True)
        return Failure(str(failure), failure.reason, failure.try_again, f"{type(error).__name__}: {error}")
    except ReportFailed as failure:
        return Failure(str(failure), failure.reason, failure.try_again, str(failure))


def _written(report: IsolatedReport, parent: Channel) -> int:
    database = WarmDatabase(
        memory_limit_mib=report.database_mib,
        threads=report.threads,
        spill_folder=report.spill_folder,
        spill_limit_mib=report.file_limit_mib,
    )
    with closing(database):
        connection = database.showing(report.files, writing_to=report.target.parent)
        limit_file_size(report.file_limit_mib)
        limit_more_addresses(report.memory_limit_mib + _RESERVED_MIB)
        watch = QueryWatch(math.inf, lambda part: parent.send(Progress(part)))  # the parent ends it at the time limit
        return write_at_once(connection, report.query, report.target, watch)


if __name__ == "__main__":
    end_process(main())
