"""Slots: how many attempts may be under way, in all and to each endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST = 64
"""Attempts under way in one process."""

MOST_OF_EACH = 16
"""Attempts under way to one endpoint."""

MOST_OF_FAILING = MOST // 2
"""Attempts under way to all failing endpoints together: however many hang, the others have the rest."""

QUICK_SECONDS = 2.0
"""An endpoint that takes longer is slow, and is sent one event at a time."""


@dataclass(slots=True)
class _Endpoint:
    """width: attempts that may be under way at once; it doubles with each quick success, up to `MOST_OF_EACH`"""

    width: int = 1
    under_way: int = 0
    is_failing: bool = False


class Slots:
    """An endpoint begins with one slot, has more while it accepts quickly, and one again once it fails or is slow."""

    def __init__(self) -> None:
        self._endpoints: dict[str, _Endpoint] = {}
        self._turn = 0
        """How many failing endpoints were given room so far."""

    @property
    def free(self) -> int:
        return MOST - sum(endpoint.under_way for endpoint in self._endpoints.values())

    def room(self) -> Mapping[str, int]:
        """Endpoint -> how many attempts may begin now; those that are not named may have one.

        A failing endpoint has one slot, so that each is given room for one attempt, or for none.
        """
        room = {id: max(0, endpoint.width - endpoint.under_way) for id, endpoint in self._endpoints.items()}
        failing = [id for id, endpoint in self._endpoints.items() if endpoint.is_failing]
        left = MOST_OF_FAILING - sum(self._endpoints[id].under_way for id in failing)
        dealt = self._next_in_turn([id for id in failing if room[id]], max(0, left))
        return {**room, **dict.fromkeys(failing, 0), **{id: room[id] for id in dealt}}

    def _next_in_turn(self, failing: Sequence[str], most: int) -> Sequence[str]:
        """Some of the failing endpoints, at each call the next ones: nothing may be due to those that were named."""
        first = self._turn % max(1, len(failing))
        chosen = [*failing[first:], *failing[:first]][:most]
        self._turn += len(chosen)
        return chosen

    def take(self, endpoint_id: str) -> None:
        self._endpoints.setdefault(endpoint_id, _Endpoint()).under_way += 1

    def give_back(self, endpoint_id: str, *, is_success: bool, seconds: float) -> None:
        """After an attempt, that took so long."""
        endpoint = self._endpoints[endpoint_id]
        endpoint.under_way -= 1
        endpoint.is_failing = not is_success
        is_quick = is_success and seconds < QUICK_SECONDS
        endpoint.width = min(2 * endpoint.width, MOST_OF_EACH) if is_quick else 1
