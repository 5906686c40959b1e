"""A helper's process: does what its server asks of it until its standard input ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent

from application.log.idempotency_records import Append, IdempotencyRecord
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from interfaces.composition.wiring import opened
from interfaces.processes.channel import Channel, Ended
from interfaces.settings import Settings
from interfaces.storage.writers.protocol import CATCH_UP, CONFLICT, DONE, GREETING, REACHED, STORED, TROUBLE, Role

log = logging.getLogger("reportrun.processes")


def main(role: Role) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server ends us when it has answered what is open
    settings = Settings.read()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    try:
        with _server() as server:
            (_append if role is Role.LOG else _project)(settings, server)
    except Ended:
        return 0
    except StoreUnavailable as trouble:  # the server goes on by itself, and says what it finds
        log.debug("%s", trouble)
        return 1
    return 0


@contextmanager
def _server() -> Iterator[Channel]:
    """The pipes to the server; what anybody prints goes elsewhere."""
    writing = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    yield Channel(sys.stdin.fileno(), writing)


def _append(settings: Settings, server: Channel) -> None:
    with opened(settings) as stores:
        server.say(GREETING)
        while True:
            appends = [_of_tuples(*one) for one in server.hear()]
            try:
                server.say((STORED, stores.store.recorder.append(appends)))
            except IntegrityError as conflict:
                server.say((CONFLICT, str(conflict)))
            except StoreUnavailable as trouble:
                server.say((TROUBLE, str(trouble)))


def _of_tuples(events: Sequence[tuple[Any, ...]], record: tuple[Any, ...] | None) -> Append:
    taken = [StoredEvent(*event) for event in events]
    if record is None:
        return Append(taken)
    account, livemode, *facts = record
    return Append(taken, IdempotencyRecord(Scope(account, livemode), *facts))


def _project(settings: Settings, server: Channel) -> None:
    with opened(settings) as stores:
        server.say(GREETING)
        while server.hear() == CATCH_UP:
            server.say((DONE, stores.projector.catch_up(lambda position: server.say((REACHED, position)))))


if __name__ == "__main__":
    sys.exit(main(Role(sys.argv[1])))
