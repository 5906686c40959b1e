"""`webhooks`: the endpoints that events are sent to, and what was sent."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from application.webhooks.endpoint_commands import ChangeEndpoint, CreateEndpoint
from application.webhooks.endpoints import WebhookEndpoints
from domain.access.caller import Scope
from domain.counting import counted
from domain.instants import utc_text
from domain.webhooks.signing_secret import LONGEST_OVERLAP_SECONDS, OVERLAP_SECONDS
from domain.webhooks.webhook_endpoint import MAX_DESCRIPTION
from interfaces.cli.arguments import add_action, add_data, add_events, add_mode, count, id_text, plain
from interfaces.cli.delivery_actions import add_delivery_actions, recover, resend, show_deliveries
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.cli.output import remark, result, table
from interfaces.host.actors import person
from interfaces.settings import Settings

HOUR_SECONDS = 3_600


def add_webhooks(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = add_action(
        actions,
        "create",
        "make an endpoint and print its secret, alone, on stdout",
        "webhooks create https://example.com/webhooks --mode live",
    )
    create.add_argument("url", type=id_text, metavar="URL", help="where events are sent")
    add_events(create)
    add_mode(create)
    create.add_argument(
        "--account", type=id_text, metavar="acct_...", help="account of the endpoint (default: the platform)"
    )
    create.add_argument(
        "--connect", action="store_true", help="events of the connected accounts, in the place of the account's own"
    )
    create.add_argument("--api-version", type=_version, metavar="VERSION", help="version that its events name")
    create.add_argument("--description", type=plain, help=f"what it is for, up to {MAX_DESCRIPTION} characters")
    add_action(actions, "list", "list all endpoints; their secrets are not shown", "webhooks list")
    for name, summary in (
        ("disable", "send an endpoint nothing until it is enabled again"),
        ("enable", "send an endpoint events again"),
        ("delete", "delete an endpoint, with its secret and what is due to it"),
        ("roll", "print a new secret, alone, on stdout; the one before signs as well for a time"),
    ):
        action = add_action(actions, name, summary, f"webhooks {name} we_5sJ2kQ0000aB3dE6fG9hJ1kM")
        action.add_argument("id", type=id_text, metavar="ID", help="we_..., as `webhooks list` shows it")
    actions.choices["roll"].add_argument(
        "--overlap-hours",
        type=count(0, LONGEST_OVERLAP_SECONDS // HOUR_SECONDS),
        default=OVERLAP_SECONDS // HOUR_SECONDS,
        metavar="HOURS",
        help="how long the secret before goes on signing (default 24; 0: not at all)",
    )
    add_delivery_actions(actions)
    for action in actions.choices.values():
        add_data(action)


def _version(text: str) -> str:
    from interfaces.http.edge.versions import VERSION

    if not VERSION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is not a version. Give one such as 2026-10-28.endive.")
    return text


def webhooks(settings: Settings, options: argparse.Namespace) -> int:
    """Make, list and change webhook endpoints, roll their secrets, show deliveries and send events again.

    Example: SECRET=$(reportrun webhooks create https://example.com/webhooks --mode live)
    """
    actions = {
        "create": _create,
        "list": _list,
        "disable": _set_status,
        "enable": _set_status,
        "delete": _delete,
        "roll": _roll,
        "deliveries": show_deliveries,
        "resend": resend,
        "recover": recover,
    }
    return actions[options.action](settings, options)


def _create(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation
    from interfaces.composition.webhooks import endpoint_administration

    with Installation(settings) as installation, removed_if_refused(installation):
        admin = administration(installation)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        admin.must_exist(scope.account)
        command = CreateEndpoint(
            scope,
            person(),
            options.url,
            options.events,
            description=options.description,
            api_version=options.api_version,
            connect=options.connect,
            base_url=settings.public_url.rstrip("/"),
        )
        made = asyncio.run(endpoint_administration(installation).create(command))
    remark(f"{made.row.id} for {scope.account} in {scope.mode} mode. Its secret is shown only now:")
    result(made.secret)
    if not settings.public_url:
        remark(
            "Links in its events name no host, as REPORTRUN_PUBLIC_URL is not set. Set it where events are delivered, "
            "to an address such as https://reports.example.com."
        )
    return 0


def _list(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        stores = installation.stores
        stores.projector.catch_up()
        rows = asyncio.run(stores.views.webhook_endpoints.all())
        table(
            ("id", "account", "mode", "events", "created", "state", "url"),
            [
                (
                    row.id,
                    row.account + (" (connected accounts)" if row.connect else ""),
                    row.scope.mode,
                    " ".join(row.event_types),
                    utc_text(row.created),
                    f"{row.status}, {row.health}" if row.health else row.status,
                    row.url,
                )
                for row in rows
            ],
        )
        return 0


def _set_status(settings: Settings, options: argparse.Namespace) -> int:
    with _endpoint(settings, options.id) as (endpoints, scope):
        disabled = options.action == "disable"
        asyncio.run(endpoints.change(ChangeEndpoint(scope, person(), options.id, disabled=disabled)))
    result(f"{options.id} is {options.action}d.")
    return 0


def _delete(settings: Settings, options: argparse.Namespace) -> int:
    with _endpoint(settings, options.id) as (endpoints, scope):
        asyncio.run(endpoints.delete(scope, options.id, person()))
    result(f"{options.id} is deleted.")
    return 0


def _roll(settings: Settings, options: argparse.Namespace) -> int:
    overlap = options.overlap_hours * HOUR_SECONDS
    with _endpoint(settings, options.id) as (endpoints, scope):
        secret = asyncio.run(endpoints.roll_secret(scope, options.id, overlap_seconds=overlap, actor=person()))
    remark(
        f"{options.id}: the secret before signs for {counted(options.overlap_hours, 'hour')} more. The new one is "
        "shown now:"
    )
    result(secret)
    return 0


@contextmanager
def _endpoint(settings: Settings, id: str) -> Iterator[tuple[WebhookEndpoints, Scope]]:
    """What changes an endpoint of any account, and the endpoint's scope. Raises `NotFound`."""
    from interfaces.composition.installation import Installation
    from interfaces.composition.webhooks import endpoint_administration

    with Installation(settings) as installation:
        endpoints = endpoint_administration(installation)
        yield endpoints, asyncio.run(endpoints.scope_of(id))
