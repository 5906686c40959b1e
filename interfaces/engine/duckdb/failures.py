"""What went wrong in the database -> the sentence that users read. No SQL, path or secret goes into it."""

from __future__ import annotations

import re

from domain.errors import ReportFailed

_UNREADABLE = re.compile(
    r"no files found|no such file.*\.parquet|\.parquet.*no such file|no magic bytes|too small to be a parquet file",
    re.IGNORECASE | re.DOTALL,
)
"""What is said of a data file that is gone or damaged."""


def report_failure(error: Exception, memory_limit_mib: int, *, custom_sql: bool = False) -> ReportFailed:
    """The failure that an error of the engine amounts to. Raise it `from` the error.

    custom_sql  whether the SQL is an installation's own, so that what does not fit the data is no error of ours
    """
    import duckdb  # heavy, and only workers need it

    if custom_sql and isinstance(error, duckdb.DataError):  # its words may be those of a cell, whatever they look like
        return _own_sql_failed()
    if isinstance(error, duckdb.OutOfMemoryException) and "max_temp_directory_size" not in str(error):
        return out_of_memory(memory_limit_mib)
    if _UNREADABLE.search(str(error)):
        return ledger_unreadable()
    if isinstance(error, (duckdb.IOException, duckdb.OutOfMemoryException, OSError)):
        return ReportFailed(
            "The report could not be written, because the disk is full or cannot be used now.",
            "storage",
            try_again=True,
        )
    if custom_sql and isinstance(error, (duckdb.ProgrammingError, duckdb.NotSupportedError)):
        return _own_sql_failed()
    return ReportFailed("The report could not be computed because of an internal error.")


def _own_sql_failed() -> ReportFailed:
    return ReportFailed(
        "The report's own SQL failed on the data of the ledger. The log of the worker says why.", "custom_sql"
    )


def ledger_unreadable(*, try_again: bool = False) -> ReportFailed:
    return ReportFailed("The ledger's data could not be read.", "ledger_unreadable", try_again=try_again)


def out_of_memory(limit_mib: int) -> ReportFailed:
    return ReportFailed(
        f"The report needs more memory than its limit of {limit_mib} MiB. Ask for a shorter interval or fewer columns.",
        "memory_limit",
    )
