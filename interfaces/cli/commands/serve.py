"""`serve` and `worker`: the long-running processes."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from dataclasses import replace

from interfaces.cli.arguments import count, filled
from interfaces.cli.output import remark, result
from interfaces.settings import LEAST_ENGINE_MEMORY_MIB, Settings

MOST_WORKERS = 256
"""More would take the memory of a machine before the first report is made."""


def add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", type=filled, default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument(
        "--port", type=count(0, 65_535), default=8000, help="port to listen on (default 8000; 0: any free one)"
    )
    command.add_argument(
        "--workers", type=count(0, MOST_WORKERS), default=1, help="worker processes beside the API (default 1)"
    )


def serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the API, with worker processes beside it.

    With --workers 0 the API alone is served; `reportrun worker` makes the reports then.

    Example: reportrun serve --port 8000 --workers 2
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.server import server
    from interfaces.http.server.server import listen, serve_until_stopped
    from interfaces.processes.supervisor import Supervisor

    supervisor = Supervisor(_share(settings, options.workers), options.workers)
    sealer = Supervisor(settings, int(settings.seal), kind="sealer")

    def listening(address: str) -> None:
        supervisor.start()
        sealer.start()
        result(f"Reportrun is serving on {address}")

    def stopped() -> None:
        supervisor.stop()
        sealer.stop()

    with listen(options.host, options.port) as bound, Installation(settings) as installation:
        _ = installation.catalogue  # what is refused is refused before a folder is made
        return serve_until_stopped(
            server(installation),
            bound,
            host=options.host,
            settings=settings,
            listening=listening,
            stopped=stopped,
        )


def add_worker(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--concurrency", type=count(1, MOST_WORKERS), default=1, help="reports at a time, each in its own process"
    )


def worker(settings: Settings, options: argparse.Namespace) -> int:
    """Make reports, anywhere that the data folder can be reached.

    It ends with exit code 1 when none of its processes can start in a few tries; `serve` goes on trying.

    Example: reportrun worker --concurrency 2
    """
    from interfaces.composition.installation import Installation
    from interfaces.processes.supervisor import MOST_FAILED_STARTS, Supervisor

    with Installation(settings) as installation:
        _ = installation.catalogue  # a setting that no worker can start with is refused here, once
    settings.data.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    supervisor = Supervisor(_share(settings, options.concurrency), options.concurrency, given_up=stop.set)
    supervisor.start()
    remark(f"{options.concurrency} worker process(es) started; Ctrl-C stops them.")
    stop.wait()
    supervisor.stop()
    if supervisor.has_given_up:
        remark(f"reportrun: No worker could start in {MOST_FAILED_STARTS} tries. {_why_none_starts(settings)}")
        return 1
    return 0


def _why_none_starts(settings: Settings) -> str:
    """The reason, found by opening what a worker opens."""
    from interfaces.cli.error_sentences import sentence
    from interfaces.composition.installation import Installation

    try:
        with Installation(settings) as installation:
            _ = installation.stores
    except Exception as trouble:
        return sentence(trouble)
    return "The lines above say why."


def _share(settings: Settings, workers: int) -> Settings:
    """The settings of each of several worker processes, which share memory and cores."""
    sharing = max(1, workers)
    return replace(
        settings,
        engine_memory_mib=max(LEAST_ENGINE_MEMORY_MIB, settings.engine_memory_mib // sharing),
        engine_threads=settings.engine_threads or max(1, (os.cpu_count() or 1) // sharing),
    )
