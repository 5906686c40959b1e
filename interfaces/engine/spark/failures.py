"""Errors of a Spark Connect server -> the sentences that users read, without SQL, addresses or tokens."""

from __future__ import annotations

import re

from domain.errors import ReportFailed, StoreUnavailable

_GONE = re.compile(
    r"UNAVAILABLE|failed to connect|Connection refused|Socket closed|INVALID_HANDLE|SESSION_(CLOSED|CHANGED|NOT_FOUND)|"
    r"session (not found|closed|changed)|Cannot invoke RPC|stopped SparkContext|Channel closed|"
    r"RETRIES_EXCEEDED|DEADLINE_EXCEEDED",
    re.IGNORECASE,
)
"""Messages about a server that is away, or was started again and has forgotten the session."""

_REFUSED = re.compile(r"UNAUTHENTICATED|PERMISSION_DENIED|\bhttp2? (header with )?status:? (401|403)\b", re.IGNORECASE)
"""Status codes of gRPC, and of a proxy before the server. A bare number may be that of a stage or a task."""

_UNREADABLE = re.compile(
    r"delta|_delta_log|no such file|FILE_NOT_EXIST|PATH_NOT_FOUND|parquet|object store|table location", re.IGNORECASE
)

_MEMORY = re.compile(
    r"OutOfMemory|out of memory|Java heap space|Resources exhausted|maxResultSize|RESOURCE_EXHAUSTED", re.IGNORECASE
)


def server_failure(error: BaseException) -> ReportFailed:
    """The failure that an error of the client or the server amounts to. Raise it `from` the error."""
    if isinstance(error, StoreUnavailable):
        return ReportFailed("The ledger's data could not be read.", "ledger_unreadable", try_again=True)
    text = f"{type(error).__name__} {error}"
    for pattern, failure in (
        (_MEMORY, _too_large),
        (_GONE, server_unreachable),
        (_REFUSED, _not_let_in),
        (_UNREADABLE, _ledger_unreadable),
    ):
        if pattern.search(text):
            return failure()
    if isinstance(error, OSError):
        return ReportFailed(
            "The report could not be written, because the disk is full or cannot be used now.",
            "storage",
            try_again=True,
        )
    return ReportFailed("The report could not be computed because of an internal error.")


_ANALYSIS = ("AnalysisException", "ParseException", "UnsupportedOperationException")
"""Errors of the client about SQL that a server does not know; their messages hold only parts of the SQL."""

_SHOWN_LETTERS = 200


def unknown_in_sql(failure: ReportFailed) -> str:
    """What a server does not know in the SQL of a report, in its own words; empty where it failed otherwise."""
    cause = failure.__cause__
    lines = str(cause).splitlines() if type(cause).__name__ in _ANALYSIS else []
    return lines[0][:_SHOWN_LETTERS].rstrip(". ") if lines else ""


def server_unreachable() -> ReportFailed:
    return ReportFailed(
        "The report could not be computed, because the engine cannot be reached now.",
        "engine_unreachable",
        try_again=True,
    )


def worker_stopped() -> ReportFailed:
    """The failure of a report that its worker has interrupted. Another worker makes it."""
    return ReportFailed(
        "The report could not be computed, because its worker was stopped.", "worker_stopped", try_again=True
    )


def rows_missing(table: str, found: int, expected: int) -> ReportFailed:
    """The failure where the server reads other rows than the ledger has."""
    return ReportFailed(
        f"The ledger's data could not be read: the engine finds {found:,} rows of {table}, and the ledger has "
        f"{expected:,}.",
        "ledger_unreadable",
    )


def _too_large() -> ReportFailed:
    return ReportFailed(
        "The report needs more memory than the engine has. Ask for a shorter interval or fewer columns.",
        "memory_limit",
    )


def _not_let_in() -> ReportFailed:
    return ReportFailed(
        "The report could not be computed, because the engine refuses the installation's token.", "engine_refused"
    )


def _ledger_unreadable() -> ReportFailed:
    return ReportFailed("The ledger's data could not be read.", "ledger_unreadable")
