"""A look-up of one object that a caller names by its id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.access.caller import Scope
from domain.errors import NotFound

Row = TypeVar("Row")


async def found_in(scope: Scope, id: str, noun: str, find: Callable[[Scope, str], Awaitable[Row | None]]) -> Row:
    """What `find` gives. Raises `NotFound`, which says so when it gives something in the account's other mode."""
    found = await find(scope, id)
    if found is not None:
        return found
    other = scope._replace(livemode=not scope.livemode)
    exists = await find(other, id) is not None
    raise NotFound(noun, id, exists_in_mode=other.mode if exists else None)
