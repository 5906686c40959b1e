"""`rebuild`: views made again from the events."""

from __future__ import annotations

import argparse

from application.log.damage import LogFault
from application.log.log_check import sequence_faults, summary
from application.views.registry import PROJECTIONS
from domain.counting import counted
from interfaces.cli.output import progress_bar, remark, result
from interfaces.settings import Settings

NAMES = tuple(kind.name for kind in PROJECTIONS)


def add_rebuild(command: argparse.ArgumentParser) -> None:
    command.add_argument("view", nargs="?", choices=NAMES, metavar="VIEW", help=f"one of {', '.join(NAMES)}; all")


def rebuild(settings: Settings, options: argparse.Namespace) -> int:
    """Replay all events into new views, put these in the place of the old, and fill the queue of runs from them.

    Servers and workers go on meanwhile; readers see the old views until the new ones are whole. A damaged event is
    named, and what it belongs to is set aside: the views are made without it, and the exit code is 1.

    Example: reportrun rebuild runs
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.stores import rebuild_views

    with Installation(settings) as installation:
        stores = installation.stores
        kinds = [kind for kind in PROJECTIONS if options.view in (None, kind.name)]
        faults: list[LogFault] = []
        with progress_bar("replaying events") as progress:
            position = rebuild_views(
                stores,
                kinds,
                lambda done, goal: progress(f"event {done:,} of {goal:,}", done / max(goal, 1)),
                faults.append,
            )
        faults += sequence_faults(stores.store.recorder.out_of_sequence())
        if faults:
            remark(
                f"reportrun: {counted(len(faults), 'event is', 'events are')} damaged, and the objects concerned are "
                "set aside: "
                f"{summary(sorted(set(faults)))}."
            )
        result(f"Rebuilt {', '.join(kind.name for kind in kinds)} from the log up to position {position:,}.")
        return 1 if faults else 0
