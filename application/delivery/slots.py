"""Slots: how many attempts may be under way, in all and to each endpoint."""

from __future__ import annotations

from collections.abc import Mapping
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

    @property
    def free(self) -> int:
        return MOST - sum(endpoint.under_way for endpoint in self._endpoints.values())

    def room(self) -> Mapping[str, int]:
        """Endpoint -> how many attempts may begin now; those that are not named may have one."""
        failing = sum(endpoint.under_way for endpoint in self._endpoints.values() if endpoint.is_failing)
        return {
            id: 0 if endpoint.is_failing and failing >= MOST_OF_FAILING else max(0, endpoint.width - endpoint.under_way)
            for id, endpoint in self._endpoints.items()
        }

    def take(self, endpoint_id: str) -> None:
        self._endpoints.setdefault(endpoint_id, _Endpoint()).under_way += 1

    def give_back(self, endpoint_id: str, *, is_success: bool, seconds: float) -> None:
        """After an attempt, that took so long."""
        endpoint = self._endpoints[endpoint_id]
        endpoint.under_way -= 1
        endpoint.is_failing = not is_success
        is_quick = is_success and seconds < QUICK_SECONDS
        endpoint.width = min(2 * endpoint.width, MOST_OF_EACH) if is_quick else 1
