"""The types of public events, which of them an endpoint selects, and how long they are kept."""

from __future__ import annotations

import re
from collections.abc import Collection

from domain.instants import DAY_SECONDS

KEPT_DAYS = 30
KEPT_SECONDS = KEPT_DAYS * DAY_SECONDS
"""How long public events can be read."""

RUN_SUCCEEDED = "reporting.report_run.succeeded"
RUN_FAILED = "reporting.report_run.failed"
TYPE_UPDATED = "reporting.report_type.updated"

ENDPOINT_FAILING = "reportrun.webhook_endpoint.failing"
ENDPOINT_DISABLE_ANNOUNCED = "reportrun.webhook_endpoint.disable_announced"
ENDPOINT_DISABLED = "reportrun.webhook_endpoint.disabled"

ENDPOINT_TYPES = (ENDPOINT_DISABLE_ANNOUNCED, ENDPOINT_DISABLED, ENDPOINT_FAILING)
"""Additions to Stripe's types, for the other endpoints of an account."""

EVENT_TYPES = (RUN_FAILED, RUN_SUCCEEDED, TYPE_UPDATED, *ENDPOINT_TYPES)
"""Every type, in alphabetical order."""

ANY = "*"
"""Selects every type but those of `EXPLICIT_ONLY`."""

EXPLICIT_ONLY = frozenset({TYPE_UPDATED})
"""Types that an endpoint must name. A load raises one for each report type, which few receivers expect."""


def is_selected(event_type: str, enabled_events: Collection[str]) -> bool:
    """Whether an endpoint with these `enabled_events` is sent events of a type."""
    return event_type in enabled_events or (ANY in enabled_events and event_type not in EXPLICIT_ONLY)


def matching_types(pattern: str) -> tuple[str, ...]:
    """The types that a pattern names; `*` in it stands for any text."""
    expression = ".*".join(re.escape(part) for part in re.split(r"\*+", pattern))
    return tuple(kind for kind in EVENT_TYPES if re.fullmatch(expression, kind))
