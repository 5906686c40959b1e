"""The salt of stored events: random bytes that make digests tell nothing, and that no reader sees."""

from __future__ import annotations

import os

import orjson

from application.log.event_types import SALT_BYTES
from domain import ids
from domain.ids import random_hex
from domain.runs.report_run import ReportRun
from interfaces.composition import installation  # noqa: F401 -- it forgets randomness at a fork
from interfaces.testing.memory.store import open_memory
from tests.support.runs import pending_run


def test_every_stored_event_has_16_random_bytes_of_its_own() -> None:
    store = open_memory()
    run = pending_run()

    twice = [orjson.loads(store.events.mapper.to_stored_event(event).state) for event in [*run.pending_events] * 2]

    salts = [bytes.fromhex(state.pop("salt")) for state in twice]
    assert [len(salt) for salt in salts] == [16, 16]
    assert salts[0] != salts[1] and twice[0] == twice[1]


def test_readers_do_not_see_the_salt() -> None:
    store = open_memory()
    run = pending_run()
    (created,) = run.pending_events

    store.events.save(run)

    assert store.events.events_of(run.id) == [created]
    assert "salt" not in vars(store.events.events_of(run.id)[0])


def test_events_without_a_salt_are_read_as_before() -> None:
    store = open_memory()
    run = pending_run()
    (stored,) = store.events.pending(run)
    old = orjson.loads(stored.state)
    del old["salt"]

    store.recorder.insert_events([type(stored)(stored.originator_id, 1, stored.topic, orjson.dumps(old))])

    assert store.events.find(ReportRun, run.id) is not None


def test_salts_of_many_events_differ_and_are_not_kept_by_a_process_that_is_forked() -> None:
    seen = {random_hex(SALT_BYTES) for _ in range(1_000)}
    before = random_hex(SALT_BYTES)
    pid = os.fork()
    if pid == 0:
        os._exit(bool(ids._stored_hex))

    assert len(seen | {before}) == 1_001
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
