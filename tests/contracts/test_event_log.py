"""The event log: appends are atomic, positions grow, and each version of an aggregate is stored once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.log.event_store import EventStore
from application.log.idempotency_records import Append, IdempotencyRecord, IdempotencyRecords, KeysRecorded
from application.ports.erasable_log import ForgottenKey, Replacement
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.storage.sql.idempotency_records import SWEEP_RECORDS
from interfaces.storage.store import Recorder
from interfaces.testing.memory.store import open_memory
from tests.support.runs import SCOPE, a_file, pending_run, start, succeed
from tests.support.stores import stores_in


class EventLogContract:
    """What every adapter must do. Adapters give `events` and `appender`."""

    events: EventStore
    appender: Recorder

    idempotency_records: IdempotencyRecords

    def stored(self, record: IdempotencyRecord | None = None) -> Append:
        return Append(self.events.pending(pending_run()), record)

    def test_what_was_appended_is_read_back_in_order_with_its_positions(self) -> None:
        batches = [self.stored(), self.stored(), self.stored()]

        positions = self.appender.append(batches)

        logged = list(self.events.read(0, 10))
        assert positions == sorted(positions) and len(set(positions)) == 3
        assert [event.position for event in logged] == positions
        assert [event.event.originator_id for event in logged] == [batch.events[0].originator_id for batch in batches]

    def test_a_batch_is_answered_with_the_position_of_its_last_event(self) -> None:
        run = pending_run()
        start(run)

        (position,) = self.appender.append([Append(self.events.pending(run))])

        assert position == self.events.last_position()

    def test_a_conflict_stores_nothing_of_the_whole_append(self) -> None:
        taken, other = self.stored(), self.stored()
        self.appender.append([taken])

        with pytest.raises(IntegrityError):
            self.appender.append([other, taken])

        assert [event.event.originator_id for event in self.events.read(0, 10)] == [taken.events[0].originator_id]

    def test_after_a_conflict_the_log_can_be_written_again(self) -> None:
        taken = self.stored()
        self.appender.append([taken])
        with pytest.raises(IntegrityError):
            self.appender.append([taken])

        self.appender.append([self.stored()])

        assert len(list(self.events.read(0, 10))) == 2

    def test_an_aggregate_comes_back_as_it_was(self) -> None:
        run = pending_run()
        start(run)
        succeed(run, a_file())
        events = list(run.pending_events)

        self.events.save(run)

        again = self.events.find(ReportRun, run.id)
        assert again is not None
        assert (again.status, again.attempts, again.scope) == (run.status, run.attempts, run.scope)
        assert list(self.events.events_of(run.id)) == events

    def test_an_aggregate_can_be_seen_as_it_was_at_a_version(self) -> None:
        run = pending_run()
        start(run)
        self.events.save(run)

        before = self.events.find(ReportRun, run.id, version=1)

        assert before is not None and before.attempts == 0

    def test_of_two_that_change_the_same_version_the_second_is_refused(self) -> None:
        run = pending_run()
        self.events.save(run)
        one, two = self.events.find(ReportRun, run.id), self.events.find(ReportRun, run.id)
        assert one is not None and two is not None
        start(one)
        start(two)
        self.events.save(one)

        with pytest.raises(IntegrityError):
            self.events.save(two)

        assert len(self.events.events_of(run.id)) == 2

    def test_an_id_of_another_kind_is_not_found(self) -> None:
        run = pending_run()
        self.events.save(run)

        assert self.events.find(ReportRun, "frr_unknown") is None

    def test_events_after_a_position_are_read_in_order(self) -> None:
        positions = self.appender.append([self.stored() for _ in range(5)])

        after = [event.position for event in self.events.read(positions[1], 2)]

        assert after == positions[2:4]

    def test_a_record_is_stored_with_its_events_and_comes_back_as_it_was(self) -> None:
        record = a_record()

        self.appender.append([self.stored(record)])

        assert asyncio.run(self.idempotency_records.get(record.scope, record.key)) == record

    def test_a_key_that_has_a_record_stores_nothing_again(self) -> None:
        self.appender.append([self.stored(a_record())])

        with pytest.raises(IntegrityError):
            self.appender.append([self.stored(a_record(body=b"other"))])

        assert len(list(self.events.read(0, 10))) == 1

    def test_the_records_of_repeated_keys_are_named_and_nothing_of_their_group_is_stored(self) -> None:
        first = a_record(body=b"first")
        self.appender.append([self.stored(first)])
        group = [self.stored(a_record("key-2")), self.stored(a_record(body=b"other")), self.stored()]

        with pytest.raises(KeysRecorded) as repeated:
            self.appender.append(group)

        assert repeated.value.records == {1: first}
        assert repeated.value.position == self.events.last_position() == 1
        assert len(list(self.events.read(0, 10))) == 1
        self.appender.append([group[0], group[2]])
        assert len(list(self.events.read(0, 10))) == 3

    def test_the_same_key_is_another_one_in_another_account_or_mode(self) -> None:
        scopes = (SCOPE, Scope("acct_2", livemode=False), Scope("acct_1", livemode=True))

        self.appender.append([self.stored(a_record(scope=scope)) for scope in scopes])

        assert len(list(self.events.read(0, 10))) == 3

    def test_an_erasure_replaces_bytes_and_is_recorded_with_them(self) -> None:
        first, other = self.stored(), self.stored(a_record())
        position, _ = self.appender.append([first, other])
        (event,) = first.events
        after = StoredEvent(event.originator_id, 1, event.topic, b"after")
        recorded = StoredEvent(event.originator_id, 2, "event.erased", b"{}")

        last = self.appender.erase([Replacement(str(event.originator_id), 1, event.state, b"after")], [recorded], KEY)

        assert self.events.stored_events(str(event.originator_id)) == [after, recorded]
        assert [*map(tuple, self.appender.events_of_topic("event.erased"))] == [(last, *vars_of(recorded))]
        assert [*map(tuple, self.appender.events_after(position - 1, 1))] == [(position, *vars_of(after))]
        assert asyncio.run(self.idempotency_records.get(*KEY)) is None
        assert self.events.stored_events(str(other.events[0].originator_id)) == [*other.events]

    def test_nothing_is_erased_when_an_event_has_other_bytes(self) -> None:
        stored = self.stored(a_record())
        self.appender.append([stored])
        (event,) = stored.events
        recorded = StoredEvent(event.originator_id, 2, "event.erased", b"{}")

        with pytest.raises(IntegrityError):
            self.appender.erase([Replacement(str(event.originator_id), 1, b"other", b"after")], [recorded], KEY)

        assert self.events.stored_events(str(event.originator_id)) == [event]
        assert asyncio.run(self.idempotency_records.get(*KEY)) is not None

    def test_nothing_is_erased_when_another_writer_was_first(self) -> None:
        run = pending_run()
        start(run)
        created, started = self.events.pending(run)
        self.appender.append([Append([created, started])])
        recorded = StoredEvent(created.originator_id, 2, "event.erased", b"{}")

        with pytest.raises(IntegrityError):
            self.appender.erase([Replacement(str(created.originator_id), 1, created.state, b"after")], [recorded])

        assert self.events.stored_events(str(created.originator_id)) == [created, started]
        assert len(self.appender.append([self.stored()])) == 1

    def test_a_sweep_deletes_old_idempotency_records_only(self) -> None:
        self.appender.append([self.stored(a_record(key="old", created=99)), self.stored(a_record(key="young"))])

        self.idempotency_records.sweep(before=100)

        kept = [asyncio.run(self.idempotency_records.get(SCOPE, key)) for key in ("old", "young")]
        assert kept == [None, a_record(key="young")]

    def test_a_sweep_takes_the_oldest_step_by_step_and_ends_with_nothing(self) -> None:
        old = [self.stored(a_record(f"old-{number}", created=number // 200)) for number in range(600)]
        self.appender.append([*old, self.stored(a_record(key="young"))])

        swept: list[int] = []
        while not swept or swept[-1]:
            swept.append(self.idempotency_records.sweep(before=100))

        assert sum(swept) == 600
        kept = [asyncio.run(self.idempotency_records.get(SCOPE, key)) for key in ("old-0", "old-599", "young")]
        assert kept == [None, None, a_record(key="young")]


KEY = ForgottenKey(SCOPE, "key-1")


def vars_of(event: StoredEvent) -> tuple[str, int, str, bytes]:
    return str(event.originator_id), event.originator_version, event.topic, event.state


def a_record(key: str = "key-1", body: bytes = b"{}", scope: Scope = SCOPE, created: int = 100) -> IdempotencyRecord:
    return IdempotencyRecord(scope, key, b"fingerprint", 200, body, "req_1", created)


class TestMemoryEventLog(EventLogContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        stores = open_memory()
        self.events, self.appender, self.idempotency_records = (
            stores.events,
            stores.recorder,
            stores.idempotency_records,
        )


class StoredEventLog(EventLogContract):
    def test_one_step_of_a_sweep_deletes_a_bounded_number_of_records(self) -> None:
        self.appender.append([self.stored(a_record(f"old-{number}", created=1)) for number in range(300)])

        assert self.idempotency_records.sweep(before=100) == SWEEP_RECORDS < 300


class TestSqliteEventLog(StoredEventLog):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.events, self.appender, self.idempotency_records = (
                stores.events,
                stores.store.recorder,
                stores.store.idempotency_records,
            )
            yield


class TestPostgresEventLog(StoredEventLog):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.events, self.appender, self.idempotency_records = (
                stores.events,
                stores.store.recorder,
                stores.store.idempotency_records,
            )
            yield
