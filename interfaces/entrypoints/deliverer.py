"""A deliverer process: sends webhooks until it is stopped, or until its parent has gone."""

from __future__ import annotations

import asyncio
import logging
import threading

import uvloop

from domain.errors import StoreUnavailable
from interfaces.composition.delivery import delivery_loop
from interfaces.composition.installation import Installation
from interfaces.entrypoints.startup import read_settings, stop_on_signals, stop_with_parent
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.restarting import CANNOT_START
from interfaces.setting_values import SettingRefused

log = logging.getLogger("reportrun.webhooks")


def main() -> int:
    stop = stop_on_signals()
    settings = read_settings()
    try:
        installation = Installation(settings, makes_log=False)
        _ = installation.stores
    except (StoreUnavailable, SettingRefused, OSError) as error:  # the supervisor tries again
        log.error("A deliverer cannot start. %s", error)
        return CANNOT_START
    stop_with_parent(stop)
    with installation, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_deliver(installation, stop))
    return 0


async def _deliver(installation: Installation, stop: threading.Event) -> None:
    async with delivery_loop(installation) as loop:
        running = asyncio.create_task(loop.run())
        stopped = asyncio.create_task(asyncio.to_thread(stop.wait))
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        loop.stop()
        stop.set()
        await running


if __name__ == "__main__":
    end_process(main())
