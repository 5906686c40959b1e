"""An appender whose work is done by a helper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import IntegrityError

from application.group_commit import EventAppender
from application.receipts import Append
from domain.errors import StoreUnavailable
from interfaces.helpers.frames import Ended
from interfaces.helpers.helper import Helper
from interfaces.helpers.roles import CONFLICT, STORED


class HelpedAppender:
    """Appends through a helper while that is well, else by itself."""

    def __init__(self, own: EventAppender, helper: Helper) -> None:
        self._own = own
        self._helper = helper

    def append(self, appends: Sequence[Append]) -> list[int]:
        """As `EventAppender.append`.

        Raises `StoreUnavailable` when the helper died over it: what it was given may be stored or not, as when a
        database goes away. Whoever asks again under the same key is told which.
        """
        if not self._helper.is_ready():
            return self._own.append(appends)
        try:
            self._helper.ask([_as_tuples(append) for append in appends])
            word, told = self._helper.answer()
        except Ended as trouble:
            raise StoreUnavailable("The store does not answer now. Try again in a moment.") from trouble
        if word == STORED:
            positions: list[int] = told
            return positions
        raise IntegrityError(told) if word == CONFLICT else StoreUnavailable(told)


def _as_tuples(append: Append) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
    events = [(one.originator_id, one.originator_version, one.topic, one.state) for one in append.events]
    receipt = append.receipt
    if receipt is None:
        return events, None
    return events, (
        receipt.scope.account,
        receipt.scope.livemode,
        receipt.key,
        receipt.fingerprint,
        receipt.status,
        receipt.body,
        receipt.request_id,
        receipt.created,
    )
