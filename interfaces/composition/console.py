"""Builds the console upon the services of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from application.access.console_sessions import ConsoleSessions, ConsoleUsers
from application.access.key_commands import KeyCommands
from application.access.ledger_access import LedgerAccess
from application.history.actor_pages import ActorPages
from application.ledger.availability import AvailabilityQuery
from application.ledger.ledger_choices import LedgerChoices
from application.ledger.overview import LedgerHistory
from application.log.changes import Changes
from application.log.idempotency_records import Append
from application.runs.report_runs import Freshness
from interfaces.composition.installation import Installation
from interfaces.composition.webhooks import resending_in_server
from interfaces.console.charts.chart_cache import ChartCache
from interfaces.console.tasks.comparisons import Comparisons
from interfaces.console.tasks.task_orders import GREETING
from interfaces.console.uploads.load_jobs import LoadJobs
from interfaces.ledger.lookups.ledger_search import ParquetSearch
from interfaces.processes.child import ChildProgram
from interfaces.processes.task_pool import TaskPool
from interfaces.settings import Settings
from interfaces.workbooks.workbook import SHEET_ROWS

if TYPE_CHECKING:  # a web framework is slow to import, and is not needed before the store has been opened
    from starlette.types import ASGIApp

    from interfaces.http.api import Api

MIB = 1_048_576


def console_tasks(settings: Settings) -> TaskPool:
    """What makes charts, workbooks and comparisons, each in a process of its own."""
    program = ChildProgram("console task", "interfaces.entrypoints.console_task", settings=settings, greeting=GREETING)
    return TaskPool(program, settings.console_tasks)


def console(
    installation: Installation,
    api: Api,
    append: Callable[[Append], Awaitable[int]],
    fresh: Freshness,
    tasks: TaskPool,
    loads: LoadJobs,
) -> ASGIApp | None:
    """The pages below `/console`; None where the settings turn them off.

    append  stores the events of a command
    fresh   of the views
    tasks   makes charts, workbooks and comparisons
    loads   loads what visitors upload
    """
    from interfaces.console.console_app import build_console
    from interfaces.console.console_services import ConsoleServices
    from interfaces.http.edge.base_url import base_url_of
    from interfaces.http.edge.errors import name_on_wire, status_of
    from interfaces.http.server.proxy_users import user_of
    from interfaces.http.server.timeouts import allow_long_body

    settings, stores, views = installation.settings, installation.stores, installation.stores.views
    if not settings.console:
        return None
    return build_console(
        ConsoleServices(
            sessions=_sessions(installation, api, append),
            runs=api.runs,
            report_types=api.report_types,
            files=api.files,
            events=api.events,
            deliveries=api.deliveries,
            webhook_endpoints=api.webhook_endpoints,
            resending=resending_in_server(installation, api.events, fresh),
            published_log=api.published_log,
            actors=ActorPages(stores.events, views.keys),
            ledger=LedgerHistory(stores.events, AvailabilityQuery(views.ledgers, views.accounts)),
            ledger_access=LedgerAccess(stores.events, views.accounts),
            loads=loads,
            keys=views.keys,
            key_commands=_key_commands(installation, append, fresh),
            accounts=views.accounts,
            reads=api.reads,
            status_of=status_of,
            wire_name=name_on_wire,
            take_request=api.rate_limits.take,
            user_of=user_of,
            check_host=api.hosts.check,
            base_url_of=base_url_of,
            max_body_bytes=settings.max_body_bytes,
            upload_bytes=settings.console_upload_mib * MIB,
            allow_long_body=allow_long_body,
            public_url=api.public_url,
            tasks=tasks,
            task_seconds=settings.console_task_seconds,
            comparisons=Comparisons(tasks, settings.attempt_limit_seconds),
            charts=ChartCache(),
            choices=LedgerChoices(installation.stores.events, ParquetSearch(installation.ledger), views.accounts),
            most_chart_bytes=settings.console_chart_mib * MIB,
            most_workbook_rows=SHEET_ROWS - 1,
            scratch=settings.spill_folder,
        )
    )


def _sessions(installation: Installation, api: Api, append: Callable[[Append], Awaitable[int]]) -> ConsoleSessions:
    settings = installation.settings
    return ConsoleSessions(
        installation.stores.events,
        append,
        api.authentication,
        installation.clock,
        settings.console_session_seconds,
        ConsoleUsers(installation.stores.views.keys, settings.console_user_key_of),
    )


def _key_commands(
    installation: Installation, append: Callable[[Append], Awaitable[int]], fresh: Freshness
) -> KeyCommands:
    views = installation.stores.views
    return KeyCommands(
        changes=Changes(installation.stores.events, append),
        keys=views.keys,
        accounts=views.accounts,
        views=fresh,
        clock=installation.clock,
        is_of_operator=LedgerAccess(installation.stores.events, views.accounts).is_of_operator,
    )
