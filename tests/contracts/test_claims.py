"""Claims: one worker a run, until the lease ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from application.ports.claims import Claims
from application.queue.queue_feed import PendingRun, PendingRuns
from domain.access.caller import Scope
from domain.runs.report_run import PlannedOutcome, ReportRun
from interfaces.composition.stores import Stores
from interfaces.storage.sql.database import Row
from interfaces.storage.sql.queue.queue_rows import QueueRows
from interfaces.testing.memory.claims import MemoryClaims
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import StillClock
from tests.support.runs import fail, pending_run
from tests.support.stores import stores_in


class ClaimsContract:
    """What every adapter must do. Adapters call `begin` and say how claims are `made`."""

    stores: Stores | MemoryStore
    clock: StillClock
    claims: Claims

    def begin(self, stores: Stores | MemoryStore) -> None:
        self.stores = stores
        self.clock = StillClock()
        self.claims = self.made()

    def made(self, runs_of_one_account: int = 0) -> Claims:
        raise NotImplementedError

    def of_another_worker(self) -> Claims:
        """Claims on the same runs."""
        return self.made()

    def pending(self, account: str = "acct_1", delay_seconds: int = 0) -> str:
        """A pending run that the adapter can see; its id."""
        run = pending_run(Scope(account, livemode=False))
        if delay_seconds:
            run.plan(PlannedOutcome(delay_seconds=delay_seconds), actor="key_1", at=self.clock.now())
        self.stores.events.save(run)
        self.stores.projector.catch_up()
        return run.id

    def ended(self, run_id: str) -> None:
        """Record that a run has failed."""
        run = self.stores.events.find(ReportRun, run_id)
        assert run is not None
        fail(run)
        self.stores.events.save(run)

    def test_nothing_is_taken_when_nothing_is_pending(self) -> None:
        assert self.claims.acquire("worker:a", 30) is None

    def test_a_run_is_taken_by_one_worker(self) -> None:
        run_id = self.pending()

        assert self.claims.acquire("worker:a", 30) == run_id
        assert self.claims.acquire("worker:b", 30) is None

    def test_the_oldest_run_is_taken_first(self) -> None:
        first, second = self.pending(), self.pending()

        assert [self.claims.acquire("worker:a", 30), self.claims.acquire("worker:b", 30)] == [first, second]

    def test_a_run_whose_worker_died_is_taken_over_when_its_lease_has_ended(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.clock.move(29)
        too_early = self.claims.acquire("worker:b", 30)
        self.clock.move(1)

        assert too_early is None
        assert self.claims.acquire("worker:b", 30) == run_id

    def test_a_run_that_its_worker_finds_finished_is_taken_no_more(self) -> None:
        run_id, other = self.pending(), self.pending()
        claims = self.made(runs_of_one_account=1)
        claims.acquire("worker:a", 30)

        claims.finish(run_id, "worker:b")
        before = claims.acquire("worker:b", 30)
        claims.finish(run_id, "worker:a")

        assert [before, claims.acquire("worker:b", 30)] == [None, other]
        claims.finish(other, "worker:b")
        assert claims.acquire("worker:b", 30) is None

    def test_a_renewed_claim_lasts_longer(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.clock.move(20)
        assert self.claims.renew(run_id, "worker:a", 30)
        self.clock.move(20)

        assert self.claims.acquire("worker:b", 30) is None

    def test_a_claim_that_another_worker_has_cannot_be_renewed(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)
        self.clock.move(31)
        self.claims.acquire("worker:b", 30)

        assert not self.claims.renew(run_id, "worker:a", 30)

    def test_a_released_run_can_be_taken_at_once(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.claims.release(run_id, "worker:a")

        assert self.claims.acquire("worker:b", 30) == run_id

    def test_a_worker_cannot_release_what_another_has(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.claims.release(run_id, "worker:b")

        assert self.claims.acquire("worker:b", 30) is None

    def test_a_postponed_run_is_taken_after_its_delay_by_anyone(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.claims.postpone(run_id, "worker:a", 5)

        assert self.claims.acquire("worker:a", 30) is None
        self.clock.move(5)
        assert self.claims.acquire("worker:b", 30) == run_id

    def test_a_run_that_is_held_before_others_know_it_is_not_taken(self) -> None:
        run_id = self.pending()

        self.claims.lease(run_id, "acct_1", "cli:me", 30)

        assert self.claims.acquire("worker:a", 30) is None

    def test_one_account_with_many_runs_does_not_starve_another_with_one(self) -> None:
        many = [self.pending("acct_1") for _ in range(5)]
        one = self.pending("acct_2")

        taken = [self.claims.acquire(f"worker:{number}", 30) for number in range(3)]

        assert taken == [many[0], one, many[1]]

    def test_a_finished_run_is_not_taken(self) -> None:
        run = pending_run()
        fail(run)
        self.stores.events.save(run)
        self.stores.projector.catch_up()

        assert self.claims.acquire("worker:a", 30) is None

    def test_a_claim_of_before_the_clock_was_set_back_does_not_hold_a_run_for_long(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.clock.move(-3600)

        assert self.claims.acquire("worker:b", 30) == run_id

    def test_an_account_has_no_more_runs_in_work_than_the_limit_says(self) -> None:
        for _ in range(3):
            self.pending()
        other = self.pending("acct_2")
        claims = self.made(runs_of_one_account=1)

        taken = [claims.acquire(f"worker:{number}", 30) for number in range(3)]

        assert taken[0] is not None and taken[1:] == [other, None]

    def test_a_run_is_not_taken_before_its_time(self) -> None:
        later, now = self.pending(delay_seconds=3600), self.pending()

        assert [self.claims.acquire("worker:a", 30) for _ in range(2)] == [now, None]
        self.clock.move(3599)
        assert self.claims.acquire("worker:b", 30) == now  # whose worker has died
        self.clock.move(1)
        assert self.claims.acquire("worker:c", 30) == later

    def test_a_delay_that_is_planned_later_counts_too(self) -> None:
        run_id = self.pending()
        run = self.stores.events.find(ReportRun, run_id)
        assert run is not None and self.claims.acquire("worker:a", 30) == run_id
        self.claims.release(run_id, "worker:a")

        run.plan(PlannedOutcome(delay_seconds=60), actor="key_1", at=self.clock.now())
        self.stores.events.save(run)

        assert self.claims.acquire("worker:a", 30) is None
        self.clock.move(60)
        assert self.claims.acquire("worker:a", 30) == run_id

    def test_a_postponed_run_waits_for_longer_than_a_lease(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.claims.postpone(run_id, "worker:a", 3600)

        self.clock.move(3599)
        assert self.claims.acquire("worker:b", 30) is None
        self.clock.move(1)
        assert self.claims.acquire("worker:b", 30) == run_id

    def test_a_wait_of_before_the_clock_was_set_back_does_not_hold_a_run(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)
        self.claims.postpone(run_id, "worker:a", 5)

        self.clock.move(-3600)

        assert self.claims.acquire("worker:b", 30) == run_id

    def test_runs_that_wait_do_not_count_as_in_work(self) -> None:
        self.pending(delay_seconds=60)
        postponed, free = self.pending(), self.pending()
        claims = self.made(runs_of_one_account=1)
        claims.acquire("worker:a", 30)
        claims.postpone(postponed, "worker:a", 60)

        assert claims.acquire("worker:a", 30) == free

    def test_a_run_that_is_handed_back_comes_before_younger_ones(self) -> None:
        first, second, third = (self.pending() for _ in range(3))
        taken = [self.claims.acquire("worker:a", 30) for _ in range(2)]

        self.claims.release(first, "worker:a")

        assert taken == [first, second]
        assert [self.claims.acquire("worker:b", 30) for _ in range(3)] == [first, third, None]

    @pytest.mark.parametrize("end", ["release", "postpone", "end", "die"])
    def test_an_account_at_its_limit_goes_on_when_one_of_its_runs_is_out_of_work(self, end: str) -> None:
        first, second = self.pending(), self.pending()
        claims = self.made(runs_of_one_account=1)
        assert [claims.acquire("worker:a", 30), claims.acquire("worker:b", 30)] == [first, None]

        if end == "release":
            claims.release(first, "worker:a")
        elif end == "postpone":
            claims.postpone(first, "worker:a", 90)
        elif end == "end":
            self.ended(first)
            claims.release(first, "worker:a")
        else:
            self.clock.move(30)

        back = {"release": first, "die": first}.get(end, second)
        assert [claims.acquire("worker:b", 30), claims.acquire("worker:c", 30)] == [back, None]

    def test_a_run_that_ends_while_another_worker_has_it_is_not_taken_again(self) -> None:
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)

        self.ended(run_id)
        self.clock.move(31)

        assert self.claims.acquire("worker:b", 30) is None
        assert not self.claims.renew(run_id, "worker:a", 30)

    def test_a_run_that_ended_before_it_was_taken_is_passed_over(self) -> None:
        first, second = self.pending(), self.pending()

        self.ended(first)

        assert [self.claims.acquire("worker:a", 30) for _ in range(2)] == [second, None]

    def test_a_run_that_is_leased_before_it_is_stored_is_taken_when_its_process_died(self) -> None:
        run = pending_run()
        self.claims.lease(run.id, "acct_1", "cli:me", 30)
        self.stores.events.save(run)

        assert self.claims.acquire("worker:a", 30) is None
        self.clock.move(30)
        assert self.claims.acquire("worker:a", 30) == run.id

    def test_a_run_that_was_leased_and_never_stored_is_forgotten(self) -> None:
        run_id = self.pending()
        claims = self.made(runs_of_one_account=1)
        claims.lease("frr_never_stored", "acct_1", "cli:me", 30)

        assert claims.acquire("worker:a", 30) is None
        self.clock.move(30)
        assert claims.acquire("worker:a", 30) == run_id

    def test_accounts_with_equally_many_runs_in_work_take_turns_by_age(self) -> None:
        runs = [self.pending(account) for account in ("acct_2", "acct_1", "acct_1", "acct_2", "acct_3")]

        taken = [self.claims.acquire("worker:a", 30) for _ in range(6)]

        assert taken == [runs[0], runs[1], runs[4], runs[2], runs[3], None]

    def test_many_workers_at_once_take_every_run_once(self) -> None:
        pending = [self.pending() for _ in range(40)]
        taken: list[str] = []

        def work(number: int) -> None:
            claims = self.of_another_worker()
            while run_id := claims.acquire(f"worker:{number}", 30):
                taken.append(run_id)

        workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert sorted(taken) == sorted(pending)


class TestMemoryClaims(ClaimsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.begin(open_memory())

    def made(self, runs_of_one_account: int = 0) -> Claims:
        assert isinstance(self.stores, MemoryStore)
        return MemoryClaims(self.stores.events, self.clock, runs_of_one_account=runs_of_one_account)

    def of_another_worker(self) -> Claims:
        return self.claims


class StoredClaims(ClaimsContract):
    """Claims in a database, where each worker has its own connection."""

    place: tuple[Path, str]
    others: ExitStack
    one_at_a_time = threading.Lock()

    @contextmanager
    def stored_in(self, folder: Path, database_url: str = "") -> Iterator[None]:
        with stores_in(folder, database_url) as stores, ExitStack() as self.others:
            self.place = (folder, database_url)
            stores.queue_feed.catch_up()  # else the first take would fill it from the list of runs
            self.begin(stores)
            yield

    def made(self, runs_of_one_account: int = 0) -> Claims:
        assert isinstance(self.stores, Stores)
        return self.stores.claims_by(self.clock, runs_of_one_account)

    def of_another_worker(self) -> Claims:
        with self.one_at_a_time:
            return self.others.enter_context(stores_in(*self.place)).claims_by(self.clock)

    def test_a_queue_that_is_new_is_filled_from_the_list_of_runs(self) -> None:
        """As that of an installation which was made by the version before."""
        runs = [self.pending() for _ in range(3)]
        self.ended(runs[0])
        assert isinstance(self.stores, Stores)
        self.stores.projector.catch_up()

        self.stores.queue_feed.refill()

        assert self.stores.queue.position() == self.stores.events.last_position() > 0
        assert [self.claims.acquire("worker:a", 30) for _ in range(3)] == [*runs[1:], None]

    def test_views_go_on_while_a_new_queue_is_filled(self) -> None:
        earlier = self.pending()
        assert isinstance(self.stores, Stores)
        with self.one_at_a_time:
            server = self.others.enter_context(stores_in(*self.place))

        later = pending_run()

        def listed() -> Iterator[PendingRun]:
            for run in pending.runs:
                yield run
                if run.run_id == earlier:
                    server.events.save(later)
                    server.projector.catch_up()

        pending = self.stores.pending_runs()
        self.stores.queue.fill(PendingRuns(pending.position, listed()))

        assert server.projector.position() == self.stores.events.last_position()
        assert [self.claims.acquire("worker:a", 30) for _ in range(3)] == [earlier, later.id, None]

    def test_a_queue_that_is_filled_anew_keeps_leases(self) -> None:
        first, _ = self.pending(), self.pending()
        claims = self.made(runs_of_one_account=1)
        claims.acquire("worker:a", 30)
        assert isinstance(self.stores, Stores)

        self.stores.queue_feed.refill()

        assert claims.renew(first, "worker:a", 30)
        assert claims.acquire("worker:b", 30) is None
        claims.release(first, "worker:a")
        assert [claims.acquire("worker:b", 30), claims.acquire("worker:c", 30)] == [first, None]
        assert self.stores.queue.size() == 2

    def test_a_run_that_ended_before_the_queue_was_filled_anew_is_offered_once_at_most(self) -> None:
        """Its worker was killed between the last event and the queue."""
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)
        self.ended(run_id)
        assert isinstance(self.stores, Stores)
        self.stores.queue_feed.refill()
        self.clock.move(31)

        offered = self.claims.acquire("worker:b", 30)
        self.claims.finish(run_id, "worker:b")

        assert offered in (None, run_id)
        assert (self.claims.acquire("worker:b", 30), self.stores.queue.size()) == (None, 0)

    def test_a_run_that_the_queue_met_twice_is_offered_once_more_at_most(self) -> None:
        """It was stored and taken while the queue was filled anew, as of a moment before."""
        assert isinstance(self.stores, Stores)
        before = self.stores.events.last_position()
        run_id = self.pending()
        self.claims.acquire("worker:a", 30)
        self.stores.queue.fill(PendingRuns(before, iter([])))
        self.stores.queue_feed.catch_up()
        self.ended(run_id)
        self.claims.finish(run_id, "worker:a")

        offered = self.claims.acquire("worker:a", 30)
        self.claims.finish(run_id, "worker:a")

        assert offered in (None, run_id)
        assert (self.claims.acquire("worker:a", 30), self.stores.queue.size()) == (None, 0)

    def test_a_run_that_the_queue_met_twice_is_handed_back(self) -> None:
        assert isinstance(self.stores, Stores)
        before = self.stores.events.last_position()
        first, second = self.pending(), self.pending()
        self.claims.acquire("worker:a", 30)
        self.claims.acquire("worker:b", 30)
        self.stores.queue.fill(PendingRuns(before, iter([])))
        self.stores.queue_feed.catch_up()

        self.claims.release(first, "worker:a")
        self.clock.move(31)

        assert [self.claims.acquire("worker:c", 30) for _ in range(3)] == [first, second, None]

    def test_a_run_that_was_leased_before_it_was_stored_is_not_lost_when_the_queue_is_filled_anew(self) -> None:
        """A command that makes a run is killed, and no worker has fed the queue since it stored the run."""
        run = pending_run()
        self.claims.lease(run.id, run.scope.account, "cli:me", 30)
        self.stores.events.save(run)
        assert isinstance(self.stores, Stores)
        self.stores.queue_feed.refill()

        self.clock.move(31)

        assert self.claims.acquire("worker:a", 30) == run.id


class TestSqliteClaims(StoredClaims):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with self.stored_in(tmp_path):
            yield

    def test_a_run_is_taken_while_another_process_writes_views(self) -> None:
        run_id = self.pending()
        assert isinstance(self.stores, Stores)
        other = self.of_another_worker()

        with self.stores.views.unit_of_work():
            taken = other.acquire("worker:a", 30)

        assert taken == run_id

    def test_commands_that_take_no_run_make_no_queue(self, tmp_path: Path) -> None:
        with stores_in(tmp_path / "other") as stores:
            stores.projector.catch_up()

        assert not list((tmp_path / "other").glob("queue.db*"))


class TestPostgresClaims(StoredClaims):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with self.stored_in(tmp_path, database_url):
            yield

    def test_a_lease_that_ends_while_its_run_is_met_in_the_log_loses_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A command that makes a run stood still between its lease and the run's first event."""
        run = pending_run()
        self.claims.lease(run.id, run.scope.account, "cli:me", 30)
        self.clock.move(31)
        other = self.of_another_worker()
        self.stores.events.save(run)
        monkeypatch.setattr(other, "_catch_up", lambda: None)  # it did just before
        ending = threading.Thread(target=other.acquire, args=("worker:b", 30))
        every = QueueRows.all

        def then_it_ends(rows: QueueRows, name: str) -> Sequence[Row]:
            found = every(rows, name)
            monkeypatch.setattr(QueueRows, "all", every)
            ending.start()
            ending.join(0.5)
            return found

        monkeypatch.setattr(QueueRows, "all", then_it_ends)
        self.claims.acquire("worker:a", 30)
        ending.join()
        self.clock.move(31)

        assert self.claims.acquire("worker:a", 30) == run.id

    def test_a_worker_that_is_frozen_in_a_take_does_not_hold_up_other_accounts(self) -> None:
        self.pending("acct_1")
        other = self.pending("acct_2")
        _, url = self.place
        assert isinstance(self.stores, Stores)
        self.stores.queue_feed.catch_up()

        with psycopg.connect(url) as frozen:
            frozen.execute("select account from queue_accounts where account = 'acct_1' for update")
            assert self.claims.acquire("worker:b", 30) == other

    def test_a_queue_is_filled_anew_while_runs_are_taken(self) -> None:
        first, second = self.pending("acct_1"), self.pending("acct_2")
        _, url = self.place
        assert isinstance(self.stores, Stores)
        feed = self.stores.queue_feed
        feed.catch_up()
        filled = []

        def fill() -> None:
            feed.refill()
            filled.append(True)

        filling = threading.Thread(target=fill)

        with psycopg.connect(url) as taking:  # in the order of a take
            taking.execute("select account from queue_accounts where account = 'acct_2' for update")
            filling.start()
            filling.join(0.5)
            taking.execute("delete from queue_runs where account = 'acct_2'")
            taking.execute("update queue_accounts set head = null where account = 'acct_2'")
        filling.join()

        assert filled
        assert [self.claims.acquire("worker:a", 30) for _ in range(3)] == [first, second, None]

    def test_beside_a_long_read_a_take_passes_few_dead_rows(self) -> None:
        """Rows that died since a snapshot was taken are kept for it, so tables that takes search must stay small."""
        _, url = self.place
        assert isinstance(self.stores, Stores)
        queue, many = self.stores.queue, 1_500
        queue.fill(PendingRuns(0, (PendingRun(f"frr_{number}", "acct_1", number) for number in range(1, many + 1))))

        with psycopg.connect(url) as reading:
            reading.execute("set transaction isolation level repeatable read")
            reading.execute("select count(*) from reportrun_events")
            for number in range(1, many + 1):
                assert self.claims.acquire("worker:a", 30) == f"frr_{number}"
                with queue.unit_of_work():
                    queue.remove(f"frr_{number}")
            sizes = self.stores.queue_writer.every(
                "select relname, pg_relation_size(oid) as bytes from pg_class "
                "where relname in ('queue_leases', 'queue_accounts', 'queue_position', 'positions')"
            )

        assert {row["relname"]: row["bytes"] for row in sizes if row["bytes"] > 48 * 1024} == {}
