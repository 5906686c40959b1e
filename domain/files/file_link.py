"""The `FileLink` aggregate: a public address of one result file, which needs no key and may expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.access.caller import Scope
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import FileLinkExpired, InvalidParameter, request_parameter
from domain.ids import new_id, random_base62
from domain.instants import utc_text
from domain.metadata import merged_metadata

NOUN = "file link"

TOKEN_CHARACTERS = 48
"""Random characters of the public address: too many to guess."""


class FileLink(TextIdAggregate):
    """One link. expires_at: the Unix second from which it opens nothing; None: it lasts as long as the file"""

    TOPIC = "file_link"

    class Event(TextIdAggregate.Event):
        pass

    class Created(Event, TextIdCreated):
        """token: the secret part of the public address; run_id: of the run that made the file"""

        TOPIC = "file_link.created"
        SECRETS = ("token",)
        account: str
        livemode: bool
        file_id: str
        run_id: str
        token: str
        expires_at: int | None
        metadata: dict[str, str]

    class Updated(Event):
        """The expiry and the metadata after a change."""

        TOPIC = "file_link.updated"
        expires_at: int | None
        metadata: dict[str, str]

        def apply(self, aggregate: FileLink) -> None:
            aggregate.expires_at = self.expires_at
            aggregate.metadata = dict(self.metadata)

    def __init__(
        self, account: str, livemode: bool, file_id: str, token: str, expires_at: int | None, metadata: dict[str, str]
    ) -> None:
        self.scope = Scope(account, livemode)
        self.file_id = file_id
        self.token = token
        self.expires_at = expires_at
        self.metadata = dict(metadata)

    @classmethod
    def create(
        cls,
        scope: Scope,
        *,
        file_id: str,
        run_id: str,
        expires_at: int | None,
        metadata: Mapping[str, str],
        actor: str,
        at: datetime,
    ) -> FileLink:
        """A new link. Raises an `InvalidParameter` for an expiry in the past."""
        _must_be_ahead(expires_at, at)
        return cls.begin(
            cls.Created,
            id=new_id("link", at),
            at=at,
            actor=actor,
            account=scope.account,
            livemode=scope.livemode,
            file_id=file_id,
            run_id=run_id,
            token=random_base62(TOKEN_CHARACTERS),
            expires_at=expires_at,
            metadata=merged_metadata({}, metadata),
        )

    def has_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at.timestamp()

    def update(self, *, expires_at: int | None, metadata: Mapping[str, str], actor: str, at: datetime) -> None:
        """Set the expiry and the metadata; does nothing where both are as they were.

        Raises `FileLinkExpired` for a link that has expired, an `InvalidParameter` for a new expiry in the past.
        """
        if self.has_expired(at):
            raise FileLinkExpired(self.id, self.expires_at or 0)
        if expires_at != self.expires_at:
            _must_be_ahead(expires_at, at)
        self._set(expires_at, metadata, actor, at)

    def expire(self, *, metadata: Mapping[str, str], actor: str, at: datetime) -> None:
        """Let it expire now. Raises `FileLinkExpired` when it has expired before."""
        if self.has_expired(at):
            raise FileLinkExpired(self.id, self.expires_at or 0)
        self._set(int(at.timestamp()), metadata, actor, at)

    def _set(self, expires_at: int | None, metadata: Mapping[str, str], actor: str, at: datetime) -> None:
        if (expires_at, metadata) != (self.expires_at, self.metadata):
            self.record(self.Updated, at=at, actor=actor, expires_at=expires_at, metadata=dict(metadata))


def _must_be_ahead(expires_at: int | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at.timestamp():
        raise InvalidParameter(
            f"expires_at must lie in the future, and {utc_text(expires_at)} has passed.",
            request_parameter("expires_at"),
        )
