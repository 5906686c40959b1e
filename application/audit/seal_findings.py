"""Findings about the transparency log, for `doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from application.audit.continuation import must_be_recorded, must_go_on, must_reach, published_checkpoint
from application.audit.leaves import Erased, StoredLog
from application.audit.whole_log.verification import Verified
from application.health.findings import Finding, good, look, wrong
from application.ports.seal_states import SealState
from application.ports.tile_files import TileFiles
from domain.counting import counted
from domain.errors import SealBroken, StoreUnavailable


@dataclass(frozen=True, slots=True)
class SealChecks:
    """Looks at what is sealed.

    state       gives how far the log is sealed; None where nothing is
    erased      finds the events that were erased after they had been sealed; it reads the whole log
    timestamps  what is to be said about those of a state
    refusal     the reason why this machine may not sign for a state; empty when it may, or does not seal
    verify      compares every event, for a thorough look; None for a summary
    """

    log: StoredLog
    state: Callable[[], SealState | None]
    files: TileFiles
    erased: Callable[[], Erased]
    timestamps: Callable[[SealState], Iterator[Finding]]
    refusal: Callable[[SealState], str]
    verify: Callable[[], Verified] | None = None

    def findings(self) -> Iterator[Finding]:
        try:
            yield from self._findings()
        except (StoreUnavailable, OSError) as trouble:  # other findings are told all the same
            yield wrong(f"The transparency log cannot be looked at. {trouble}")

    def _findings(self) -> Iterator[Finding]:
        published = published_checkpoint(self.files)
        try:
            state = self.state()
            must_be_recorded(state, published, self.files.place)
        except SealBroken as broken:
            yield wrong(str(broken))
            return
        if state is None or state.size == 0:
            yield look(
                "Nothing of the log is sealed, so a change of it cannot be seen. `reportrun serve` and "
                "`reportrun seal` do so."
            )
            return
        try:
            must_reach(self.log, state, published, self.erased)
            must_go_on(self.log, state, self.files, self.erased)
        except SealBroken as broken:
            yield wrong(str(broken))
            return
        yield from self._thorough() if self.verify else self._summary(state)
        if refusal := self.refusal(state):
            yield wrong(f"This machine does not seal what is new. {refusal}")
        yield from self.timestamps(state)

    def _summary(self, state: SealState) -> Iterator[Finding]:
        newer = (self.log.max_notification_id() or 0) - state.position
        later = f" {counted(newer, 'newer position is', 'newer positions are')} not sealed yet." if newer else ""
        yield good(
            f"The log is sealed up to position {state.position:,}, and ends as it was sealed.{later} The events before "
            "were not compared: see `--deep`."
        )

    def _thorough(self) -> Iterator[Finding]:
        assert self.verify is not None
        verified = self.verify()
        for difference in verified.differences:
            yield wrong(f"The log is not what was sealed. {difference.sentence}")
        if not verified.differences:
            yield good(f"The log is what was sealed: all {verified.leaves:,} leaves were compared.")
