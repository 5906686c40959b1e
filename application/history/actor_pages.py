"""Pages of what one actor did, newest first; each looks through a bounded part of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from application.history.actor_trail import Deed, Owners, Selection, deed_of
from application.log.event_store import EventStore, LoggedEvent
from application.views.api_keys import KeyList
from domain.access.caller import AUDIT_READ, Caller
from domain.errors import NotFound

PAGE_DEEDS = 100

MOST_SEARCHED = 200_000
"""Events of the log that are looked through for one page."""

BATCH_EVENTS = 2_000


class DeedPage(NamedTuple):
    """A part of what an actor did.

    deeds   newest first
    before  the position below which the next page goes on; None: the log has been searched to its beginning
    """

    deeds: Sequence[Deed]
    before: int | None


class ActorPages:
    def __init__(self, events: EventStore, keys: KeyList) -> None:
        self._events = events
        self._keys = keys

    async def page(self, caller: Caller, actor: str, before: int | None = None) -> DeedPage:
        """What an actor did, on any account.

        actor   as `Selection` has it
        before  a position of the log; None: its end

        Keys that hold `audit_read` follow every actor, others the keys of their account and mode. Raises `NotFound`.
        """
        if not caller.holds(AUDIT_READ):
            await self._must_be_own(caller, actor)
        return await asyncio.to_thread(self._page, actor, before)

    async def _must_be_own(self, caller: Caller, actor: str) -> None:
        key = await self._keys.by_id(actor)
        if key is None or (key.account, bool(key.livemode)) != caller.scope:
            raise NotFound("API key", actor)

    def _page(self, actor: str, before: int | None) -> DeedPage:
        end = before if before is not None else self._events.last_position() + 1
        lowest = max(0, end - 1 - MOST_SEARCHED)
        found: list[LoggedEvent] = []
        while end - 1 > lowest and len(found) < PAGE_DEEDS:
            after = max(lowest, end - 1 - BATCH_EVENTS)
            found += reversed(self._between(actor, after, end))
            end = after + 1
        shown, owners = found[:PAGE_DEEDS], Owners(self._events)
        if len(found) > PAGE_DEEDS:
            end = shown[-1].position
        deeds = [deed_of(position, event, owners.account_of(event)) for position, event in shown]
        return DeedPage(deeds, end if end > 1 else None)

    def _between(self, actor: str, after: int, end: int) -> list[LoggedEvent]:
        """What an actor did at the positions between two, which are not among them."""
        selection = Selection(actor)
        mentions = self._events.mentions(actor, after, end - 1 - after)
        return [one for one in mentions if one.position < end and selection.has_actor_of(one.event)]
