"""The history of a run, in pages: its events, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.views.paging import ListQuery
from domain.aggregate import TextIdEvent
from domain.errors import ConflictingCursors, ReferenceNotFound, request_parameter

NOUN = "history event"


class HistoryPage(NamedTuple):
    """Events in a row, oldest first; `has_more` says whether more lie in the direction that was asked for.

    actors  how each actor is shown to the viewer
    names   the names of the keys among those, where they have one
    """

    events: Sequence[TextIdEvent]
    has_more: bool
    actors: Mapping[str, str] = {}
    names: Mapping[str, str] = {}


def history_event_id(event: TextIdEvent) -> str:
    return f"{event.originator_id}:{event.originator_version}"


def page_of_history(events: Sequence[TextIdEvent], query: ListQuery) -> HistoryPage:
    """Cut a page out of all events of a run; `query.starting_after` leads to newer events, as the list begins with
    the oldest.

    Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two.
    """
    ids = [history_event_id(event) for event in events]

    def place(id: str | None, param: str) -> int | None:
        if id is not None and id not in ids:
            raise ReferenceNotFound(NOUN, id, request_parameter(param))
        return None if id is None else ids.index(id)

    after = place(query.starting_after, "starting_after")
    before = place(query.ending_before, "ending_before")
    if after is not None and before is not None:
        raise ConflictingCursors
    if before is not None:
        first = max(0, before - query.limit)
        return HistoryPage(events[first:before], has_more=first > 0)
    first = 0 if after is None else after + 1
    return HistoryPage(events[first : first + query.limit], has_more=len(events) > first + query.limit)
