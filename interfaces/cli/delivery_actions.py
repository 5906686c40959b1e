"""The actions of `webhooks` about deliveries: show attempts, send again, recover."""

from __future__ import annotations

import argparse
import asyncio
import time

from application.ports.outbox import Attempt
from domain.counting import counted
from domain.instants import utc_text
from interfaces.cli.arguments import add_action, count, id_text, instant
from interfaces.cli.output import result, table
from interfaces.settings import Settings

MOST_SHOWN = 10_000
SHOWN_CHARACTERS = 60
"""Of an answer's body, on one line."""


def add_delivery_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deliveries = add_action(
        actions,
        "deliveries",
        "list the attempts to deliver an event, or the newest of all events",
        "webhooks deliveries evt_5sJ2kQ0000aB3dE6fG9hJ1kM",
    )
    deliveries.add_argument("event", nargs="?", type=id_text, metavar="EVENT", help="evt_... (default: all events)")
    deliveries.add_argument(
        "--limit", type=count(1, MOST_SHOWN), default=50, help="attempts to list, the newest (default 50)"
    )
    resend = add_action(
        actions,
        "resend",
        "send an event again, to each endpoint that selects it or to one",
        "webhooks resend evt_5sJ2kQ0000aB3dE6fG9hJ1kM",
    )
    resend.add_argument("event", type=id_text, metavar="EVENT", help="evt_...")
    resend.add_argument("endpoint", nargs="?", type=id_text, metavar="ENDPOINT", help="we_... (default: all)")
    recover = add_action(
        actions,
        "recover",
        "send what an endpoint has missed, once each, oldest first",
        "webhooks recover we_5sJ2kQ0000aB3dE6fG9hJ1kM --since 2026-11-01",
    )
    recover.add_argument("id", type=id_text, metavar="ENDPOINT", help="we_..., as `webhooks list` shows it")
    recover.add_argument("--since", type=instant, required=True, metavar="TIME", help="of the oldest event to send")


def show_deliveries(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        outbox = installation.stores.outbox
        attempts = asyncio.run(outbox.attempts(options.event) if options.event else outbox.latest(options.limit))
        headings = ("time", "event", "endpoint", "attempt", "status", "seconds", "next", "what came of it")
        table(headings, [_row(attempt) for attempt in attempts[-options.limit :]])
    return 0


def _row(attempt: Attempt) -> tuple[object, ...]:
    body = " ".join(attempt.answer.split())[:SHOWN_CHARACTERS]
    return (
        utc_text(int(attempt.started_at)),
        attempt.event_id,
        attempt.endpoint_id,
        attempt.number,
        attempt.status or "-",
        f"{attempt.seconds:.2f}",
        utc_text(int(attempt.due_again_at)) if attempt.due_again_at else "-",
        " ".join(filter(None, ["Accepted." if attempt.is_delivered else attempt.error, body])),
    )


def resend(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.installation import Installation
    from interfaces.composition.webhooks import resending

    with Installation(settings) as installation:
        endpoints = asyncio.run(resending(installation).resend(options.event, options.endpoint))
    if not endpoints:
        result(f"No endpoint that is enabled selects {options.event}, so nothing is sent.")
    else:
        result(f"{options.event} is due to {', '.join(endpoints)}. A deliverer sends it.")
    return 0


def recover(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.installation import Installation
    from interfaces.composition.webhooks import resending

    since = min(options.since, int(time.time()))
    with Installation(settings) as installation:
        missed = asyncio.run(resending(installation).recover(options.id, since))
    are = "is" if missed == 1 else "are"
    result(
        f"{counted(missed, 'event')} since {utc_text(since)} {are} due to {options.id}. A deliverer sends them, oldest "
        "first."
    )
    return 0
