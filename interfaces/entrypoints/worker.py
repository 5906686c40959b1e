"""A worker process: makes reports until it is stopped, or until its parent has gone."""

from __future__ import annotations

import logging
import os
import threading

from domain.errors import StoreUnavailable
from interfaces.composition.installation import Installation
from interfaces.composition.worker import presence, work_loop
from interfaces.entrypoints.startup import read_settings, stop_on_signals, stop_with_parent
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.restarting import CANNOT_START
from interfaces.setting_values import SettingRefused

GRACE_SECONDS = 5.0
"""How long a report that is under way may go on after a stop; then another worker gets it."""

SERVER_GRACE_SECONDS = 1.0
"""The same for one that a server computes: it is large, and the server is to be free for others soon."""

LEAVE_SECONDS = 1.0
"""How long a worker with a broken-off report waits until its row in the register is removed; idle, it has its grace."""

log = logging.getLogger("reportrun.worker")


def main() -> int:
    stop = stop_on_signals()
    settings = read_settings()
    try:
        installation = Installation(settings, makes_log=False)
        loop, alive = work_loop(installation), presence(installation)
    except (StoreUnavailable, SettingRefused, OSError) as error:  # the supervisor tries again
        log.error("A worker cannot start. %s", error)
        return CANNOT_START

    def work() -> None:
        installation.prepare_server()
        loop.work()

    worker = threading.Thread(target=work, name="work", daemon=True)
    worker.start()
    alive.start()
    stop_with_parent(stop)
    while worker.is_alive() and not stop.wait(0.2):
        pass
    loop.stop()
    worker.join(SERVER_GRACE_SECONDS if installation.computes_on_server else GRACE_SECONDS)
    if worker.is_alive():
        log.warning("a report is still under way; another worker will take it")
        loop.hand_back()  # before the interrupt, whose failure is not recorded then
        installation.interrupt_reports()
        alive.end(LEAVE_SECONDS)
        os._exit(0)  # the engine's thread cannot be interrupted
    installation.leave_server()
    alive.end(GRACE_SECONDS)
    installation.close()
    return 0


if __name__ == "__main__":
    end_process(main())
