"""One worker process: works until it is told to stop, or until the process that started it has gone."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from types import FrameType

from domain.errors import StoreUnavailable
from interfaces.composition.wiring import work_loop
from interfaces.settings import SettingRefused, Settings

GRACE_SECONDS = 5.0
"""How long a report that is under way may take to end after a stop; then another worker gets it."""

log = logging.getLogger("reportrun.worker")


def main() -> int:
    """Work until SIGTERM, SIGINT, or the end of standard input, which a supervisor holds open."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    settings = Settings.read()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    try:
        loop = work_loop(settings)
    except (StoreUnavailable, SettingRefused, OSError) as trouble:
        # the supervisor starts another, which may have more luck
        log.error("A worker cannot start. %s", trouble)
        return 1
    worker = threading.Thread(target=loop.work, name="work", daemon=True)
    worker.start()
    threading.Thread(target=_stop_with_parent, args=(stop,), name="parent", daemon=True).start()
    while worker.is_alive() and not stop.wait(0.2):
        pass
    loop.stop()
    worker.join(GRACE_SECONDS)
    if worker.is_alive():
        log.warning("a report is still under way; another worker will take it")
        loop.hand_back()
        os._exit(0)  # the engine cannot be waited for
    return 0


def _stop_with_parent(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
