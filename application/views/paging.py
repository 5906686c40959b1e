"""Pages of a list: rows found by key, never by offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from domain.access.caller import Scope
from domain.errors import ConflictingCursors, ReferenceNotFound
from domain.instants import LATEST


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on `created`, Unix seconds, both included."""

    first: int = 0
    last: int = LATEST


ANY_TIME = Bounds()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a list: by time, and by position among those of one second."""

    created: int
    position: int


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list a caller wants, newest first.

    after, before  the page lies behind (older than) or ahead of (newer than) this place; at most one of them
    """

    limit: int
    after: Place | None = None
    before: Place | None = None
    created: Bounds = ANY_TIME


class Placed(Protocol):
    """A row that has a place in a list."""

    @property
    def place(self) -> Place: ...


Row = TypeVar("Row", bound=Placed, covariant=True)  # noqa: PLC0105 -- one name for the protocol and what uses it


class PagedList(Protocol[Row]):
    """Rows in the order of their places; a caller sees those of its own scope."""

    async def get(self, scope: Scope, id: str) -> Row | None: ...

    async def page(self, scope: Scope, page: Page) -> Sequence[Row]:
        """At most `page.limit` rows, nearest the cursor first."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Ask for a page of a list, newest first. The cursors are ids of its rows."""

    scope: Scope
    limit: int
    starting_after: str | None = None
    ending_before: str | None = None
    created: Bounds = ANY_TIME


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Row]):
    """A page, newest first; `has_more` says whether more lies in the direction that was asked for."""

    rows: Sequence[Row]
    has_more: bool


async def read_page(rows: PagedList[Row], query: ListQuery, noun: str) -> PageOf[Row]:
    """Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two.

    noun  what a row is called
    """

    async def place(id: str | None, param: str) -> Place | None:
        if id is None:
            return None
        row = await rows.get(query.scope, id)
        if row is None:
            raise ReferenceNotFound(noun, id, param)
        return row.place

    after = await place(query.starting_after, "starting_after")
    before = await place(query.ending_before, "ending_before")
    if after and before:
        raise ConflictingCursors
    found = await rows.page(
        query.scope, Page(query.limit + 1, after, before, query.created)
    )  # one shows if more lie on
    page = list(found[: query.limit])
    if before:
        page.reverse()
    return PageOf(page, has_more=len(found) > query.limit)
