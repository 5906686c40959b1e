"""Findings about timestamps, for `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from application.audit.timestamps.kept_timestamps import KeptTimestamps
from application.audit.timestamps.stamped_checkpoints import StampedCheckpoint, StampedCheckpoints
from application.health.findings import Finding, good, look, wrong

OLDEST = timedelta(hours=36)
"""A token is due each day; this leaves half a day for an authority that cannot be reached."""


class TimestampFindings:
    def __init__(self, kept: KeptTimestamps, stamped: StampedCheckpoints, size: int, *, is_asked: bool) -> None:
        """
        size      leaves that are sealed
        is_asked  whether a setting names an authority
        """
        self._kept = kept
        self._stamped = stamped
        self._size = size
        self._is_asked = is_asked

    def findings(self, now: datetime) -> Iterator[Finding]:
        newest = self._stamped.newest()
        if newest is not None:
            yield _about(newest)
        if not self._is_asked:
            return
        failure = self._kept.failure()
        if failure is not None:
            yield look(f"The authority of REPORTRUN_TIMESTAMP_URL has given no token. {failure.sentence}")
        elif newest is None:
            yield look("No checkpoint has a timestamp yet. The sealer asks for one when it next seals the log.")
        elif newest.stamp.size < self._size and now - newest.stamp.at > OLDEST:
            yield look("The newest timestamp is older than a day, and the log has grown. Is the sealer running?")


def _about(one: StampedCheckpoint) -> Finding:
    if one.fault is not None:
        return wrong(one.fault)
    if one.facts is None:
        return look(f"The checkpoint of {one.stamp.size:,} leaves has a timestamp. {one.remark}")
    return good(described(one))


def described(one: StampedCheckpoint) -> str:
    """A sentence or two about a timestamp that has been read."""
    assert one.facts is not None
    unchecked = "" if one.facts.is_verified else (
        " Its certificate was not checked: name the authority's in REPORTRUN_TIMESTAMP_CA, or use `openssl ts -verify`."
    )  # fmt: skip
    return f"The checkpoint of {one.stamp.size:,} leaves has a timestamp {one.facts}.{unchecked}"
