"""A page of a list that is short and read whole: cut out of it between cursors, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from application.views.paging import ListQuery
from domain.errors import ConflictingCursors, ReferenceNotFound, request_parameter


def cut_page(ids: Sequence[str], query: ListQuery, noun: str) -> tuple[slice, bool]:
    """Where a page lies in a list, and whether more lies in the direction that was asked for.

    ids   of all of the list, oldest first; `query.starting_after` leads to newer ones
    noun  what one of them is called in errors

    Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two.
    """

    def place(id: str | None, param: str) -> int | None:
        if id is not None and id not in ids:
            raise ReferenceNotFound(noun, id, request_parameter(param))
        return None if id is None else ids.index(id)

    after = place(query.starting_after, "starting_after")
    before = place(query.ending_before, "ending_before")
    if after is not None and before is not None:
        raise ConflictingCursors
    if before is not None:
        first = max(0, before - query.limit)
        return slice(first, before), first > 0
    first = 0 if after is None else after + 1
    return slice(first, first + query.limit), len(ids) > first + query.limit
