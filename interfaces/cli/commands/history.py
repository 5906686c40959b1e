"""`history`: what happened to one run, and how it was at a moment."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import orjson

from domain.aggregate import TextIdEvent
from domain.errors import NotFound
from domain.files.read_log import ReadLog
from interfaces.cli.arguments import id_text, moment
from interfaces.cli.output import result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.history.moments import Moment
    from application.log.event_store import EventStore

ENVELOPE = ("originator_id", "originator_version", "originator_topic", "timestamp", "actor", "topic")
"""Fields that every event has; the rest is its data."""

HIDDEN = ("row", "position", "finished_position", "has_links")
"""What is known of a run as it was, and is not shown."""


def add_history(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "id", type=id_text, metavar="RUN_ID", help="frr_...; also the id of a key, an account or a ledger"
    )
    command.add_argument(
        "--at",
        type=moment,
        metavar="TIME|VERSION",
        help="the run as it was then, as JSON; a version is an event's number",
    )


def history(settings: Settings, options: argparse.Namespace) -> int:
    """Show every event of one run: sequence, time, who did it, what, and the data.

    Also of a key (key_...), an account (acct_...) or a ledger (ledger_test, ledger_live), which says from which files
    each version of the ledger was made.

    Recorded reads (REPORTRUN_AUDIT_READS) follow below, with sequence numbers of their own.

    With --at, the run as it was at a time or a version, as one JSON object.

    Example: reportrun history frr_0123456789abcdefABCDEFGH --at 2025-02-01T09:00:00Z
    """
    from application.runs.history_actors import key_names
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        store = installation.stores.events
        if options.at is not None:
            result(_as_it_was(store, options.id, options.at))
            return 0
        events = [*store.events_of(options.id), *store.events_of(ReadLog.id_of(options.id))]
        names = key_names({event.actor for event in events}, store)
    if not events:
        raise NotFound("report run", options.id)
    for event in events:
        name = names.get(event.actor)
        result(_line(event, f'{event.actor} "{name}"' if name else event.actor))
    return 0


def _as_it_was(store: EventStore, id: str, at: Moment) -> str:
    from application.history.past_runs import run_then

    past = run_then(store, id, at)
    facts = past.row._asdict() | past._asdict() | {"parameters": orjson.loads(past.row.parameters)}
    shown = {name: value for name, value in facts.items() if name not in HIDDEN}
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def _line(event: TextIdEvent, actor: str) -> str:
    from application.log.damage import topic_of

    data = {name: value for name, value in event.shown().items() if name not in ENVELOPE}
    when = event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{event.originator_version}  {when}  {actor}  {topic_of(event)}  {orjson.dumps(data).decode()}"
