"""Commands and queries about file links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from application.log.changes import Changes, Record
from application.ports.clock import Clock
from application.runs.report_runs import Freshness
from application.runs.result_files import NOUN as FILE_NOUN
from application.runs.result_files import ResultFiles
from application.views.file_links import FileLinkList, FileLinkRow, LinkFilter
from application.views.files import FileRow
from application.views.json_text import json_text
from application.views.paging import ListQuery, Page, PageOf, read_page
from application.views.reading.scoped_lookup import found_in
from domain.access.caller import Scope
from domain.errors import FileExpired, LinkOpensNothing, NotFound, ReferenceNotFound, request_parameter
from domain.files.file_link import NOUN, FileLink
from domain.metadata import NO_CHANGE, MetadataChange

LINKS_OF_FILE = 10
"""Links that a file object shows; the list of links has the others."""


class CreateLink(NamedTuple):
    """Ask for a link to a file. expires_at: Unix seconds; None: it lasts as long as the file"""

    scope: Scope
    actor: str
    file_id: str
    expires_at: int | None = None
    metadata: MetadataChange = NO_CHANGE


class Expiry(NamedTuple):
    """A change of an expiry. now: let the link expire at once; at: Unix seconds; None: it lasts as long as the file"""

    at: int | None = None
    now: bool = False


class ChangeLink(NamedTuple):
    """Ask for changes of a link. expiry: None leaves it as it is"""

    scope: Scope
    actor: str
    id: str
    expiry: Expiry | None = None
    metadata: MetadataChange = NO_CHANGE


class LinksOfFile(NamedTuple):
    """Links of one file, newest first."""

    rows: Sequence[FileLinkRow] = ()
    has_more: bool = False


def _no_record(link: FileLink) -> None:
    """For a request without an idempotency key."""


class FileLinks:
    def __init__(
        self, *, changes: Changes, links: FileLinkList, files: ResultFiles, views: Freshness, clock: Clock
    ) -> None:
        self._changes = changes
        self._links = links
        self._files = files
        self._views = views
        self._clock = clock

    async def create(self, command: CreateLink, record: Record[FileLink] = _no_record) -> FileLinkRow:
        """Make a link; when this returns, its event is on disk.

        Raises `ReferenceNotFound` for a file that is not there, `FileExpired`, or an `InvalidParameter`.
        """
        try:
            file = await self._files.readable(command.scope, command.file_id)
        except NotFound:
            raise ReferenceNotFound(FILE_NOUN, command.file_id, request_parameter("file")) from None
        link = FileLink.create(
            command.scope,
            file_id=file.id,
            run_id=file.run_id,
            expires_at=command.expires_at,
            metadata=command.metadata.applied_to({}),
            actor=command.actor,
            at=self._clock.now(),
        )
        await self._changes.store(link, record)
        return row_of(link)

    async def change(self, command: ChangeLink, record: Record[FileLink] = _no_record) -> FileLinkRow:
        """Raises `NotFound`, `FileLinkExpired`, or an `InvalidParameter`."""
        await self.get(command.scope, command.id)

        def change(link: FileLink) -> None:
            metadata = command.metadata.applied_to(link.metadata)
            at = self._clock.now()
            if command.expiry is not None and command.expiry.now:
                link.expire(metadata=metadata, actor=command.actor, at=at)
            else:
                expires_at = link.expires_at if command.expiry is None else command.expiry.at
                link.update(expires_at=expires_at, metadata=metadata, actor=command.actor, at=at)

        return row_of(await self._changes.change(FileLink, command.id, NOUN, change, record))

    async def get(self, scope: Scope, id: str) -> FileLinkRow:
        """Raises `NotFound`."""
        await self._views.caught_up()
        return await found_in(scope, id, NOUN, self._links.get)

    async def page(self, query: ListQuery, file_id: str | None, expired: bool | None) -> PageOf[FileLinkRow]:
        """Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two."""
        await self._views.caught_up()
        return await read_page(_Selected(self._links, LinkFilter(file_id, expired, self.now())), query, NOUN)

    async def of_file(self, scope: Scope, file_id: str) -> LinksOfFile:
        """The newest links of a file."""
        rows = await self._links.page_where(scope, Page(LINKS_OF_FILE + 1), LinkFilter(file_id))
        return LinksOfFile(rows[:LINKS_OF_FILE], len(rows) > LINKS_OF_FILE)

    async def open(self, token: str) -> tuple[str, FileRow]:
        """The id of the link with a public address, and its file. Raises `LinkOpensNothing`."""
        await self._views.caught_up()
        link = await self._links.by_token(token)
        if link is None or link.has_expired(self.now()):
            raise LinkOpensNothing
        try:
            return link.id, await self._files.readable(Scope(link.account, bool(link.livemode)), link.file_id)
        except (NotFound, FileExpired):
            raise LinkOpensNothing from None

    def now(self) -> int:
        """Unix seconds."""
        return int(self._clock.now().timestamp())


class _Selected:
    """The links that a filter lets pass, as a list in pages. A cursor may be any link."""

    def __init__(self, links: FileLinkList, only: LinkFilter) -> None:
        self._links = links
        self._only = only

    async def get(self, scope: Scope, id: str) -> FileLinkRow | None:
        return await self._links.get(scope, id)

    async def page(self, scope: Scope, page: Page) -> Sequence[FileLinkRow]:
        return await self._links.page_where(scope, page, self._only)


def row_of(link: FileLink) -> FileLinkRow:
    """The row that the view will have; its position is not known before the event is stored, and never shown."""
    return FileLinkRow(
        position=0,
        id=link.id,
        account=link.scope.account,
        livemode=link.scope.livemode,
        created=int(link.created_on.timestamp()),
        file_id=link.file_id,
        token=link.token,
        expires_at=link.expires_at,
        metadata=json_text(link.metadata),
    )
