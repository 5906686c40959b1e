"""Sessions of the console: signing in with a key, finding the caller of a cookie, and signing out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from eventsourcing.persistence import IntegrityError

from application.access.authentication import Authentication
from application.log.event_store import EventStore
from application.log.idempotency_records import Append
from application.ports.clock import Clock
from domain.access.api_key import secret_digest
from domain.access.caller import Caller
from domain.access.console_session import ConsoleSession
from domain.errors import SessionEnded


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
    ) -> None:
        self.lasting_seconds = lasting_seconds
        self._events = events
        self._append = append
        self._authentication = authentication
        self._clock = clock

    async def sign_in(self, secret: str) -> str:
        """The cookie of a new session. Raises a `KeyRefused`, as `Authentication.caller` does."""
        secret = secret.strip()
        session, cookie = ConsoleSession.sign_in(
            await self._authentication.caller(secret),
            key_sha256=secret_digest(secret),
            lasting_seconds=self.lasting_seconds,
            at=self._clock.now(),
        )
        await self._append(Append(self._events.pending(session)))
        return cookie

    async def caller(self, cookie: str) -> Caller:
        """Raises `SessionEnded` for a cookie without an open session, or a `KeyRefused` for its key."""
        session = await self._open_session(cookie)
        if session is None:
            raise SessionEnded
        return await self._authentication.caller_of_digest(session.key_sha256)

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
