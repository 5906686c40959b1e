"""The views: rows that projections write and queries read. Each can be dropped and made again from the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import orjson

from domain.caller import Scope
from domain.data_window import TableData
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


class RunRow(NamedTuple):
    """One run as the list shows it. A tuple, because a page makes many.

    position     of its first event in the log
    parameters   `parameters_text` of them
    livemode     True or 1, False or 0
    created, succeeded_at   Unix seconds
    file_size    bytes
    """

    position: int
    id: str
    account: str
    livemode: bool
    report_type: str
    parameters: str
    created: int
    status: str = "pending"
    attempts: int = 0
    error: str | None = None
    succeeded_at: int | None = None
    file_id: str | None = None
    file_size: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


def parameters_text(parameters: Mapping[str, Any]) -> str:
    """A run's parameters as JSON, in alphabetical order."""
    return orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS).decode()


class FileRow(NamedTuple):
    """One result file. livemode: True or 1, False or 0; created, removed_at: Unix seconds; size: bytes; sha256: hex."""

    position: int
    id: str
    run_id: str
    account: str
    livemode: bool
    created: int
    filename: str
    size: int
    sha256: str
    removed_at: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One API key. Times are Unix seconds; `permissions` is empty for a key that is not restricted."""

    id: str
    account: str
    livemode: bool
    kind: str
    secret_sha256: str
    redacted: str
    permissions: tuple[str, ...]
    created: int
    expires_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `platform` is None for a platform."""

    id: str
    name: str
    platform: str | None
    created: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What loads for one owner have brought into a table of one mode's ledger by now.

    owner  an account, `EVERYBODY`, or `WHOLE` for all that was brought
    """

    livemode: bool
    owner: str
    table: str
    data: TableData


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


class RunList(PagedList[RunRow], Protocol):
    """Every run, and how it stands."""

    def add(self, row: RunRow) -> None: ...

    def start_attempt(self, id: str, attempt: int) -> None: ...

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None: ...

    def fail(self, id: str, error: str) -> None: ...


class FileList(PagedList[FileRow], Protocol):
    """Every result file."""

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        """Files of all accounts that were made before an instant and not removed since, oldest first."""

    def add(self, row: FileRow) -> None: ...

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        """Files of all accounts that were not removed, in the order of their ids, behind one of them."""

    def mark_removed(self, id: str, at: int) -> None: ...


class KeyList(Protocol):
    """Every API key, found by the digest of its secret."""

    async def by_secret(self, secret_sha256: str) -> KeyRow | None: ...

    async def all(self) -> Sequence[KeyRow]: ...

    def add(self, row: KeyRow) -> None: ...

    def revoke(self, id: str, at: int) -> None: ...


class AccountList(Protocol):
    """Every account, oldest first."""

    async def get(self, id: str) -> AccountRow | None: ...

    async def all(self) -> Sequence[AccountRow]: ...

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        """Ids of the accounts that are connected to a platform, in their own order; all of them unless told."""

    def add(self, row: AccountRow) -> None: ...


class LedgerList(Protocol):
    """The ledger of each mode, by owner."""

    async def about(self, scope: Scope) -> Sequence[LedgerRow]:
        """What is known of the scope's account, of everybody and of the whole ledger."""

    async def of_connected(self, scope: Scope) -> Mapping[str, TableData]:
        """Table -> what is known of the accounts together that are connected to the scope's one."""

    def put(self, row: LedgerRow) -> None: ...


class Views(Protocol):
    """All views of one database, and how far in the log each has come."""

    @property
    def runs(self) -> RunList: ...

    @property
    def files(self) -> FileList: ...

    @property
    def keys(self) -> KeyList: ...

    @property
    def accounts(self) -> AccountList: ...

    @property
    def ledgers(self) -> LedgerList: ...

    def position(self) -> int:
        """The position that the slowest of these views has come to."""

    def turn(self) -> AbstractContextManager[Turn]:
        """Write, as the only writer: rows and positions become visible together at the end, or not at all.

        A turn taken within another, of these views or of their copy, is part of that one.
        """

    def fresh_copy(self, names: Sequence[str]) -> Views:
        """Empty copies of the named views beside these, at position 0: to be filled, made complete and put in place."""

    def complete(self) -> None:
        """Make a copy as quick to look things up in as these are: that costs least when most rows are there."""

    def replace_with(self, copy: Views) -> None:
        """Put the views of `copy` in place of these, rows and positions in one step; call it within a turn."""

    def drop(self) -> None:
        """Forget a copy that was not put in place; nothing to do for one that was."""


class Turn(Protocol):
    """One turn at writing views."""

    def positions(self) -> dict[str, int]:
        """View -> the position of the last event that it holds; 0 for none."""

    def advance(self, positions: Mapping[str, int]) -> None:
        """Say how far views have come."""
