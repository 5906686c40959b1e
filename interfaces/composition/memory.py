"""An installation whose log, views and result files are in memory, for tests."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from application.ports.claims import Claims
from application.ports.results import ResultStore
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.storage.store import Store
from interfaces.testing.memory.claims import MemoryClaims
from interfaces.testing.memory.notifier import MemoryLogNotifier
from interfaces.testing.memory.outbox import MemoryOutbox
from interfaces.testing.memory.results import MemoryResultStore
from interfaces.testing.memory.seal_state import MemorySealStates
from interfaces.testing.memory.store import open_memory
from interfaces.testing.memory.workers import MemoryWorkers

if TYPE_CHECKING:
    from interfaces.storage.sql.database import QueueWriter
    from interfaces.storage.sql.outbox import SqlOutbox
    from interfaces.storage.sql.views.views import SqlViews
    from interfaces.storage.store import ClosingDatabase


class MemoryInstallation(Installation):
    """Gone with its process, and seen by that process alone. The ledger lies in the data folder."""

    has_writer_processes = False

    @cached_property
    def stores(self) -> Stores:
        memory = open_memory()
        store = Store(
            memory.events,
            memory.recorder,
            cast("ClosingDatabase", _NoDatabase()),
            memory.idempotency_records,
            memory.recorder.webhook_secrets,
            MemorySealStates(),
            MemoryLogNotifier(),
            open_queue=_no_queue,
        )
        claims = MemoryClaims(memory.events, self.clock, runs_of_one_account=self.settings.account_concurrency)
        outbox, workers = MemoryOutbox(self.clock), MemoryWorkers(self.clock)
        return MemoryStores(store, cast("SqlViews", memory.views), claims, outbox, workers)

    @cached_property
    def results(self) -> ResultStore:
        return MemoryResultStore(self.settings.spill_folder)

    def must_reach_results(self) -> None:
        """Memory is always there."""


class MemoryStores(Stores):
    def __init__(
        self, store: Store, views: SqlViews, claims: Claims, outbox: MemoryOutbox, workers: MemoryWorkers
    ) -> None:
        super().__init__(store, views)
        self.claims = claims
        self.workers = workers
        self.outbox = cast("SqlOutbox", outbox)


def _no_queue() -> QueueWriter:
    raise AssertionError("The queue in memory has no tables.")


class _NoReader:
    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""


class _NoWriter:
    row_lock = ""


class _NoDatabase:
    """The part of a database that a server opens and closes."""

    reader = _NoReader()
    writer = _NoWriter()

    def close(self) -> None:
        """Nothing to close."""
