"""What went wrong in the database -> the sentence that users read. No SQL, path or secret goes into it."""

from __future__ import annotations

import re

from domain.errors import ReportFailed

_UNREADABLE = re.compile(
    r"no files found|no such file.*\.parquet|\.parquet.*no such file|no magic bytes|too small to be a parquet file",
    re.IGNORECASE | re.DOTALL,
)
"""What is said of a data file that is gone or damaged."""


def report_failure(error: Exception, memory_limit_mib: int) -> ReportFailed:
    """The failure that an error of the engine amounts to. Raise it `from` the error."""
    import duckdb  # heavy, and only workers need it

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
    return ReportFailed("The report could not be computed because of an internal error.")


def ledger_unreadable(*, try_again: bool = False) -> ReportFailed:
    return ReportFailed("The ledger's data could not be read.", "ledger_unreadable", try_again=try_again)


def out_of_memory(limit_mib: int) -> ReportFailed:
    return ReportFailed(
        f"The report needs more memory than its limit of {limit_mib} MiB. Ask for a shorter interval or fewer columns.",
        "memory_limit",
    )
