"""The filters of the list of runs, as its address has them: status, report type, days, and who asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request

from application.views.paging import Bounds
from application.views.runs import RunSelection
from domain.errors import InvalidParameter, NotOneOf, request_parameter
from domain.instants import DAY_SECONDS, LATEST
from domain.runs.report_run import Status

LONGEST_SHOWN = 40


class RunFilters(NamedTuple):
    """Text as it was chosen; empty: any.

    since, until  days in UTC, as `2025-01-31`; runs of both are shown
    asked_by      id of a key, or `user:...`
    """

    status: str = ""
    report_type: str = ""
    since: str = ""
    until: str = ""
    asked_by: str = ""

    @property
    def query(self) -> str:
        """Those that are chosen, as a part of an address."""
        return urlencode({name: value for name, value in self._asdict().items() if value})

    def selection(self) -> RunSelection:
        """Raises an `InvalidParameter` for a status that there is not."""
        if self.status and self.status not in tuple(Status):
            raise NotOneOf(request_parameter("status"), tuple(Status), self.status)
        return RunSelection(
            Status(self.status) if self.status else None, self.report_type or None, self.asked_by or None
        )

    def created(self) -> Bounds:
        """Raises an `InvalidParameter` for what is no day."""
        first = _day("since", self.since) if self.since else 0
        last = _day("until", self.until) + DAY_SECONDS - 1 if self.until else LATEST
        return Bounds(first, last)


def filters_of(request: Request) -> RunFilters:
    return RunFilters._make(request.query_params.get(name, "").strip() for name in RunFilters._fields)


def _day(name: str, text: str) -> int:
    """The first second of a day in UTC."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise InvalidParameter(
            f"{text[:LONGEST_SHOWN]!r} is not a day. Write one as 2025-01-31.", request_parameter(name)
        ) from None
