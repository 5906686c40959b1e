"""The outbox: every delivery is claimed by one deliverer at a time until it is done, and survives each of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from application.ports.outbox import NO_ROOM_NAMED, Attempt, Delivery
from domain.access.caller import Scope
from domain.webhooks.event_types import RUN_FAILED, RUN_SUCCEEDED
from interfaces.composition.stores import Stores
from interfaces.storage.sql.outbox import SqlOutbox
from interfaces.testing.memory.outbox import MemoryOutbox
from tests.support.clock import NOON, StillClock
from tests.support.runs import SCOPE
from tests.support.stores import stores_in

NOON_SECONDS = int(NOON.timestamp())
LEASE = 60.0

AnyOutbox = SqlOutbox | MemoryOutbox


def a_delivery(number: int, endpoint: str = "we_1", event_type: str = RUN_SUCCEEDED) -> Delivery:
    return Delivery(f"evt_{number}", endpoint, event_type, "acct_1", False, number, NOON_SECONDS)


def an_attempt(delivery: Delivery, number: int = 1, *, again_in: float | None = None, ok: bool = False) -> Attempt:
    return Attempt(
        delivery.event_id,
        delivery.endpoint_id,
        number,
        started_at=NOON_SECONDS + number,
        seconds=0.25,
        status=200 if ok else 500,
        error=None if ok else "The endpoint answered 500.",
        answer="thanks",
        is_delivered=ok,
        due_again_at=None if again_in is None else NOON_SECONDS + again_in,
    )


class OutboxContract:
    """The contract of every adapter."""

    clock: StillClock
    outbox: AnyOutbox

    def made(self) -> AnyOutbox:
        raise NotImplementedError

    @contextmanager
    def of_another_process(self) -> Iterator[AnyOutbox]:
        """The same rows, over a connection of its own."""
        yield self.outbox

    def begin(self) -> None:
        self.clock = StillClock()
        self.outbox = self.made()

    def claimed(
        self, worker: str = "a", *, limit: int = 100, of_each: int = 100, room: Mapping[str, int] = NO_ROOM_NAMED
    ) -> list[tuple[str, str]]:
        """Event and endpoint of what is claimed, in its order."""
        found = self.outbox.claim(worker, limit=limit, of_each=of_each, lease_seconds=LEASE, room=room)
        return [(one.delivery.event_id, one.delivery.endpoint_id) for one in found]

    def pending(self, *numbers: int) -> dict[str, int]:
        return dict(asyncio.run(self.outbox.pending([f"evt_{number}" for number in numbers])))

    def test_nothing_is_claimed_from_an_empty_outbox(self) -> None:
        assert self.claimed() == []
        assert self.outbox.position() == asyncio.run(self.outbox.fed_up_to()) == 0

    def test_a_delivery_comes_back_as_it_was_fed(self) -> None:
        delivery = Delivery("evt_1", "we_1", RUN_FAILED, "acct_9", True, 7, NOON_SECONDS)
        self.outbox.feed([delivery], 7)

        (claimed,) = self.outbox.claim("a", limit=1, of_each=1, lease_seconds=LEASE)

        assert (claimed.delivery, claimed.attempts) == (delivery, 0)
        assert self.outbox.position() == asyncio.run(self.outbox.fed_up_to()) == 7

    def test_what_is_fed_twice_is_delivered_once_and_the_position_never_goes_back(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed(limit=1)
        self.outbox.record("a", [an_attempt(a_delivery(1), ok=True)])

        self.outbox.feed([a_delivery(1)], 1)

        assert self.claimed() == [("evt_2", "we_1")]
        assert self.outbox.position() == 2

    def test_a_position_can_be_rewound_and_not_forwarded(self) -> None:
        self.outbox.feed([], 10)
        self.outbox.rewind(12)
        assert self.outbox.position() == 10

        self.outbox.rewind(4)

        assert self.outbox.position() == 4

    def test_first_attempts_of_an_endpoint_are_claimed_in_the_order_of_the_log(self) -> None:
        self.outbox.feed([a_delivery(number) for number in (10, 9, 2)], 10)

        assert self.claimed(limit=2) == [("evt_2", "we_1"), ("evt_9", "we_1")]
        assert self.claimed() == [("evt_10", "we_1")]

    def test_one_endpoint_takes_no_more_than_its_share_and_the_longest_wait_comes_first(self) -> None:
        self.outbox.feed([a_delivery(number, "we_busy") for number in range(1, 50)], 49)
        self.clock.move(1)
        self.outbox.feed([a_delivery(50, "we_a"), a_delivery(51, "we_b")], 51)

        assert self.claimed(of_each=2, limit=4) == [
            ("evt_1", "we_busy"),
            ("evt_2", "we_busy"),
            ("evt_50", "we_a"),
            ("evt_51", "we_b"),
        ]

    def test_endpoints_with_an_attempt_under_way_are_left_out(self) -> None:
        self.outbox.feed([a_delivery(1, "we_a"), a_delivery(2, "we_b")], 2)

        assert self.claimed(room={"we_a": 0}) == [("evt_2", "we_b")]

    def test_an_endpoint_may_have_more_or_less_room_than_the_others(self) -> None:
        fed = [a_delivery(number, endpoint) for number in range(1, 4) for endpoint in ("we_a", "we_b", "we_c")]
        self.outbox.feed(fed, 3)

        found = self.outbox.claim("a", limit=9, of_each=1, lease_seconds=LEASE, room={"we_a": 0, "we_b": 2})

        assert [(one.delivery.event_id, one.delivery.endpoint_id) for one in found] == [
            ("evt_1", "we_b"),
            ("evt_2", "we_b"),
            ("evt_1", "we_c"),
        ]

    def test_a_claimed_delivery_is_claimed_by_another_when_the_lease_has_expired(self) -> None:
        self.outbox.feed([a_delivery(1)], 1)

        assert self.claimed("a") == [("evt_1", "we_1")]
        self.clock.move(LEASE - 1)
        assert self.claimed("b") == []
        self.clock.move(1)
        assert self.claimed("b") == [("evt_1", "we_1")]

    def test_a_lease_from_a_clock_that_ran_ahead_does_not_count(self) -> None:
        self.outbox.feed([a_delivery(1)], 1)
        self.clock.move(86_400)
        self.claimed("a")

        self.clock.move(-86_400)

        assert self.claimed("b") == [("evt_1", "we_1")]

    def test_a_success_is_never_due_again_and_a_failure_at_its_time(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a")
        self.outbox.record("a", [an_attempt(a_delivery(1), ok=True), an_attempt(a_delivery(2), again_in=5)])

        assert self.pending(1, 2, 3) == {"evt_2": 1}
        self.clock.move(4)
        assert self.claimed() == []
        self.clock.move(1)
        (claimed,) = self.outbox.claim("a", limit=9, of_each=9, lease_seconds=LEASE)
        assert (claimed.delivery, claimed.attempts) == (a_delivery(2), 1)

    def test_a_failure_without_another_attempt_is_given_up_and_stays_undelivered(self) -> None:
        self.outbox.feed([a_delivery(1)], 1)
        self.claimed("a")

        self.outbox.record("a", [an_attempt(a_delivery(1))])

        assert self.pending(1) == {}
        assert asyncio.run(self.outbox.undelivered(SCOPE, RUN_SUCCEEDED)) == {"evt_1"}
        self.clock.move(1_000_000)
        assert self.claimed() == []

    def test_after_the_lease_a_success_counts_and_a_failure_does_not(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a")
        self.clock.move(LEASE)
        self.claimed("b")

        self.outbox.record("a", [an_attempt(a_delivery(1), ok=True), an_attempt(a_delivery(2))])

        assert self.pending(1, 2) == {"evt_2": 1}
        self.outbox.record("b", [an_attempt(a_delivery(1), again_in=1), an_attempt(a_delivery(2), again_in=1)])
        assert self.pending(1, 2) == {"evt_2": 1}

    def test_each_attempt_is_kept_with_what_came_of_it(self) -> None:
        first = an_attempt(a_delivery(1), again_in=5)
        second = an_attempt(a_delivery(1), 2, ok=True)._replace(status=None, error=None, answer="日本")
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a")
        self.outbox.record("a", [second])
        self.outbox.record("a", [first, an_attempt(a_delivery(2))])

        assert asyncio.run(self.outbox.attempts("evt_1")) == [first, second]

    def test_the_newest_attempts_of_all_events_are_found(self) -> None:
        self.outbox.feed([a_delivery(number) for number in (1, 2)], 2)
        attempts = [an_attempt(a_delivery(event), number, again_in=1) for number in (1, 2) for event in (1, 2)]
        attempts = [one._replace(started_at=NOON_SECONDS + place) for place, one in enumerate(attempts)]
        self.outbox.record("a", attempts)

        assert asyncio.run(self.outbox.latest(3)) == attempts[1:]

    def test_an_event_is_settled_once_it_is_accepted_or_while_it_is_due(self) -> None:
        self.outbox.feed([*(a_delivery(number) for number in (1, 2, 3)), a_delivery(4, "we_other")], 4)
        self.claimed("a")
        self.outbox.record("a", [an_attempt(a_delivery(1), ok=True), an_attempt(a_delivery(2))])

        assert asyncio.run(self.outbox.settled("we_1")) == {"evt_1", "evt_3"}

    def test_failures_are_counted_since_the_latest_success_of_their_endpoint(self) -> None:
        def recorded(at: float, endpoint: str = "we_1", *, ok: bool = False) -> None:
            attempt = an_attempt(a_delivery(1, endpoint), ok=ok)._replace(started_at=NOON_SECONDS + at)
            self.outbox.record("a", [attempt])

        def failures(after: float = 0.0, most: int = 9) -> list[float]:
            found = asyncio.run(self.outbox.failures("we_1", after=NOON_SECONDS + after, most=most))
            return [at - NOON_SECONDS for at in found]

        self.outbox.feed([a_delivery(1), a_delivery(1, "we_2")], 1)
        for at in (1, 2):
            recorded(at)
        recorded(3, ok=True)
        for at in (4, 5, 6):
            recorded(at)
        recorded(7, "we_2", ok=True)

        assert failures() == [4, 5, 6]
        assert failures(most=2) == [4, 5]
        assert failures(after=5) == [6]

    def test_a_worker_that_stops_hands_back_what_it_holds(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a", limit=1)
        self.claimed("b")

        self.outbox.release("a")

        assert self.claimed("c") == [("evt_1", "we_1")]

    def test_nothing_more_is_delivered_to_a_dropped_endpoint(self) -> None:
        self.outbox.feed([a_delivery(1, "we_a"), a_delivery(1, "we_b"), a_delivery(2, "we_a")], 2)
        self.claimed("a", limit=1)

        self.outbox.drop("we_a")

        assert self.claimed("b") == [("evt_1", "we_b")]
        assert self.pending(1, 2) == {"evt_1": 1}

    def test_what_came_later_is_still_delivered_where_an_endpoint_is_dropped_up_to_a_position(self) -> None:
        self.outbox.feed([a_delivery(number) for number in (1, 2, 3)], 3)

        self.outbox.drop("we_1", 2)

        assert self.claimed("b") == [("evt_3", "we_1")]

    def test_a_delivery_that_is_given_up_is_due_no_more(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a")

        self.outbox.give_up("a", [a_delivery(1), a_delivery(3)])

        assert self.pending(1, 2) == {"evt_2": 1}
        self.clock.move(LEASE)
        assert self.claimed("b") == [("evt_2", "we_1")]

    def test_a_delivery_that_was_made_due_since_is_not_given_up(self) -> None:
        self.outbox.feed([a_delivery(1)], 1)
        self.claimed("a")
        self.outbox.make_due([a_delivery(1)])

        self.outbox.give_up("a", [a_delivery(1)])

        assert self.claimed("a") == [("evt_1", "we_1")]

    def test_the_failure_of_an_attempt_ends_none_that_were_made_due_since(self) -> None:
        self.outbox.feed([a_delivery(1)], 1)
        self.claimed("a")
        self.outbox.record("a", [an_attempt(a_delivery(1), again_in=0)])
        self.claimed("a")
        self.outbox.make_due([a_delivery(1)])
        self.claimed("a")

        self.outbox.record("a", [an_attempt(a_delivery(1), 2)])
        self.outbox.record("a", [an_attempt(a_delivery(1), 1, again_in=0)])

        assert self.claimed("b") == [("evt_1", "we_1")]

    def test_what_was_delivered_or_given_up_or_is_new_can_be_made_due(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.claimed("a")
        self.outbox.record("a", [an_attempt(a_delivery(1), ok=True), an_attempt(a_delivery(2), 7)])

        self.outbox.make_due([a_delivery(number) for number in (1, 2, 3)])

        found = self.outbox.claim("a", limit=9, of_each=9, lease_seconds=LEASE)
        assert [(one.delivery.event_id, one.attempts) for one in found] == [("evt_1", 0), ("evt_2", 0), ("evt_3", 0)]

    def test_events_are_undelivered_in_their_own_account_mode_and_type(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2, event_type=RUN_FAILED)], 2)

        def found(scope: Scope, event_type: str) -> set[str]:
            return set(asyncio.run(self.outbox.undelivered(scope, event_type)))

        assert found(SCOPE, RUN_SUCCEEDED) == {"evt_1"}
        assert found(SCOPE, RUN_FAILED) == {"evt_2"}
        assert found(Scope("acct_1", livemode=True), RUN_FAILED) == found(Scope("acct_2", False), RUN_FAILED) == set()

    def test_pending_counts_each_endpoint(self) -> None:
        self.outbox.feed([a_delivery(1, "we_a"), a_delivery(1, "we_b"), a_delivery(2, "we_a")], 2)

        assert self.pending(1, 2, 3) == {"evt_1": 2, "evt_2": 1}
        assert self.pending() == {}

    def test_the_answers_to_one_event_can_be_forgotten(self) -> None:
        self.outbox.feed([a_delivery(1), a_delivery(2)], 2)
        self.outbox.record("w", [an_attempt(a_delivery(1)), an_attempt(a_delivery(2))])

        self.outbox.forget_answers(a_delivery(1).event_id)

        assert asyncio.run(self.outbox.attempts(a_delivery(1).event_id)) == [
            an_attempt(a_delivery(1))._replace(answer="")
        ]
        assert asyncio.run(self.outbox.attempts(a_delivery(2).event_id)) == [an_attempt(a_delivery(2))]

    def test_a_sweep_deletes_old_events_with_their_attempts_and_no_others(self) -> None:
        old = a_delivery(1)._replace(created=NOON_SECONDS - 1)
        self.outbox.feed([old, a_delivery(2)], 2)
        self.claimed("a")
        self.outbox.record("a", [an_attempt(old, again_in=0), an_attempt(a_delivery(2), again_in=0)])

        self.outbox.sweep(before=NOON_SECONDS)

        assert self.claimed() == [("evt_2", "we_1")]
        assert [len(asyncio.run(self.outbox.attempts(id))) for id in ("evt_1", "evt_2")] == [0, 1]

    def test_many_deliverers_at_once_claim_every_delivery_once(self) -> None:
        fed = [a_delivery(number, f"we_{number % 7}") for number in range(200)]
        self.outbox.feed(fed, 200)
        claimed: list[Delivery] = []

        def work(number: int) -> None:
            with self.of_another_process() as outbox:
                while found := outbox.claim(f"deliverer:{number}", limit=10, of_each=3, lease_seconds=LEASE):
                    claimed.extend(one.delivery for one in found)

        deliverers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for deliverer in deliverers:
            deliverer.start()
        for deliverer in deliverers:
            deliverer.join()

        assert sorted(claimed) == sorted(fed)


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.begin()

    def made(self) -> MemoryOutbox:
        return MemoryOutbox(self.clock)


class StoredOutbox(OutboxContract):
    """An outbox in a database."""

    stores: Stores
    place: tuple[Path, str]

    def made(self) -> SqlOutbox:
        return SqlOutbox(self.stores.store.database, self.clock)

    @contextmanager
    def of_another_process(self) -> Iterator[SqlOutbox]:
        with stores_in(*self.place) as stores:
            yield SqlOutbox(stores.store.database, self.clock)


class TestSqliteOutbox(StoredOutbox):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        self.place = (tmp_path, "")
        with stores_in(*self.place) as self.stores:
            self.begin()
            yield


class TestPostgresOutbox(StoredOutbox):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        self.place = (tmp_path, database_url)
        with stores_in(*self.place) as self.stores:
            self.begin()
            yield
