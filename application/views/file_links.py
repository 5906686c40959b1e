"""The list of file links: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection, seconds
from application.views.json_text import json_text
from application.views.paging import Page, PagedList, Place
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.files.file_link import FileLink

DAMAGED_AT = 0
"""`expires_at` of a link that opens nothing because an event of it is damaged."""


class FileLinkRow(NamedTuple):
    """One file link. livemode: True or 1, False or 0; created, expires_at: Unix seconds; metadata: JSON."""

    position: int
    id: str
    account: str
    livemode: bool
    created: int
    file_id: str
    token: str
    expires_at: int | None
    metadata: str

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)

    def has_expired(self, now: float) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class LinkFilter(NamedTuple):
    """Which links are asked for; None: any.

    expired  at the instant `now`, Unix seconds
    """

    file_id: str | None = None
    expired: bool | None = None
    now: int = 0


class FileLinkList(PagedList[FileLinkRow], Protocol):
    """Reads file links."""

    async def page_where(self, scope: Scope, page: Page, only: LinkFilter) -> Sequence[FileLinkRow]:
        """As `page`, of the links that a filter lets pass."""

    async def by_token(self, token: str) -> FileLinkRow | None:
        """The link with a public address, of any account."""


class FileLinkListWriter(Protocol):
    """Writes file links."""

    def add(self, row: FileLinkRow) -> None: ...

    def update(self, id: str, *, expires_at: int | None, metadata: str) -> None: ...

    def expire(self, id: str, at: int) -> None: ...


class FileLinkListProjection(Projection[FileLinkListWriter]):
    name = "file_links"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: FileLink.Created, position: int) -> None:
        self.view.add(
            FileLinkRow(
                position=position,
                id=event.originator_id,
                account=event.account,
                livemode=event.livemode,
                created=seconds(event),
                file_id=event.file_id,
                token=event.token,
                expires_at=event.expires_at,
                metadata=json_text(event.metadata),
            )
        )

    @apply.register
    def _(self, event: FileLink.Updated, position: int) -> None:
        self.view.update(event.originator_id, expires_at=event.expires_at, metadata=json_text(event.metadata))

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        """Let it open nothing: what is damaged may have been its expiry."""
        self.view.expire(event.originator_id, DAMAGED_AT)
