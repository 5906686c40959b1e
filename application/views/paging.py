"""Pages of a list: rows found by key, never by offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from domain.access.caller import Scope
from domain.errors import ConflictingCursors, ReferenceNotFound, request_parameter
from domain.instants import LATEST


class Bounds(NamedTuple):
    """Limits on `created`, Unix seconds, both included."""

    first: int = 0
    last: int = LATEST


ANY_TIME = Bounds()


@dataclass(frozen=True, slots=True)
class Place:
    """A row's sort key: its time, then its position among the rows of one second.

    index  its place among the rows that one event of the log makes
    """

    created: int
    position: int
    index: int = 0


class Page(NamedTuple):
    """A page of a list, newest first.

    after, before  the page holds rows older than, or newer than, this place; at most one of them
    """

    limit: int
    after: Place | None = None
    before: Place | None = None
    created: Bounds = ANY_TIME


class Placed(Protocol):
    """A row with a place in a list."""

    @property
    def place(self) -> Place: ...


Row = TypeVar("Row", bound=Placed, covariant=True)  # noqa: PLC0105 -- one name for the protocol and what uses it


class Pages(Protocol[Row]):
    """Rows in the order of their places, read within one scope. What `get` gives has the place of the id's row."""

    async def get(self, scope: Scope, id: str) -> Placed | None: ...

    async def page(self, scope: Scope, page: Page) -> Sequence[Row]:
        """At most `page.limit` rows, nearest the cursor first."""


class PagedList(Pages[Row], Protocol[Row]):
    """Pages of the rows that `get` gives."""

    async def get(self, scope: Scope, id: str) -> Row | None: ...


class ListQuery(NamedTuple):
    """Ask for a page of a list, newest first. The cursors are ids of its rows."""

    scope: Scope
    limit: int
    starting_after: str | None = None
    ending_before: str | None = None
    created: Bounds = ANY_TIME


class PageOf(NamedTuple, Generic[Row]):
    """A page, newest first; `has_more`: whether more rows follow in the direction of the query."""

    rows: Sequence[Row]
    has_more: bool


async def read_page(rows: Pages[Row], query: ListQuery, noun: str) -> PageOf[Row]:
    """Read a page between cursors.

    noun  what a row is called in errors

    Raises `ReferenceNotFound` for a cursor that names no row, then `ConflictingCursors` for two cursors.
    """

    after = before = None
    if query.starting_after is not None:
        after = await _place(rows, query.scope, query.starting_after, noun, "starting_after")
    if query.ending_before is not None:
        before = await _place(rows, query.scope, query.ending_before, noun, "ending_before")
    if after and before:
        raise ConflictingCursors
    one_more = query.limit + 1  # the extra row answers `has_more`
    found = await rows.page(query.scope, Page(one_more, after, before, query.created))
    page = list(found[: query.limit])
    if before:
        page.reverse()
    return PageOf(page, has_more=len(found) > query.limit)


async def _place(rows: Pages[Row], scope: Scope, id: str, noun: str, param: str) -> Place:
    row = await rows.get(scope, id)
    if row is None:
        raise ReferenceNotFound(noun, id, request_parameter(param))
    return row.place
