"""Chooses the adapters: the only file that knows which implementation stands behind which port."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import getpass
import logging
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from application.access import ttl_cache as remembered
from application.access.administration import Administration
from application.access.authentication import Authentication
from application.access.ttl_cache import TtlCache
from application.ledger.availability import AvailabilityQuery
from application.ledger.loading import Loading
from application.log.event_store import EventStore
from application.log.group_commit import GroupCommit, ThreadedAppender
from application.log.idempotency import Idempotency
from application.log.idempotency_records import KEPT_SECONDS
from application.ports.ledger import LedgerSource
from application.ports.results import ResultStore
from application.projecting.projector import Projector
from application.projecting.rebuild import rebuild
from application.projecting.subscription import Subscription
from application.runs.execution import Execution, Limits
from application.runs.report_runs import ReportRuns
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from application.runs.result_retention import FileSweep
from application.runs.run_rules import RunRules
from application.runs.work_loop import WorkLoop
from application.views.registry import PROJECTIONS
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from domain.ids import forget_randomness
from domain.report_types import Catalogue, ReportType, catalogue
from interfaces.engine.custom.reports import CustomReports, read_reports
from interfaces.engine.definitions.report_definition import can_run
from interfaces.host.clock import SystemClock
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.local_copies import LocalCopies
from interfaces.ledger.delta.payout_lookup import PayoutLookup
from interfaces.results.local import LocalResultStore
from interfaces.settings import SettingRefused, Settings
from interfaces.storage.backup import read_backup, write_backup
from interfaces.storage.sql.claims import SqlClaims
from interfaces.storage.sql.views.views import SqlViews
from interfaces.storage.sqlite.store import open_sqlite
from interfaces.storage.store import Store
from interfaces.storage.writers.appender import WriterProcessAppender
from interfaces.storage.writers.projector import WriterProcessProjector
from interfaces.storage.writers.protocol import Role
from interfaces.storage.writers.writer_process import writer_process

if TYPE_CHECKING:  # a web framework is slow to import, and most commands do without
    from fastapi import FastAPI
    from starlette.types import ASGIApp


log = logging.getLogger("reportrun")

os.register_at_fork(after_in_child=forget_randomness)

SWEEP_SECONDS = 600

FULL_DISK_BYTES = 1024 * 1024
"""With less than this left, nothing can be stored for long."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What is stored, opened: the log, and what is made of it."""

    store: Store
    events: EventStore
    views: SqlViews
    projector: Projector
    claims: SqlClaims

    def close(self) -> None:
        self.store.close()


def open_stores(settings: Settings) -> Stores:
    """Open the store, making what is missing. Raises `StoreUnavailable` for one that cannot be used."""
    store = _open_store(settings)
    views = SqlViews(store.database)
    views.set_up()
    claims = SqlClaims(store.database, SystemClock(), runs_of_one_account=settings.account_concurrency)
    claims.set_up()
    return Stores(store, store.events, views, Projector(store.events, views, PROJECTIONS), claims)


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Stores]:
    """The stores, closed at the end."""
    stores = open_stores(settings)
    try:
        yield stores
    finally:
        stores.close()


def _open_store(settings: Settings) -> Store:
    settings.data.mkdir(parents=True, exist_ok=True)
    if not settings.database_url:
        return open_sqlite(settings.data)
    from interfaces.storage.postgres.store import open_postgres

    return open_postgres(settings.database_url, settings.database_pool_size)


def migrate(settings: Settings) -> tuple[int, int] | None:
    """Bring the database's schema up to date; gives its version before and after, None for SQLite, which does so."""
    if not settings.database_url:
        open_stores(settings).close()
        return None
    from interfaces.storage.postgres.schema import migrate as migrate_postgres

    return migrate_postgres(settings.database_url)


def back_up(stores: Stores, file: Path) -> int:
    """Write the log into a file, while others write; gives the number of events."""
    return write_backup(file, stores.store.recorder.export_events())


def restore(stores: Stores, file: Path) -> int:
    """Take a backup into an empty store and make its views; gives the position that the log has then."""
    stores.store.recorder.import_events(read_backup(file))
    return rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)  # old views may lie there


def known_report_types(settings: Settings) -> Catalogue:
    """The catalogue and the installation's own types, as the settings have it."""
    known = catalogue().and_more(own.report_type for own in custom_reports(settings.reports).by_id.values())
    if settings.live_only_types is None:
        return known
    try:
        return known.with_live_only(settings.live_only_types)
    except ValueError as unknown:
        raise SettingRefused(f"REPORTRUN_LIVE_ONLY_TYPES: {unknown}") from None


@functools.cache
def custom_reports(folder: str) -> CustomReports:
    """The installation's own report types, as they are when they are first asked for."""
    if not folder:
        return CustomReports({})
    return read_reports(Path(folder), {report_type.id for report_type in catalogue()})


def report_types(settings: Settings, stores: Stores) -> ReportTypes:
    own = custom_reports(settings.reports).by_id

    def runs_here(report_type: ReportType) -> bool:
        return report_type.id in own or can_run(report_type)

    availability = AvailabilityQuery(stores.views.ledgers, stores.views.accounts)
    return ReportTypes(known_report_types(settings), runs_here, availability)


def run_rules(settings: Settings, stores: Stores, types: ReportTypes) -> RunRules:
    return RunRules(stores.events, types, TtlCache(stores.views.accounts.get), PayoutLookup(ledger(settings)))


def person() -> str:
    """Who types at the command line, as events record it."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user id without a name
        return f"cli:{os.getuid()}"


def administration(stores: Stores) -> Administration:
    return Administration(stores.events, SystemClock(), person(), lambda: _show_everybody(stores))


def _show_everybody(stores: Stores) -> None:
    """Bring the views up to date, and wait until no server remembers what they said before."""
    stores.projector.catch_up()
    time.sleep(remembered.SECONDS)


def ledger(settings: Settings) -> DeltaLedger:
    copies = LocalCopies(settings.copies_folder, settings.ledger_copies_mib * 1024 * 1024)
    return DeltaLedger(settings.ledger_place, copies=copies, memory_megabytes=settings.engine_memory_mib)


def folder_contents(folder: Path) -> tuple[list[LedgerSource], list[Path]]:
    """The files of a folder that are named after tables, and those that are left out."""
    from interfaces.ledger.sources.table_names import sources_in

    contents = sources_in(folder)
    return contents.sources, contents.left_out


def table_named(name: str) -> str:
    """The ledger's table that a word or a file's name stands for. Raises `LedgerRefused` for none."""
    from interfaces.ledger.sources.table_names import table_of

    return table_of(name)


def demo_sources(folder: Path, *, livemode: bool) -> list[LedgerSource]:
    """Write the demo ledger's files into a folder."""
    from interfaces.ledger.demo.demo import write_demo

    return write_demo(folder, livemode)


def loading(settings: Settings, stores: Stores) -> Loading:
    return Loading(
        stores.events,
        ledger(settings),
        administration(stores),
        SystemClock(),
        person(),
        lambda: _show_everybody(stores),
    )


def results(settings: Settings) -> ResultStore:
    if "://" not in settings.files_place:
        return LocalResultStore(Path(settings.files_place))
    from interfaces.results.bucket import BucketResultStore

    return BucketResultStore(settings.files_place, making=settings.spill_folder)


def file_sweep(settings: Settings, stores: Stores) -> FileSweep:
    return FileSweep(
        stores.events, stores.views.files, results(settings), SystemClock(), person(), stores.projector.catch_up
    )


def execution(settings: Settings, stores: Stores, worker: str, *, attempts: int | None = None) -> Execution:
    """Carries out runs. attempts: how many a run gets; None for what the settings say."""
    from interfaces.engine.duckdb.engine import DuckDbEngine

    return Execution(
        events=stores.events,
        catalogue=known_report_types(settings),
        engine=DuckDbEngine(
            ledger(settings),
            memory_limit_mib=settings.engine_memory_mib,
            threads=settings.engine_threads or os.cpu_count() or 1,
            spill_folder=settings.spill_folder,
            total_rows=settings.total_rows,
            custom_reports=custom_reports(settings.reports).by_id,
        ),
        results=results(settings),
        clock=SystemClock(),
        worker=worker,
        limits=Limits(settings.attempt_limit_seconds, attempts or settings.attempts, settings.retry_delay_seconds),
        connected_to=_connected_accounts(stores),
    )


def _connected_accounts(stores: Stores) -> Callable[[str], Sequence[str]]:
    """Finds the accounts that are connected to a platform, for a thread without an event loop."""

    def connected_to(platform: str) -> Sequence[str]:
        stores.projector.catch_up()  # the log may know more accounts than the views do by now
        return asyncio.run(stores.views.accounts.connected_to(platform))

    return connected_to


def work_loop(settings: Settings) -> WorkLoop:
    """What one worker process does."""
    stores = open_stores(settings)
    worker = f"worker:{socket.gethostname()}:{os.getpid()}"
    return WorkLoop(
        worker=worker,
        claims=stores.claims,
        execution=execution(settings, stores, worker),
        catch_up=stores.projector.catch_up,
        notifier=stores.store.notifier,
        lease_seconds=settings.lease_seconds,
    )


async def _sweep_receipts(store: Store) -> None:
    """Forget old records, now and then, for as long as the server runs."""
    while True:
        before = int(SystemClock().now().timestamp()) - KEPT_SECONDS
        try:
            await asyncio.to_thread(store.idempotency_records.sweep, before)
        except StoreUnavailable as trouble:
            log.warning("Old records could not be swept: %s", trouble)
        await asyncio.sleep(SWEEP_SECONDS)


def server(settings: Settings) -> ASGIApp:
    """The API, with the threads and processes that it needs."""
    from interfaces.http.api import Api
    from interfaces.http.app import build_app
    from interfaces.http.edge.rate_limits import RateLimits

    stores = open_stores(settings)
    administration(stores).platform()
    stores.projector.catch_up()  # trouble is said before anything is served
    stores.store.prepare()
    for_log, for_views = writer_process(Role.LOG, settings), writer_process(Role.VIEWS, settings)
    subscription = Subscription(WriterProcessProjector(stores.projector, for_views), stores.store.notifier)
    appender = WriterProcessAppender(ThreadedAppender(stores.store.recorder), for_log)
    writer = GroupCommit(appender, subscription.committed)
    types = report_types(settings, stores)
    for fault in custom_reports(settings.reports).faults:
        log.warning("%s", fault)
    runs = ReportRuns(
        events=stores.events,
        append=writer.append,
        runs=stores.views.runs,
        rules=run_rules(settings, stores, types),
        views=subscription,
        clock=SystemClock(),
    )

    async def ready() -> None:
        await types.all(Scope("", livemode=False))  # reads as every request does
        if subscription.trouble:
            raise StoreUnavailable(subscription.trouble)
        if shutil.disk_usage(settings.data).free < FULL_DISK_BYTES:
            raise StoreUnavailable("The disk of the data folder is full.")

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await stores.store.database.reader.open()
        await asyncio.to_thread(subscription.start)
        for_log.start()
        for_views.start()
        sweeping = asyncio.create_task(_sweep_receipts(stores.store))
        yield
        sweeping.cancel()
        await writer.stop()
        await appender.close()
        await asyncio.to_thread(subscription.stop)
        await asyncio.to_thread(for_views.stop)
        await stores.store.database.reader.close()
        stores.close()

    idempotency = Idempotency(stores.store.idempotency_records, SystemClock(), subscription.caught_up_with_all)
    api = Api(
        authentication=Authentication(
            TtlCache(stores.views.keys.by_secret), TtlCache(stores.views.accounts.get), SystemClock()
        ),
        runs=runs,
        idempotency=idempotency,
        rate_limits=RateLimits(test=settings.rate_limit_test, live=settings.rate_limit_live),
        report_types=types,
        files=ResultFiles(stores.views.files, results(settings), subscription, SystemClock()),
        ready=ready,
        max_body_bytes=settings.max_body_bytes,
        public_url=settings.public_url.rstrip("/"),
    )
    return build_app(api, lifespan)
