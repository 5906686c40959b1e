"""Errors of a Spark Connect server, and the sentences that users read."""

from __future__ import annotations

import pytest

from domain.errors import StoreUnavailable
from interfaces.engine.spark.failures import server_failure


@pytest.mark.parametrize(
    ("error", "reason", "try_again"),
    [
        (RuntimeError("StatusCode.UNAVAILABLE: failed to connect to all addresses"), "engine_unreachable", True),
        (RuntimeError("[INVALID_HANDLE.SESSION_NOT_FOUND] The handle is invalid."), "engine_unreachable", True),
        (RuntimeError("Cannot call methods on a stopped SparkContext."), "engine_unreachable", True),
        (RuntimeError("UNAUTHENTICATED: invalid token"), "engine_refused", False),
        (RuntimeError("Received http2 header with status: 401"), "engine_refused", False),
        (RuntimeError("HTTP status 403"), "engine_refused", False),
        (RuntimeError("Task 3 in stage 403.0 failed 4 times: [FILE_NOT_EXIST]"), "ledger_unreadable", False),
        (RuntimeError("Task 401 in stage 2.0 failed 4 times: ArithmeticException"), "engine_error", False),
        (RuntimeError("java.lang.OutOfMemoryError: Java heap space"), "memory_limit", False),
        (RuntimeError("[FAILED_READ_FILE.FILE_NOT_EXIST] part-0.parquet"), "ledger_unreadable", False),
        (StoreUnavailable("A version cannot be read."), "ledger_unreadable", True),
        (OSError(28, "No space left on device"), "storage", True),
        (ValueError("select secret from accounts"), "engine_error", False),
    ],
)
def test_an_error_amounts_to_a_sentence_without_its_details(error: Exception, reason: str, try_again: bool) -> None:
    failure = server_failure(error)

    assert (failure.reason, failure.try_again) == (reason, try_again)
    assert str(error) not in str(failure)
