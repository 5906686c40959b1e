"""`seal`: the process that seals the log, apart from a server."""

from __future__ import annotations

import argparse
import threading

from interfaces.cli.output import remark, result
from interfaces.host.this_process.stop_signals import set_on_signals
from interfaces.settings import Settings


def add_seal(command: argparse.ArgumentParser) -> None:
    command.add_argument("--once", action="store_true", help="seal what is in the log, print the checkpoint, and end")


def seal(settings: Settings, options: argparse.Namespace) -> int:
    """Seal the log into the transparency log, as `serve` does by default.

    For an installation whose servers run with REPORTRUN_SEAL=0. Of several processes one seals at a time; the others
    take over when it has ended. The checkpoint is signed anew each second while the log grows.

    Example: reportrun seal --once
    """
    return _seal_once(settings) if options.once else _seal_on(settings)


def _seal_once(settings: Settings) -> int:
    from interfaces.composition.audit.sealing import sealed_now
    from interfaces.composition.audit.timestamping import daily_timestamp
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        note = sealed_now(installation).note
        result(note.rstrip("\n"))
        timestamp = daily_timestamp(installation)
        if timestamp is not None:
            timestamp.get(note)
    return 0


def _seal_on(settings: Settings) -> int:
    from interfaces.composition.audit.sealing import sealer
    from interfaces.composition.installation import Installation
    from interfaces.processes.supervisor import Kind, Supervisor

    with Installation(settings) as installation:
        sealer(installation)  # a key that is none is refused here, once
    stop = threading.Event()
    set_on_signals(stop)
    supervisor = Supervisor(settings, 1, kind=Kind.SEALER)
    supervisor.start()
    remark("The sealer has started; Ctrl-C stops it.")
    stop.wait()
    supervisor.stop()
    return 0
