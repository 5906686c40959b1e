"""Database errors -> the sentences that users read, without SQL, paths or secrets."""

from __future__ import annotations

import errno
import os
import re

from domain.errors import ReportFailed

_UNREADABLE = re.compile(
    r"no files found|no such file.*\.parquet|\.parquet.*no such file|no magic bytes|too small to be a parquet file",
    re.IGNORECASE | re.DOTALL,
)
"""Messages about a data file that is missing or damaged."""

_TOO_LARGE = os.strerror(errno.EFBIG)


def report_failure(error: Exception, memory_limit_mib: int, *, custom_sql: bool = False) -> ReportFailed:
    """The failure that an error of the engine amounts to. Raise it `from` the error.

    custom_sql  whether the SQL is that of a custom report, so that an error in it is not an internal one
    """
    import duckdb  # heavy, and only workers need it

    own = _failure_of_custom_sql(error) if custom_sql else None
    if own is not None:
        return own
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)) and not _is_spill_full(error):
        return out_of_memory(memory_limit_mib)
    leads_out = isinstance(error, duckdb.PermissionException)  # a data file that a link to elsewhere has replaced
    if leads_out or _UNREADABLE.search(str(error)):
        return ledger_unreadable()
    if isinstance(error, (duckdb.IOException, duckdb.OutOfMemoryException, OSError)):
        return ReportFailed(
            "The report could not be written, because the disk is full or cannot be used now.",
            "storage",
            try_again=True,
        )
    return ReportFailed("The report could not be computed because of an internal error.")


def _failure_of_custom_sql(error: Exception) -> ReportFailed | None:
    """None for what a built-in report could end with as well."""
    import duckdb

    if isinstance(error, duckdb.DataError):  # its message may quote a cell, and so match any pattern
        return _custom_sql_failed()
    if _is_spill_full(error) or _TOO_LARGE in str(error):
        return _file_too_large()
    is_sql = isinstance(error, (duckdb.ProgrammingError, duckdb.NotSupportedError))
    return _custom_sql_failed() if is_sql and not _UNREADABLE.search(str(error)) else None


def _is_spill_full(error: Exception) -> bool:
    return "max_temp_directory_size" in str(error)


def _custom_sql_failed() -> ReportFailed:
    return ReportFailed(
        "The report's own SQL failed on the data of the ledger. The log of the worker says why.", "custom_sql"
    )


def _file_too_large() -> ReportFailed:
    return ReportFailed(
        "The report's file, or what its own SQL spills to disk, is larger than its limit of REPORTRUN_CUSTOM_FILE_MIB.",
        "file_limit",
    )


def process_ended(limit_mib: int, *, try_again: bool) -> ReportFailed:
    """The failure of a custom report that ended the process that computed it."""
    return ReportFailed(
        "The report's own SQL ended the process that computed it; most likely it needs more memory than its limit of "
        f"{limit_mib} MiB.",
        "custom_sql",
        try_again=try_again,
    )


def ledger_unreadable(*, try_again: bool = False) -> ReportFailed:
    return ReportFailed("The ledger's data could not be read.", "ledger_unreadable", try_again=try_again)


def out_of_memory(limit_mib: int) -> ReportFailed:
    return ReportFailed(
        f"The report needs more memory than its limit of {limit_mib} MiB. Ask for a shorter interval or fewer columns.",
        "memory_limit",
    )
