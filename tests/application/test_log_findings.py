"""Findings about the log: the summary opens it, and reads nothing that grows with it."""

from __future__ import annotations

from collections.abc import Iterator

from application.health.findings import Level
from application.health.log_findings import LogChecks


class OpenedLog:
    """A log that can be opened; reading it through is not expected."""

    def last_position(self) -> int:
        return 1_234_567

    def read(self, after: int, limit: int) -> Iterator[object]:
        raise AssertionError("an event was read")

    def integrity_fault(self, *, quick: bool = True) -> str | None:
        raise AssertionError("the file was read through")


def test_a_summary_reads_no_event_and_says_so() -> None:
    log = OpenedLog()

    (found,) = LogChecks(events=log, recorder=log).findings()  # type: ignore[arg-type]

    assert found == (
        Level.GOOD,
        "The event log can be opened, up to position 1,234,567. Its events were not read: see `--deep`.",
    )
