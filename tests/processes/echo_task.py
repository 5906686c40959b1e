"""A child process for tests of the pool of tasks: it does what its order says."""

from __future__ import annotations

import os
import sys

from interfaces.entrypoints.startup import channel_to_parent, requests
from interfaces.processes.task_pool import TaskProgress, TaskRefused


def main() -> int:
    with channel_to_parent() as parent:
        kind, value = next(requests(parent, "ready"))
        if kind == "die":
            os._exit(1)
        if kind == "hang":
            parent.send(TaskProgress(0.0))
            parent.receive()
        if kind == "refuse":
            parent.send(TaskRefused(value))
            return 0
        parent.send(TaskProgress(0.5))
        parent.send((os.getpid(), value))
    return 0


if __name__ == "__main__":
    sys.exit(main())
