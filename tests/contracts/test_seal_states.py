"""The state of sealing: one holder at a time, and one root for each size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.seal_states import SealState, SealStates
from interfaces.composition.stores import Stores
from interfaces.storage.sql.seal_state import SqlSealStates
from interfaces.testing.memory.seal_state import MemorySealStates
from tests.support.stores import stores_in

FIRST = SealState("host/acct_1/A", "ab" * 32, size=0, root="00" * 32, position=0)
GROWN = FIRST._replace(size=3, root="33" * 32, position=4, sealed_at=5.5)


class SealStatesContract:
    """The contract of every adapter."""

    states: SealStates

    def test_there_is_no_state_before_the_first_and_the_first_stays(self) -> None:
        assert self.states.get() is None
        assert not self.states.acquire("one", 30)

        assert self.states.begin(FIRST) == FIRST
        assert self.states.begin(FIRST._replace(origin="another")) == FIRST == self.states.get()

    def test_a_size_is_stored_and_then_its_checkpoint(self) -> None:
        self.states.begin(FIRST)
        assert self.states.acquire("one", 30)

        assert self.states.advance("one", 0, GROWN)
        assert self.states.get() == GROWN
        assert self.states.publish("one", 3, "note")
        assert self.states.get() == GROWN._replace(note="note")

    def test_a_size_never_gets_two_roots(self) -> None:
        self.states.begin(FIRST)
        self.states.acquire("one", 30)
        self.states.advance("one", 0, GROWN)

        assert not self.states.advance("one", 0, GROWN._replace(root="44" * 32))
        assert not self.states.publish("one", 2, "note of another size")
        assert self.states.get() == GROWN


class StoredSealStates(SealStatesContract):
    stores: Stores

    def test_one_process_at_a_time_has_the_lease(self) -> None:
        now = [1000.0]
        states = self.states
        assert isinstance(states, SqlSealStates)
        states._now = lambda: now[0]
        states.begin(FIRST)

        assert states.acquire("one", 5) and states.acquire("one", 5)
        assert not states.acquire("two", 5)
        assert not states.advance("two", 0, GROWN) and not states.publish("two", 0, "note")
        states.release("two")
        assert not states.acquire("two", 5)
        now[0] += 6
        assert states.acquire("two", 5)
        assert not states.advance("one", 0, GROWN)
        states.release("two")
        assert states.acquire("one", 5)

    def test_a_lease_from_before_the_clock_was_set_back_does_not_count(self) -> None:
        states = self.states
        assert isinstance(states, SqlSealStates)
        states._now = lambda: 1_000_000.0
        states.begin(FIRST)
        states.acquire("one", 5)

        states._now = lambda: 1000.0

        assert states.acquire("two", 5)


class TestMemorySealStates(SealStatesContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.states = MemorySealStates()


class TestSqliteSealStates(StoredSealStates):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path / "store") as self.stores:
            self.states = self.stores.store.seal_states
            yield


class TestPostgresSealStates(StoredSealStates):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path / "store", database_url) as self.stores:
            self.states = self.stores.store.seal_states
            yield
