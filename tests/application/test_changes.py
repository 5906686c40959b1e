"""Changes of an aggregate by requests: made anew when another was stored first, and never when carried out before."""

from __future__ import annotations

import asyncio

import pytest
from eventsourcing.persistence import IntegrityError

from application.log.changes import TRIES, Changes
from application.log.idempotency_records import Append, IdempotencyRecord, KeyRecorded
from domain.runs.report_run import ReportRun
from interfaces.testing.memory.store import open_memory
from tests.support.clock import NOON
from tests.support.runs import SCOPE, a_file, pending_run, succeed

RECORD = IdempotencyRecord(SCOPE, "idem", b"digest", 200, b"{}", "req_1", 1)


class RefusingLog:
    """Refuses what is appended, and counts how often."""

    def __init__(self, refusal: IntegrityError) -> None:
        self.refusal = refusal
        self.asked = 0

    async def append(self, append: Append) -> int:
        self.asked += 1
        raise self.refusal


@pytest.mark.parametrize(("refusal", "times"), [(KeyRecorded(RECORD), 1), (IntegrityError("version 3"), TRIES)])
def test_a_request_that_was_carried_out_before_is_not_tried_again(refusal: IntegrityError, times: int) -> None:
    events, log = open_memory().events, RefusingLog(refusal)
    run = pending_run()
    succeed(run, a_file("file_a1"))
    events.save(run)

    def remove(found: ReportRun) -> None:
        found.remove_file("file_a1", actor="key_1", at=NOON)

    with pytest.raises(IntegrityError) as raised:
        asyncio.run(Changes(events, log.append).change(ReportRun, run.id, "report run", remove, lambda run: RECORD))

    assert (raised.value, log.asked) == (refusal, times)
