"""`serve`, `worker` and `deliver`: the long-running processes."""

from __future__ import annotations

import argparse
import logging
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from interfaces.cli.arguments import count, filled
from interfaces.cli.installations.new_installations import has_installation, new_installation
from interfaces.cli.output import remark, result
from interfaces.host.this_process.stop_signals import set_on_signals
from interfaces.settings import LEAST_ENGINE_MEMORY_MIB, Settings

if TYPE_CHECKING:
    from interfaces.processes.supervisor import Supervisor

log = logging.getLogger("reportrun")

MOST_WORKERS = 256
"""More would take the memory of a machine before the first report is made."""

MOST_DELIVERERS = 16


def add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", type=filled, default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument(
        "--port", type=count(0, 65_535), default=8000, help="port to listen on (default 8000; 0: any free one)"
    )
    command.add_argument(
        "--workers", type=count(0, MOST_WORKERS), default=1, help="worker processes beside the API (default 1)"
    )
    command.add_argument(
        "--deliverers",
        type=count(0, MOST_DELIVERERS),
        default=1,
        help="processes that deliver webhooks, beside the API (default 1)",
    )


def serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the API, with processes beside it that make reports and deliver webhooks.

    With --workers 0 `reportrun worker` makes the reports, with --deliverers 0 `reportrun deliver` delivers webhooks.

    Example: reportrun serve --port 8000 --workers 2
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.server import server
    from interfaces.http.server.server import listen, serve_until_stopped
    from interfaces.processes.supervisor import Kind, Supervisor

    workers = Supervisor(_share(settings, options.workers), options.workers)
    deliverers = Supervisor(_for_deliverers(settings), options.deliverers, kind=Kind.DELIVERER)
    sealer = Supervisor(settings, int(settings.seal), kind=Kind.SEALER)

    def listening(address: str) -> None:
        for supervisor in (workers, deliverers, sealer):
            supervisor.start()
        result(f"Reportrun is serving on {address}")

    def stopped() -> None:
        deliverers.ask_to_stop()
        workers.stop()
        deliverers.stop()
        sealer.stop()  # the last, so that it can seal what the others have recorded

    with listen(options.host, options.port) as bound, Installation(settings) as installation:
        _ = installation.catalogue  # what is refused is refused before a folder is made
        was_there = has_installation(settings)
        edge = server(installation)
        if not was_there:
            log.warning(new_installation(settings))  # at each level of the log: the disk may not be mounted
        return serve_until_stopped(
            edge,
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
    from interfaces.processes.supervisor import Supervisor

    stop, shared = threading.Event(), _share(settings, options.concurrency)
    return _supervise(settings, Supervisor(shared, options.concurrency, given_up=stop.set), stop, "worker")


def add_deliver(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--processes", type=count(1, MOST_DELIVERERS), default=1, help="processes that share the work (default 1)"
    )


def deliver(settings: Settings, options: argparse.Namespace) -> int:
    """Deliver webhooks, anywhere that the store can be reached.

    It ends with exit code 1 when none of its processes can start in a few tries; `serve` goes on trying.

    Example: reportrun deliver --processes 2
    """
    from interfaces.processes.supervisor import Kind, Supervisor

    stop = threading.Event()
    supervisor = Supervisor(_for_deliverers(settings), options.processes, given_up=stop.set, kind=Kind.DELIVERER)
    return _supervise(settings, supervisor, stop, "deliverer")


def _supervise(settings: Settings, supervisor: Supervisor, stop: threading.Event, kind: str) -> int:
    """Run processes until they are stopped, or none can start."""
    from interfaces.composition.installation import Installation
    from interfaces.processes.supervisor import MOST_FAILED_STARTS

    with Installation(settings) as installation:
        _ = installation.catalogue  # a setting that no process can start with is refused here, once
    settings.data.mkdir(parents=True, exist_ok=True)  # that of a store elsewhere: for spilling to disk
    set_on_signals(stop)
    supervisor.start()
    started = "1 {} process" if supervisor.count == 1 else f"{supervisor.count} {{}} processes"
    remark(f"{started.format(kind)} started; Ctrl-C stops {'it' if supervisor.count == 1 else 'them'}.")
    stop.wait()
    supervisor.stop()
    if supervisor.has_given_up:
        remark(f"reportrun: No {kind} could start in {MOST_FAILED_STARTS} tries. {_why_none_starts(settings)}")
        return 1
    return 0


def _why_none_starts(settings: Settings) -> str:
    """The reason, found by opening what each process opens."""
    from interfaces.cli.error_sentences import sentence
    from interfaces.composition.installation import Installation

    try:
        with Installation(settings, makes_log=False) as installation:
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


def _for_deliverers(settings: Settings) -> Settings:
    """The settings of a deliverer, which reads for one batch at a time."""
    return replace(settings, database_pool_size=1)
