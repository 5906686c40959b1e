"""Builds the API, and the list of services that run as long as it is served."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from application.access.authentication import Authentication
from application.health.readiness import Readiness
from application.history.past_runs import PastRuns
from application.history.read_recorder import ReadRecorder
from application.log.damage import RecordDamaged
from application.log.group_commit import Appender, GroupCommit, ThreadedAppender
from application.log.idempotency import Idempotency
from application.log.idempotency_sweep import IdempotencySweep
from application.projecting.subscription import CatchesUp, Subscription
from application.runs.report_runs import ReportRuns
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from interfaces.composition.audit.audit_checks import published_log
from interfaces.composition.audit.sealing import look_at_seal
from interfaces.composition.commands import administration
from interfaces.composition.console import console, console_tasks
from interfaces.composition.installation import Installation
from interfaces.composition.reports import report_types, run_rules
from interfaces.composition.surroundings import surroundings
from interfaces.composition.webhooks import delivery_records, file_links, public_events, webhook_endpoints
from interfaces.console.uploads.load_jobs import LoadJobs
from interfaces.host.data_folder import free_bytes
from interfaces.processes.services import Service, background, in_thread, running
from interfaces.storage.writers.appender import WriterProcessAppender
from interfaces.storage.writers.projector import WriterProcessProjector
from interfaces.storage.writers.protocol import Role
from interfaces.storage.writers.writer_process import writer_process

if TYPE_CHECKING:  # a web framework is slow to import, and is not needed before the store has been opened
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from interfaces.http.api import Api
    from interfaces.http.request_log.request_log import RequestLog
    from interfaces.settings import Settings

STANDARD_ERROR = 2
"""The descriptor that the log is written to."""

log = logging.getLogger("reportrun")


class WritePath(NamedTuple):
    """How a server writes: the log by group commit, the views by a subscription.

    services  in the order of their start; stopped in reverse, the commits store what waits before the log closes
    """

    commits: GroupCommit
    subscription: Subscription
    services: tuple[Service, ...]


def server(installation: Installation) -> ASGIApp:
    """The API, as an application whose lifespan starts and stops the services."""
    stores = installation.stores
    _found(installation)
    if installation.settings.seal:
        look_at_seal(installation)
    stores.projector.catch_up()  # what is wrong with the store is said before anything is served
    with ThreadPoolExecutor(1, "prepare") as preparing:
        prepared = preparing.submit(stores.store.prepare)  # it writes to the disk while a web framework is imported
        application = _application(installation)
        prepared.result()
    return application


def _application(installation: Installation) -> ASGIApp:
    from interfaces.http.app import build_app

    stores = installation.stores
    path = write_path(installation)
    types = report_types(installation)
    for fault in installation.custom_reports.faults:
        log.warning("%s", fault)
    request_log = _request_log(installation.settings)
    tasks = console_tasks(installation.settings)
    loads = LoadJobs(installation.settings)
    services = (
        background(request_log.run),
        *path.services,
        background(IdempotencySweep(stores.store.idempotency_records, installation.clock).run),
        Service(stop=in_thread(tasks.stop)),
        Service(stop=in_thread(loads.stop)),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(services):
            yield

    api = _api(installation, path, types, request_log)
    pages = console(installation, api, path.commits.append, path.subscription, tasks, loads)
    return build_app(api, lifespan, pages)


def _found(installation: Installation) -> None:
    """Make the first platform account, unless there is one. A damaged record of it stops nobody else."""
    try:
        administration(installation).platform()
    except RecordDamaged as damage:
        log.error("%s", damage)


def write_path(installation: Installation) -> WritePath:
    stores = installation.stores
    reader = stores.store.database.reader
    services = [Service(reader.open, reader.close)]
    projector: CatchesUp = stores.projector
    appender: Appender = ThreadedAppender(stores.store.recorder)
    if installation.has_writer_processes:
        for_views = writer_process(Role.VIEWS, installation.settings)
        projector = WriterProcessProjector(stores.projector, for_views)
        services.append(Service(in_thread(for_views.start), in_thread(for_views.stop)))
    subscription = Subscription(projector, stores.store.notifier)
    services.append(Service(in_thread(subscription.start), in_thread(subscription.stop)))
    if installation.has_writer_processes:
        for_log = writer_process(Role.LOG, installation.settings)
        appender = through_process = WriterProcessAppender(appender, for_log, stores.store.check_files)
        services.append(Service(in_thread(for_log.start), through_process.close))
    commits = GroupCommit(appender, subscription.committed)
    services.append(Service(stop=commits.stop))
    return WritePath(commits, subscription, tuple(services))


def _request_log(settings: Settings) -> RequestLog:
    from interfaces.http.request_log.buffered_lines import BufferedLines
    from interfaces.http.request_log.log_output import DescriptorOutput
    from interfaces.http.request_log.request_log import RequestLog
    from interfaces.http.request_log.request_records import RequestRecords

    lines = BufferedLines(settings.log_format, DescriptorOutput(STANDARD_ERROR))
    level = logging.getLogger("reportrun.requests").getEffectiveLevel()
    return RequestLog(settings.request_log, level, lines, RequestRecords(settings.request_records))


def _reads(installation: Installation, path: WritePath) -> ReadRecorder | None:
    recorded = installation.settings.audit_reads
    if recorded == "off":
        return None
    return ReadRecorder(installation.stores.events, path.commits.append, with_looks=recorded == "all")


def _api(installation: Installation, path: WritePath, types: ReportTypes, request_log: RequestLog) -> Api:
    from interfaces.http.api import Api
    from interfaces.http.edge.base_url import AllowedHosts
    from interfaces.http.edge.rate_limits import RateLimits

    stores, settings, clock = installation.stores, installation.settings, installation.clock
    files = ResultFiles(stores.views.files, installation.results, path.subscription, clock)
    events = public_events(installation, types, path.subscription)
    runs = ReportRuns(
        events=stores.events,
        append=path.commits.append,
        runs=stores.views.runs,
        rules=run_rules(installation, types),
        views=path.subscription,
        clock=clock,
    )
    return Api(
        authentication=Authentication(stores.views.keys.by_secret, stores.views.accounts.get, clock),
        runs=runs,
        past_runs=PastRuns(stores.events, runs),
        reads=_reads(installation, path),
        idempotency=Idempotency(stores.store.idempotency_records, clock, path.subscription.await_all),
        rate_limits=RateLimits(test=settings.rate_limit_test, live=settings.rate_limit_live),
        request_log=request_log,
        report_types=types,
        files=files,
        links=file_links(installation, path.commits.append, path.subscription, files),
        events=events,
        deliveries=delivery_records(installation, events),
        published_log=published_log(installation),
        webhook_endpoints=webhook_endpoints(installation, path.commits.append, path.subscription),
        ready=Readiness(
            types,
            path.subscription,
            lambda: free_bytes(settings.data),
            surroundings(installation),
            lambda: stores.store.check_files(0),
        ).state,
        max_body_bytes=settings.max_body_bytes,
        hosts=AllowedHosts(settings.hosts),
        public_url=settings.public_url.rstrip("/"),
    )
