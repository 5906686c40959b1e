"""A writer process: appends to the log, or projects, as its server asks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import Append, KeysRecorded
from domain.errors import StoreUnavailable
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.entrypoints.startup import channel_to_parent, read_settings, requests
from interfaces.host.this_process.process_end import end_process
from interfaces.host.this_process.stop_signals import ignore_stop_signals
from interfaces.processes.channel import Channel
from interfaces.storage.sql.idempotency_records import record_values
from interfaces.storage.writers.messages import append_from_tuples
from interfaces.storage.writers.protocol import (
    CATCH_UP,
    CONFLICT,
    DONE,
    GREETING,
    REACHED,
    RECORDED,
    STORED,
    TROUBLE,
    Role,
)

log = logging.getLogger("reportrun.processes")


def main(role: Role) -> int:
    ignore_stop_signals()
    settings = read_settings()
    work = _append if role is Role.LOG else _project
    try:
        with channel_to_parent() as server, Installation(settings, makes_log=False) as installation:
            work(installation.stores, server)
    except StoreUnavailable as error:  # the server writes through its own connections, and reports what it finds
        log.debug("%s", error)
        return 1
    return 0


def _append(stores: Stores, server: Channel) -> None:
    for request in requests(server, GREETING):
        server.send(_outcome(stores, [append_from_tuples(*one) for one in request]))


def _outcome(stores: Stores, appends: Sequence[Append]) -> tuple[str, object]:
    try:
        return STORED, stores.store.recorder.append(appends)
    except KeysRecorded as repeats:
        records = {place: record_values(record) for place, record in repeats.records.items()}
        return RECORDED, (records, repeats.position)
    except IntegrityError as conflict:
        return CONFLICT, str(conflict)
    except StoreUnavailable as error:
        return TROUBLE, str(error)


def _project(stores: Stores, server: Channel) -> None:
    for request in requests(server, GREETING):
        assert request == CATCH_UP
        server.send((DONE, stores.projector.catch_up(lambda position: server.send((REACHED, position)))))


if __name__ == "__main__":
    end_process(main(Role(sys.argv[1])))
