"""`history`: what happened to one run."""

from __future__ import annotations

import argparse

import orjson

from domain.aggregate import TextIdEvent
from domain.errors import NotFound
from interfaces.cli.arguments import id_text
from interfaces.cli.output import result
from interfaces.settings import Settings

ENVELOPE = ("originator_id", "originator_version", "originator_topic", "timestamp", "actor", "topic")
"""Fields that every event has; the rest is its data."""


def add_history(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "id", type=id_text, metavar="RUN_ID", help="frr_...; also the id of a key, an account or a ledger"
    )


def history(settings: Settings, options: argparse.Namespace) -> int:
    """Show every event of one run: sequence, time, who did it, what, and the data.

    Also of a key (key_...), an account (acct_...) or a ledger (ledger_test, ledger_live), which says from which files
    each version of the ledger was made.

    Example: reportrun history frr_0123456789abcdefABCDEFGH
    """
    from application.runs.history_actors import key_names
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        store = installation.stores.events
        events = store.events_of(options.id)
        names = key_names({event.actor for event in events}, store)
    if not events:
        raise NotFound("report run", options.id)
    for event in events:
        name = names.get(event.actor)
        result(_line(event, f'{event.actor} "{name}"' if name else event.actor))
    return 0


def _line(event: TextIdEvent, actor: str) -> str:
    from application.log.damage import topic_of

    data = {name: value for name, value in vars(event).items() if name not in ENVELOPE}
    when = event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{event.originator_version}  {when}  {actor}  {topic_of(event)}  {orjson.dumps(data).decode()}"
