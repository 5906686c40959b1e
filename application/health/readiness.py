"""Readiness: whether a server can answer now."""

from __future__ import annotations

from collections.abc import Callable

from application.health.findings import FULL_DISK_BYTES
from application.health.surroundings import OperatingState, Surroundings
from application.projecting.subscription import Subscription
from application.runs.report_types import ReportTypes
from domain.access.caller import Scope
from domain.errors import StoreUnavailable


class Readiness:
    """Whether requests can be served now, and what else does not work."""

    def __init__(
        self,
        types: ReportTypes,
        subscription: Subscription,
        free_bytes: Callable[[], int],
        surroundings: Surroundings,
        check_files: Callable[[], None] = lambda: None,
    ) -> None:
        """
        free_bytes   gives what is free on the disk of the data folder
        check_files  raises `StoreUnavailable` when the files of the log were removed, replaced or cut
        """
        self._check_files = check_files
        self._types = types
        self._subscription = subscription
        self._free_bytes = free_bytes
        self._surroundings = surroundings

    async def state(self) -> OperatingState:
        """Raises `StoreUnavailable` with the reason while requests cannot be served."""
        await self._must_serve()
        return await self._surroundings.state()

    async def _must_serve(self) -> None:
        await self._types.all(Scope("", livemode=False))  # reads as every request does
        self._check_files()
        if self._subscription.trouble:
            raise StoreUnavailable(self._subscription.trouble)
        if self._free_bytes() < FULL_DISK_BYTES:
            raise StoreUnavailable("The disk of the data folder is full.")
