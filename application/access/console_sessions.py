"""Sessions of the console: signing in with a key, finding the caller of a cookie, and signing out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from eventsourcing.persistence import IntegrityError

from application.access.authentication import Authentication
from application.log.event_store import EventStore
from application.log.idempotency_records import Append
from application.ports.clock import Clock
from application.views.api_keys import KeyList
from domain.access.api_key import secret_digest
from domain.access.caller import Caller
from domain.access.console_session import ConsoleSession
from domain.errors import SessionEnded, UserNotAdmitted


class ConsoleUsers(NamedTuple):
    """Users that a trusted proxy names.

    key_of  gives the id of the key that a user has the rights of; None for a user without rights
    """

    keys: KeyList
    key_of: Callable[[str], str | None]


class ConsoleSessions:
    """Each sign-in is an event. A session is as good as its key: one that is revoked or expired ends it.

    lasting_seconds  how long a session lasts at most
    """

    def __init__(
        self,
        events: EventStore,
        append: Callable[[Append], Awaitable[int]],
        authentication: Authentication,
        clock: Clock,
        lasting_seconds: int,
        users: ConsoleUsers,
    ) -> None:
        self.lasting_seconds = lasting_seconds
        self._events = events
        self._append = append
        self._authentication = authentication
        self._clock = clock
        self._users = users

    async def sign_in(self, secret: str) -> str:
        """The cookie of a new session. Raises a `KeyRefused`, as `Authentication.caller` does."""
        secret = secret.strip()
        return await self._begin(await self._authentication.caller(secret), secret_digest(secret))

    async def sign_in_user(self, user: str) -> str:
        """The cookie of a session of a user whom a trusted proxy names. Raises a `KeyRefused`, of these
        `UserNotAdmitted` for one who has no key."""
        key = await self._users.keys.by_id(self._users.key_of(user) or "")
        if key is None:
            raise UserNotAdmitted(user)
        caller = await self._authentication.caller_of_digest(key.secret_sha256)
        return await self._begin(caller._replace(user=user), key.secret_sha256)

    async def caller(self, cookie: str, user: str) -> Caller:
        """user: whom a trusted proxy names now; empty for none

        Raises `SessionEnded` for a cookie without an open session, for that of another user, and for that of a user who
        has another key by now or none; or a `KeyRefused` for its key.
        """
        session = await self._open_session(cookie)
        if session is None or session.user not in ("", user):
            raise SessionEnded
        caller = await self._authentication.caller_of_digest(session.key_sha256)
        if session.user and self._users.key_of(session.user) != caller.key_id:
            raise SessionEnded
        return caller._replace(user=session.user)

    async def _begin(self, caller: Caller, key_sha256: str) -> str:
        session, cookie = ConsoleSession.sign_in(
            caller, key_sha256=key_sha256, lasting_seconds=self.lasting_seconds, at=self._clock.now()
        )
        await self._append(Append(self._events.pending(session)))
        return cookie

    async def sign_out(self, cookie: str, actor: str) -> None:
        """Does nothing for a cookie without an open session. actor: the key"""
        session = await self._open_session(cookie)
        if session is None:
            return
        session.sign_out(actor=actor, at=self._clock.now())
        try:
            await self._append(Append(self._events.pending(session)))
        except IntegrityError:  # a concurrent request has ended it
            return

    async def _open_session(self, cookie: str) -> ConsoleSession | None:
        session = await asyncio.to_thread(self._events.find, ConsoleSession, ConsoleSession.id_of(cookie))
        return session if session is not None and session.is_open(self._clock.now()) else None
