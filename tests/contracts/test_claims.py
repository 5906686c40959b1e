"""Claims: one worker a run, until the lease ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.claims import Claims
from domain.access.caller import Scope
from interfaces.composition.stores import Stores
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

    def pending(self, account: str = "acct_1") -> str:
        """A pending run that the adapter can see; its id."""
        run = pending_run(Scope(account, livemode=False))
        self.stores.events.save(run)
        self.stores.projector.catch_up()
        return run.id

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

    def made(self, runs_of_one_account: int = 0) -> Claims:
        assert isinstance(self.stores, Stores)
        return self.stores.claims_by(self.clock, runs_of_one_account)


class TestSqliteClaims(StoredClaims):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.begin(stores)
            yield


class TestPostgresClaims(StoredClaims):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.begin(stores)
            yield
