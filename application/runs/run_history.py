"""The history of a run, in pages: its events, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.views.paging import ListQuery
from application.views.reading.sequence_page import cut_page
from domain.aggregate import TextIdEvent

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
    place, has_more = cut_page([history_event_id(event) for event in events], query, NOUN)
    return HistoryPage(events[place], has_more)
