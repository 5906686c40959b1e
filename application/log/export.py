"""Export and import of the whole log: its rows, and when an import is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from application.log.idempotency_records import IdempotencyRecord
from application.ports.seal_states import SealState
from application.ports.webhook_secrets import WebhookSecret
from domain.errors import ReportrunError

PositionedEvent = tuple[int, str, int, str, bytes]
"""Position in the log, id and version of the aggregate, topic, state."""


class LogExport(NamedTuple):
    """The log as one moment has it: its events in the order of their positions, and what is kept beside it.

    seal  how far it is sealed; None: nothing of it is
    """

    events: Iterable[PositionedEvent]
    records: Iterable[IdempotencyRecord] = ()
    secrets: Iterable[WebhookSecret] = ()
    seal: SealState | None = None


class BackupRefused(ReportrunError):
    """A file that is no backup or cannot become one, or a store that is not empty."""


def must_be_empty(last_position: int) -> None:
    """Raises `BackupRefused` where an import would mix two histories."""
    if last_position:
        raise BackupRefused("The store has events already. A backup is restored into an empty one only.")
