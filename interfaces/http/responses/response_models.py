"""The objects that callers read, as types and for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from application.queue.work_state import MOST_COUNTED
from application.runs.result_files import PURPOSE
from domain.runs.report_run import FILE_TYPE, Status
from domain.webhooks.event_types import EVENT_TYPES
from interfaces.http.purposes import PURPOSES

ERROR_TYPES = ("api_error", "idempotency_error", "invalid_request_error")

Seconds = Annotated[int, Field(description="Unix seconds", json_schema_extra={"format": "int64"})]


class List(TypedDict):
    object: Literal["list"]
    has_more: Annotated[bool, Field(description="Whether more rows lie in the direction that was asked for")]
    url: Annotated[str, Field(description="The list's own path, without host and query")]


class FileLink(TypedDict):
    """A public address of a file"""

    id: Annotated[str, Field(examples=["link_0123456789abcdefABCDEFGH"])]
    object: Literal["file_link"]
    created: Seconds
    expired: Annotated[bool, Field(description="Whether the address opens nothing any more")]
    expires_at: Seconds | None
    file: Annotated[str | File, Field(description="The file's id, or the whole file where `expand[]` asks for it")]
    livemode: bool
    metadata: dict[str, str]
    url: Annotated[str | None, Field(description="Opens the file without a key")]


class FileLinkList(List):
    data: list[FileLink]


class File(TypedDict):
    """A file that a run made"""

    id: Annotated[str, Field(examples=["file_0123456789abcdefABCDEFGH"])]
    object: Literal["file"]
    created: Seconds
    expires_at: Seconds | None
    filename: str | None
    links: FileLinkList
    purpose: Annotated[str, Field(examples=[PURPOSE], json_schema_extra={"enum": list(PURPOSES)})]
    size: Annotated[int, Field(description="bytes", json_schema_extra={"format": "int64"})]
    title: str | None
    type: Annotated[str | None, Field(examples=[FILE_TYPE])]
    url: Annotated[str | None, Field(description="Where its bytes are; opens with the same key")]


@with_config(ConfigDict(extra="allow"))  # custom report types take others
class RunParameters(TypedDict, total=False):
    """The parameters of a run, as sent: only those that the caller gave"""

    columns: list[str]
    connected_account: str
    connected_accounts: list[str]
    currency: str
    customer: str
    decimal_format: str
    decimal_separator: str
    interval_end: Seconds
    interval_start: Seconds
    invoice: str
    invoice_line_item: str
    payout: str
    reporting_category: str
    timezone: str


class ReportRun(TypedDict):
    """One run of a report: pending, then succeeded or failed, for ever"""

    id: Annotated[str, Field(examples=["frr_0123456789abcdefABCDEFGH"])]
    object: Literal["reporting.report_run"]
    created: Seconds
    error: Annotated[str | None, Field(description="Why the run failed")]
    livemode: bool
    parameters: RunParameters
    report_type: Annotated[str, Field(examples=["balance.summary.1"])]
    result: Annotated[File | None, Field(description="The file of a run that has succeeded, whole")]
    status: Annotated[str, Field(json_schema_extra={"enum": [status.value for status in Status]})]
    succeeded_at: Seconds | None


class ReportType(TypedDict):
    """A report that can be asked for, and the window of its data"""

    id: Annotated[str, Field(examples=["balance.summary.1"])]
    object: Literal["reporting.report_type"]
    data_available_end: Annotated[Seconds, Field(description="Unix seconds; an interval may end here")]
    data_available_start: Annotated[Seconds, Field(description="Unix seconds; an interval may start here")]
    default_columns: list[str] | None
    livemode: bool
    name: str
    updated: Seconds
    version: int


class HistoryEvent(TypedDict):
    """One event of a run"""

    id: str
    object: Literal["reportrun.history_event"]
    actor: Annotated[
        str,
        Field(
            description="A key, a user of the console, a worker or a person at the command line; a connected account "
            "is shown `platform` for its platform's keys, and no machine or person"
        ),
    ]
    actor_name: Annotated[str | None, Field(description="The name of a key that has one")]
    created: Seconds
    data: Annotated[dict[str, Any], Field(description="What was recorded")]
    occurred_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    sequence: int
    type: Annotated[str, Field(examples=["report_run.created"])]


class PastRun(TypedDict):
    """A run as it was at a moment"""

    id: Annotated[str, Field(examples=["frr_0123456789abcdefABCDEFGH"])]
    object: Literal["reportrun.past_run"]
    attempts: int
    file_removed: Annotated[bool, Field(description="Whether the result's bytes had been removed")]
    ledger_version: Annotated[int | None, Field(description="The version of the ledger that the last attempt read")]
    recorded_at: Annotated[Seconds, Field(description="When the last event that counts was recorded; Unix seconds")]
    report_run: Annotated[ReportRun, Field(description="As it was; the links of its result are not shown")]
    sha256: Annotated[str | None, Field(description="Of the result's bytes, hex")]
    version: Annotated[int, Field(description="The number of events that count")]


class WebhookEndpoint(TypedDict):
    """An address that events are sent to"""

    id: Annotated[str, Field(examples=["we_0123456789abcdefABCDEFGH"])]
    object: Literal["webhook_endpoint"]
    api_version: str | None
    application: str | None
    created: Seconds
    description: str | None
    enabled_events: list[str]
    livemode: bool
    metadata: dict[str, str]
    secret: NotRequired[Annotated[str, Field(description="Signs what is sent; in the answer to its creation only")]]
    status: Literal["enabled", "disabled"]
    url: str


class EventData(TypedDict):
    object: Annotated[ReportRun | ReportType | WebhookEndpoint, Field(description="As it was when the event happened")]


class EventRequest(TypedDict):
    id: str | None
    idempotency_key: str | None


class Event(TypedDict):
    """What has happened to a run, a report type or a webhook endpoint"""

    id: Annotated[str, Field(examples=["evt_0123456789abcdefABCDEFGH"])]
    object: Literal["event"]
    account: NotRequired[Annotated[str, Field(description="The connected account that the event is about")]]
    api_version: str | None
    created: Seconds
    data: EventData
    livemode: bool
    pending_webhooks: Annotated[int, Field(description="Endpoints that it is still due to")]
    request: Annotated[EventRequest, Field(description="Null both: the cause is no request")]
    type: Annotated[str, Field(json_schema_extra={"enum": list(EVENT_TYPES)})]


class DeletedWebhookEndpoint(TypedDict):
    id: str
    object: Literal["webhook_endpoint"]
    deleted: Literal[True]


class DeliveryAttempt(TypedDict):
    """One attempt to deliver an event"""

    id: str
    object: Literal["reportrun.delivery_attempt"]
    answer: Annotated[str, Field(description="The beginning of the answer's body, at most 1 KiB")]
    created: Seconds
    delivered: Annotated[bool, Field(description="Whether the endpoint has accepted the event")]
    error: Annotated[str | None, Field(description="Why it has not, as a sentence")]
    event: Annotated[str, Field(examples=["evt_0123456789abcdefABCDEFGH"])]
    milliseconds: Annotated[int, Field(description="How long the attempt took")]
    next_attempt_at: Annotated[int | None, Field(description="Unix seconds; null: there is none")]
    number: Annotated[int, Field(description="1 for the first")]
    status: Annotated[int | None, Field(description="HTTP status of the answer; null without one")]
    webhook_endpoint: Annotated[str, Field(examples=["we_0123456789abcdefABCDEFGH"])]


class DeliveryAttemptList(List):
    data: list[DeliveryAttempt]


class EventList(List):
    data: list[Event]


class WebhookEndpointList(List):
    data: list[WebhookEndpoint]


class ReportRunList(List):
    data: list[ReportRun]


class ReportTypeList(List):
    data: list[ReportType]


class FileList(List):
    data: list[File]


class HistoryEventList(List):
    data: list[HistoryEvent]


class ProvedEvent(TypedDict):
    """One stored event, and what proves it"""

    index: Annotated[int, Field(description="Of its leaf, from 0")]
    leaf: Annotated[str, Field(description="The bytes of its leaf: its place in the log, and the SHA-256 of `stored`")]
    position: Annotated[int, Field(description="In the log of events")]
    proof: Annotated[str, Field(description="c2sp.org/tlog-proof: from the leaf to the root of the checkpoint")]
    stored: Annotated[str, Field(description="The event, byte for byte as it is stored")]
    type: str
    version: Annotated[int, Field(description="Its place among the events of the run, from 1")]


class ProvedResult(TypedDict):
    file: str
    sha256: Annotated[str, Field(description="Of the file's bytes, hex")]


class StampedProof(TypedDict):
    """That one event is in the checkpoint of a timestamp"""

    proof: Annotated[str, Field(description="c2sp.org/tlog-proof: from the leaf to the root of that checkpoint")]
    version: Annotated[int, Field(description="Of the event")]


class ProofTimestamp(TypedDict):
    """The first timestamp (RFC 3161) of a checkpoint that has the run's outcome"""

    checkpoint: Annotated[str, Field(description="The checkpoint that the authority has seen")]
    proofs: list[StampedProof]
    token: Annotated[str, Field(description="The authority's response, DER in Base64, for `openssl ts -verify`")]


class Proof(TypedDict):
    """What proves that the events of a run are in the transparency log"""

    id: Annotated[str, Field(examples=["frr_0123456789abcdefABCDEFGH"])]
    object: Literal["reportrun.proof"]
    checkpoint: Annotated[str, Field(description="c2sp.org/tlog-checkpoint: size and root of the log, signed")]
    events: list[ProvedEvent]
    result: ProvedResult | None
    timestamp: Annotated[ProofTimestamp | None, Field(description="null where no timestamp has the outcome yet")]
    verifier_key: Annotated[str, Field(description="Checks the signature; compare it with the one that you know")]


class ErrorDetails(TypedDict):
    code: NotRequired[Annotated[str, Field(description="A word for programs, where there is one")]]
    doc_url: NotRequired[Annotated[str, Field(description="Where the code is explained")]]
    message: NotRequired[Annotated[str, Field(description="A sentence for people, naming what is at fault")]]
    param: NotRequired[Annotated[str, Field(description="The parameter at fault, as it is written in requests")]]
    request_log_url: NotRequired[Annotated[str, Field(description="A page about the request")]]
    type: Annotated[str, Field(json_schema_extra={"enum": list(ERROR_TYPES)})]


class Error(TypedDict):
    error: ErrorDetails


class RequestRecord(TypedDict):
    """A request that was refused"""

    id: Annotated[str, Field(examples=["req_0123456789abcd"])]
    object: Literal["reportrun.request"]
    account: str
    actor: Annotated[str, Field(description="The key; a connected account is shown `platform` for its platform's")]
    api_version: str
    created: Seconds
    duration_ms: Annotated[float, Field(description="How long it took, in milliseconds")]
    error: Annotated[dict[str, Any], Field(description="The error of the response, without its `request_log_url`")]
    idempotency_key: str | None
    livemode: bool
    method: str
    path: Annotated[str, Field(description="Without its query")]
    status: int


class Health(TypedDict):
    status: str
    reason: Annotated[NotRequired[str], Field(description="What does not work, in sentences")]
    pending_runs: Annotated[NotRequired[int], Field(description=f"Counted up to {MOST_COUNTED:,}")]
    oldest_pending_seconds: Annotated[NotRequired[int | None], Field(description="How long the oldest has waited")]
    workers: Annotated[NotRequired[int], Field(description="Worker processes that are alive")]
