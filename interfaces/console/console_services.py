"""The services of the application that the console shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from starlette.requests import Request
from starlette.types import Scope as AsgiScope

from application.access.console_sessions import ConsoleSessions
from application.access.key_commands import KeyCommands
from application.access.ledger_access import LedgerAccess
from application.audit.published_log import PublishedLog
from application.delivery.delivery_records import DeliveryRecords
from application.delivery.resending import Resending
from application.history.actor_pages import ActorPages
from application.history.read_recorder import ReadRecorder
from application.ledger.ledger_choices import LedgerChoices
from application.ledger.overview import LedgerHistory
from application.runs.report_runs import ReportRuns
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from application.views.accounts import AccountList
from application.views.api_keys import KeyList
from application.webhooks.endpoints import WebhookEndpoints
from application.webhooks.public_events import PublicEvents
from domain.access.caller import Scope
from domain.errors import ParameterPath, ReportrunError
from interfaces.console.charts.chart_cache import ChartCache
from interfaces.console.tasks.comparisons import Comparisons
from interfaces.console.uploads.load_jobs import LoadJobs
from interfaces.processes.task_pool import TaskPool


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """What composition hands to `build_console`.

    reads               records downloads and looks; None where none are recorded
    status_of           the HTTP status of an error, as the API has it
    wire_name           a parameter as callers of the API write it
    take_request        counts a request of a scope; raises `TooManyRequests` over its limit
    user_of             the user that a trusted proxy names; empty for none
    check_host          raises a `ReportrunError` for a `Host` header that is not answered
    base_url_of         what links begin with, from the ASGI scope and the `Host` header, where there is no `public_url`
    upload_bytes        largest upload; 0: there are none
    allow_long_body     lets the body of a request take longer than others, as long as something comes
    public_url          what links begin with; empty: the host that the caller used
    tasks               makes charts and workbooks
    task_seconds        how long each of these may take
    most_workbook_rows  that a sheet holds below the names of the columns
    scratch             the folder for temporary files, and for uploads until they are loaded
    """

    sessions: ConsoleSessions
    runs: ReportRuns
    report_types: ReportTypes
    files: ResultFiles
    events: PublicEvents
    deliveries: DeliveryRecords
    webhook_endpoints: WebhookEndpoints
    resending: Resending
    published_log: PublishedLog
    actors: ActorPages
    ledger: LedgerHistory
    ledger_access: LedgerAccess
    loads: LoadJobs
    keys: KeyList
    key_commands: KeyCommands
    accounts: AccountList
    reads: ReadRecorder | None
    status_of: Callable[[ReportrunError], int]
    wire_name: Callable[[ParameterPath], str]
    take_request: Callable[[Scope], None]
    user_of: Callable[[AsgiScope], str]
    check_host: Callable[[str], None]
    base_url_of: Callable[[AsgiScope, str], str]
    max_body_bytes: int
    upload_bytes: int
    allow_long_body: Callable[[AsgiScope], None]
    public_url: str
    tasks: TaskPool
    task_seconds: float
    comparisons: Comparisons
    charts: ChartCache
    choices: LedgerChoices
    most_chart_bytes: int
    most_workbook_rows: int
    scratch: Path


def services_of(request: Request) -> ConsoleServices:
    return cast("ConsoleServices", request.app.state.services)
