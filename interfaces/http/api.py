"""The services of the application that HTTP translates requests to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.access.authentication import Authentication
from application.audit.published_log import PublishedLog
from application.delivery.delivery_records import DeliveryRecords
from application.files.public_links import FileLinks
from application.health.surroundings import OperatingState
from application.history.past_runs import PastRuns
from application.history.read_recorder import ReadRecorder
from application.log.idempotency import Idempotency
from application.runs.report_runs import ReportRuns
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from application.webhooks.endpoints import WebhookEndpoints
from application.webhooks.public_events import PublicEvents
from interfaces.http.edge.base_url import AllowedHosts
from interfaces.http.edge.rate_limits import RateLimits

if TYPE_CHECKING:  # it reads the request's context, which holds the `Api`
    from interfaces.http.request_log.request_log import RequestLog


@dataclass(frozen=True, slots=True)
class Api:
    """What composition hands to `build_app`.

    reads       records reads; None where none are recorded
    ready       says what else does not work; raises `StoreUnavailable` when requests cannot be served now
    hosts       the hosts that requests may name
    public_url  what links begin with; empty: the host that the caller used
    """

    authentication: Authentication
    runs: ReportRuns
    past_runs: PastRuns
    reads: ReadRecorder | None
    idempotency: Idempotency
    report_types: ReportTypes
    files: ResultFiles
    links: FileLinks
    events: PublicEvents
    deliveries: DeliveryRecords
    published_log: PublishedLog
    webhook_endpoints: WebhookEndpoints
    ready: Callable[[], Awaitable[OperatingState]]
    rate_limits: RateLimits
    request_log: RequestLog
    max_body_bytes: int
    hosts: AllowedHosts
    public_url: str
