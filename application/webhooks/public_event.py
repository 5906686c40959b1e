"""A public event: what callers and webhook endpoints are told of an event of the log."""

from __future__ import annotations

from typing import NamedTuple

from application.runs.report_types import Offer
from application.views.paging import Place
from application.views.runs import RunRow
from application.views.webhook_endpoints import EndpointRow
from domain.access.caller import Scope
from domain.runs.report_run import Status
from domain.webhooks.event_types import RUN_FAILED, RUN_SUCCEEDED

NOUN = "event"

_RUN_PREFIX, _EVENT_PREFIX = "frr_", "evt_"

TYPE_OF_STATUS = {Status.SUCCEEDED.value: RUN_SUCCEEDED, Status.FAILED.value: RUN_FAILED}
STATUS_OF_TYPE = {event_type: status for status, event_type in TYPE_OF_STATUS.items()}


class PublicEvent(NamedTuple):
    """One event.

    scope    whose it is
    place    in the list of events; its position is that of the event of the log
    subject  as it was when the event happened: a run or a report type; of a webhook endpoint, its status was
    """

    id: str
    type: str
    scope: Scope
    place: Place
    subject: RunRow | Offer | EndpointRow

    @property
    def subject_id(self) -> str:
        return self.subject.report_type.id if isinstance(self.subject, Offer) else self.subject.id

    @property
    def created(self) -> int:
        """Unix seconds."""
        return self.place.created

    def is_about(self, endpoint_id: str) -> bool:
        """Whether it is about the failing of an endpoint, which is not told of itself."""
        return isinstance(self.subject, EndpointRow) and self.subject.id == endpoint_id


def event_of_run(run: RunRow) -> PublicEvent:
    """The event of a finished run's outcome. A run has one outcome, so the event has the id of the run."""
    return PublicEvent(
        event_id_of(run.id),
        TYPE_OF_STATUS[run.status],
        Scope(run.account, bool(run.livemode)),
        run.outcome_place,
        run._replace(has_links=0),  # no link of its file was made before
    )


def event_id_of(run_id: str) -> str:
    return _EVENT_PREFIX + run_id.removeprefix(_RUN_PREFIX)


def run_id_of(event_id: str) -> str | None:
    """None for what is no id of an event."""
    if not event_id.startswith(_EVENT_PREFIX):
        return None
    return _RUN_PREFIX + event_id.removeprefix(_EVENT_PREFIX)
