"""`listen`: shows events as they happen, and forwards them to a program that is being developed."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from domain.access.caller import Scope
from domain.instants import utc_text
from domain.webhooks.endpoint_url import check_endpoint_url
from interfaces.cli.arguments import add_events, add_mode, id_text
from interfaces.cli.output import remark, result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.ports.webhook_sender import Answer
    from application.webhooks.public_event import PublicEvent
    from interfaces.composition.installation import Installation
    from interfaces.delivery.listener_file import ListenerFile

WAIT_SECONDS = 1.0
"""The longest wait for the log to grow: some stores notify of growth, none promises to."""


def add_listen(command: argparse.ArgumentParser) -> None:
    command.add_argument("--forward-to", type=id_text, metavar="URL", help="where events are sent; else only shown")
    add_events(command)
    command.add_argument(
        "--resend", nargs="+", type=id_text, default=[], metavar="EVENT", help="events to send once more at first"
    )
    command.add_argument("--print-json", action="store_true", help="print each event whole, a line each")
    command.add_argument("--print-secret", action="store_true", help="print the secret, alone, and end")
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="whose events they are (default: the platform)"
    )
    add_mode(command)


def listen(settings: Settings, options: argparse.Namespace) -> int:
    """Show events as they happen, and forward them to a program that is being developed.

    Each is signed as a webhook endpoint's are, with a secret of its own that stays the same for each URL. Where it is
    in the log is kept, too: what happens while it does not run is forwarded when it runs again. Ctrl-C ends it.

    An event that is answered with an error is sent three times, one that nothing answers until something does.

    Example: reportrun listen --forward-to http://localhost:4242/webhook
    """
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation
    from interfaces.composition.listening import listener_file

    if options.forward_to is not None:
        check_endpoint_url(options.forward_to, needs_https=False)
    with Installation(settings) as installation:
        admin = administration(installation)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        admin.must_exist(scope.account)
        kept = listener_file(installation, scope, options.forward_to)
        if options.print_secret:
            if kept.position() is None:  # from now on nothing is missed
                kept.advance(installation.stores.projector.catch_up())
            result(kept.secret)
            return 0
        asyncio.run(_listen(installation, options, scope, kept))
    return 0


async def _listen(installation: Installation, options: argparse.Namespace, scope: Scope, kept: ListenerFile) -> None:
    """Until a signal comes. What was not accepted by then is sent again by the next one."""
    from interfaces.composition.listening import events_of, forwarding, listener

    notifier, loop, task = installation.stores.store.notifier, asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        notifier.wake()
        if task is not None:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    reports = Printed(options.forward_to, whole=options.print_json)
    with suppress(asyncio.CancelledError):
        async with forwarding(installation, kept, options.forward_to, reports) as sending:
            listening = listener(installation, sending, kept, scope, options.events)
            position = await listening.begin()
            remark(_greeting(scope, options.forward_to, kept.secret))
            for id in options.resend:
                await sending.forward(await events_of(installation).get(scope, id))
            while True:
                position = await listening.catch_up(position)
                await asyncio.to_thread(notifier.wait, WAIT_SECONDS)


def _greeting(scope: Scope, url: str | None, secret: str) -> str:
    what = f"Listening to events of {scope.account} in {scope.mode} mode."
    return f"{what} They are sent to {url}, signed with the secret {secret}" if url else what


class Printed:
    """Implements `Reports`: a line for each event, or for each answer to one."""

    def __init__(self, url: str | None, *, whole: bool) -> None:
        self._url = url
        self._whole = whole
        self._last_without_answer: str | None = None

    def sent(self, event: PublicEvent, body: bytes, answer: Answer | None) -> None:
        if self._whole and (answer is None or answer.is_success):
            result(json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")))
            return
        if answer is not None and answer.status is None:
            if self._last_without_answer != event.id:  # not a line for each try
                remark(f"{event.id} waits: {answer.error} It is tried again until something answers.")
            self._last_without_answer = event.id
            return
        outcome = "" if answer is None else f"  -> {answer.status}" + (f" {answer.error}" if answer.error else "")
        result(f"{utc_text(event.created)}  {event.type}  {event.id}  {event.subject_id}{outcome}")

    def given_up(self, event: PublicEvent) -> None:
        again = f"reportrun listen --forward-to {self._url} --resend {event.id}"
        remark(f"{event.id} was not accepted, and is sent no more. `{again}` sends it again.")
