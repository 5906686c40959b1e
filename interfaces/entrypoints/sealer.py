"""The process that seals the log, until it is stopped, or until its parent has gone."""

from __future__ import annotations

import logging
import os

from domain.errors import SealBroken, StoreUnavailable
from interfaces.composition.audit.sealing import seal_loop
from interfaces.composition.installation import Installation
from interfaces.entrypoints.startup import read_settings, stop_on_signals, stop_with_parent
from interfaces.host.this_process.garbage import collect_garbage_seldom
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.restarting import CANNOT_START
from interfaces.setting_values import SettingRefused

NICENESS = 5
"""Requests come first: where the cores are busy, the seal waits some milliseconds, not they."""

log = logging.getLogger("reportrun.seal")


def main() -> int:
    os.nice(NICENESS)
    stop = stop_on_signals()
    settings = read_settings()
    with Installation(settings, makes_log=False) as installation:
        try:
            loop = seal_loop(installation)
        except (SealBroken, StoreUnavailable, SettingRefused, OSError) as error:  # the supervisor tries again
            log.error("The log cannot be sealed. %s", error)
            return CANNOT_START
        stop_with_parent(stop)
        collect_garbage_seldom()  # each look makes thousands of rows at once, which would start it
        loop.run(stop)
    return 0


if __name__ == "__main__":
    end_process(main())
