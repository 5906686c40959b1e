"""The erasure of fields in the stored events of a run, as a law may ask for.

The event's bytes are replaced, and an event of the run records it: who, why, which event and fields, and the digest of
the bytes before, so that proofs over these stay valid for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.erasable_log import ErasableLog, ForgottenKey, Replacement
from application.runs.report_runs import NOUN
from application.webhooks.public_event import event_id_of
from domain.access.caller import Scope
from domain.errors import InvalidParameter, NotFound, StoreUnavailable
from domain.runs.erasure import erased_state, must_be_erasable, replaced_values
from domain.runs.report_run import ReportRun

MAX_REASON = 500
"""Characters."""


class ErasedEvent(NamedTuple):
    """fields: those of the ones asked for that had something in it to erase, such as `parameters.customer`"""

    version: int
    topic: str
    fields: Sequence[str]


class Erasing:
    def __init__(
        self,
        *,
        events: EventStore,
        log: ErasableLog,
        clock: Clock,
        person: str,
        seal: Callable[[], bool],
        drop_old_views: Callable[[], object],
        forget_answers: Callable[[str], object],
        show: Callable[[], object],
    ) -> None:
        """
        person  who erases
        seal    seals what is in the log, and says whether it is sealed at all: the leaves of events are made over the
                bytes from before
        drop_old_views   drops those of earlier versions of the program, which nothing brings up to date
        forget_answers   blanks what webhook endpoints answered to a public event, by its id
        show    brings the views up to date
        """
        self._events = events
        self._log = log
        self._clock = clock
        self._person = person
        self._seal = seal
        self._drop_old_views = drop_old_views
        self._forget_answers = forget_answers
        self._show = show

    def erase(self, run_id: str, fields: Sequence[str], reason: str) -> Sequence[ErasedEvent]:
        """Blank the fields in each event of a finished run that has them, and give these events.

        Raises `NotFound`, `InvalidParameter` for fields that must stay or hold nothing, and `StoreUnavailable` when
        the run was changed meanwhile: then nothing is erased.
        """
        for field in fields:
            must_be_erasable(field)
        if not 0 < len(reason) <= MAX_REASON:
            raise InvalidParameter(f"A reason has 1 to {MAX_REASON} characters, and this one has {len(reason)}.")
        run = self._events.find(ReportRun, run_id)
        if run is None:
            raise NotFound(NOUN, run_id)
        if not run.is_finished:
            raise InvalidParameter(f"{run_id} is pending, and needs what it was asked for. Wait until it has finished.")
        was_sealed = self._seal()
        stored = self._events.stored_events(run_id)
        blank = {one: values for one in stored if (values := _blank_values(one, fields))}
        if not blank:
            raise InvalidParameter(f"No event of {run_id} has anything to erase in {', '.join(fields)}.")
        replaced = [self._replaced(run, one, values, reason, was_sealed) for one, values in blank.items()]
        self._drop_old_views()
        self._forget_answers(event_id_of(run_id))
        self._store(run, replaced, _forgotten(stored[0]))
        self._show()
        return [ErasedEvent(one.originator_version, one.topic, _blanked_in(one, fields)) for one in blank]

    def _replaced(
        self, run: ReportRun, stored: StoredEvent, values: Mapping[str, Any], reason: str, was_sealed: bool
    ) -> Replacement:
        """The new bytes of one event, which the run records."""
        after = orjson.dumps(erased_state(orjson.loads(stored.state), values))
        run.record_erasure(
            erased_version=stored.originator_version,
            fields=sorted(values),
            values=dict(values),
            reason=reason,
            sha256_before=sha256(stored.state).hexdigest(),
            sha256_after=sha256(after).hexdigest(),
            was_sealed=was_sealed,
            actor=self._person,
            at=self._clock.now(),
        )
        return Replacement(run.id, stored.originator_version, stored.state, after)

    def _store(self, run: ReportRun, replaced: Sequence[Replacement], forgotten: ForgottenKey | None) -> None:
        try:
            self._log.erase(replaced, self._events.pending(run), forgotten)
        except IntegrityError:
            raise StoreUnavailable(f"{run.id} was changed meanwhile, and nothing is erased. Try again.") from None


def _blank_values(stored: StoredEvent, fields: Sequence[str]) -> dict[str, Any]:
    """What is to stand in an event; empty where it has nothing to erase. Records of erasures stay whole."""
    is_record = stored.topic == ReportRun.Erased.TOPIC
    return {} if is_record else replaced_values(orjson.loads(stored.state), fields)


def _blanked_in(stored: StoredEvent, fields: Sequence[str]) -> list[str]:
    state = orjson.loads(stored.state)
    return [field for field in dict.fromkeys(fields) if replaced_values(state, [field])]


def _forgotten(first: StoredEvent) -> ForgottenKey | None:
    """The idempotency key of the request that made the run."""
    created = orjson.loads(first.state)
    key = created.get("idempotency_key")
    return ForgottenKey(Scope(created["account"], created["livemode"]), key) if key else None
