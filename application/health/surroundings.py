"""What a server does not need to answer, and its callers do: workers, the ledger, and the result files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from application.health.sampled import Sampled
from application.queue.work_state import WorkState, WorkSurvey
from application.views.files import FileList
from application.views.ledgers import LedgerList
from domain.access.caller import Scope
from domain.errors import StoreUnavailable

WORK_SECONDS = 1.0
PLACES_SECONDS = 15.0
"""How long a look at the work, and at the places of files, is good: a monitor may ask as often as it likes."""

PATIENCE_SECONDS = 2.0
"""How long an answer waits for a look. Monitors give up after a few seconds."""


class OperatingState(NamedTuple):
    """
    work    None when it cannot be read now
    faults  sentences about what does not work; none where all is well
    """

    work: WorkState | None
    faults: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where files lie outside of the store: the ledger's and results.

    must_reach_ledger   raises `StoreUnavailable` when one mode's ledger cannot be reached, after seconds at most
    must_reach_results  likewise, for result files
    """

    ledgers: LedgerList
    files: FileList
    must_reach_ledger: Callable[[bool], None]
    must_reach_results: Callable[[], None]

    async def faults(self) -> Sequence[str]:
        """A sentence for each place that cannot be reached. One that nothing was put into yet need not be there."""
        looks: list[Callable[[], None]] = [
            partial(self.must_reach_ledger, livemode)
            for livemode in (False, True)
            if await self.ledgers.of_account(Scope("", livemode))  # the rows of any account include those of the whole
        ]
        if await self.files.by_id(after="", limit=1):
            looks.append(self.must_reach_results)
        found = await asyncio.gather(*(asyncio.to_thread(_fault, look) for look in looks))
        return list(dict.fromkeys(fault for fault in found if fault))


class Surroundings:
    def __init__(self, work: WorkSurvey, places: Places) -> None:
        self._work = Sampled(work.state, WORK_SECONDS)
        self._places = Sampled(places.faults, PLACES_SECONDS)

    async def state(self) -> OperatingState:
        work, places = await asyncio.gather(self._state_of_work(), self._faults_of_places())
        if isinstance(work, str):
            return OperatingState(None, [work, *places])
        return OperatingState(work, [*([work.fault] if work.fault else []), *places])

    async def _state_of_work(self) -> WorkState | str:
        """The state, or why it cannot be read."""
        try:
            return await self._work.value(PATIENCE_SECONDS)
        except StoreUnavailable as trouble:
            return f"Which workers are alive cannot be read. {trouble}"
        except TimeoutError:
            return "Which workers are alive cannot be read in time."

    async def _faults_of_places(self) -> Sequence[str]:
        try:
            return await self._places.value(PATIENCE_SECONDS)
        except StoreUnavailable as trouble:
            return [str(trouble)]
        except TimeoutError:
            return ["The ledger or the result files cannot be reached in time."]


def _fault(look: Callable[[], None]) -> str | None:
    try:
        look()
    except StoreUnavailable as trouble:
        return str(trouble)
    return None
