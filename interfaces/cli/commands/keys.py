"""`keys`: who may call."""

from __future__ import annotations

import argparse
import asyncio

from application.views.api_keys import DAMAGED_AT, KeyRow
from domain.access.api_key import KeyKind
from domain.access.caller import PERMISSIONS, Scope
from domain.access.names import MAX_NAME
from domain.errors import StoreUnavailable
from domain.instants import utc_text
from interfaces.cli.arguments import add_action, add_data, add_mode, id_text, instant, plain
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.cli.output import remark, result, table
from interfaces.settings import Settings


def add_keys(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = add_action(
        actions, "create", "make a key and print its secret, alone, on stdout", 'keys create --name "Nightly export"'
    )
    add_mode(create)
    kind = create.add_mutually_exclusive_group()
    kind.add_argument("--publishable", action="store_true", help="a key for browsers, which this API refuses")
    kind.add_argument(
        "--restricted",
        nargs="+",
        type=_permission,
        metavar="PERMISSION",
        help=f"a key that may do only this: {', '.join(PERMISSIONS)}. As in Stripe's API, "
        "report_runs_and_report_types_read is enough to ask for a report; report_runs_read_only (not one of Stripe's) "
        "is not",
    )
    create.add_argument(
        "--account", type=id_text, metavar="acct_...", help="account of the key (default: the platform)"
    )
    create.add_argument("--name", type=plain, default="", help=f"who or what uses it, up to {MAX_NAME} characters")
    create.add_argument("--expires-at", type=instant, metavar="TIME", help="when the key stops working")
    add_action(actions, "list", "list all keys; secrets are not shown, nobody has them", "keys list")
    revoke = add_action(
        actions, "revoke", "make a key useless, at once and for good", "keys revoke key_1A2b3C4d5E6f7G8h"
    )
    revoke.add_argument("id", type=id_text, metavar="ID", help="key_..., as `keys list` shows it")
    for action in actions.choices.values():
        add_data(action)


def _permission(text: str) -> str:
    """A permission by its name, which may have the `rak_` before it that error messages show."""
    name = text.removeprefix("rak_")
    if name not in PERMISSIONS:
        raise argparse.ArgumentTypeError(
            f"{text[:80]!r} is not a permission. Give {', '.join(PERMISSIONS[:-1])} or {PERMISSIONS[-1]}."
        )
    return name


def keys(settings: Settings, options: argparse.Namespace) -> int:
    """Make, list and revoke API keys.

    Example: KEY=$(reportrun keys create --mode test --name "Nightly export")
    """
    actions = {"create": _create, "list": _list, "revoke": _revoke}
    return actions[options.action](settings, options)


def _create(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation

    kind = KeyKind.SECRET
    if options.publishable:
        kind = KeyKind.PUBLISHABLE
    elif options.restricted:
        kind = KeyKind.RESTRICTED
    stored = list[str]()

    def tell(id: str, secret: str) -> None:
        stored.append(id)
        remark(f"{id} for {scope.account} in {scope.mode} mode. The secret is shown only now:")
        result(secret)

    with Installation(settings) as installation, removed_if_refused(installation):
        admin = administration(installation)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        permissions = tuple(options.restricted or ())
        try:
            admin.create_key(scope, kind, permissions, options.expires_at, options.name.strip(), stored=tell)
        except StoreUnavailable as trouble:
            if not stored:
                raise
            remark(f"reportrun: {stored[0]} is stored, and works once the views can be written again. {trouble}")
    return 0


def _list(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        stores = installation.stores
        stores.projector.catch_up()
        rows = asyncio.run(stores.views.keys.all())
        table(
            ("id", "name", "key", "account", "created", "state"),
            [(row.id, row.name or "-", row.redacted, row.account, utc_text(row.created), _state(row)) for row in rows],
        )
        return 0


def _revoke(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        administration(installation).revoke_key(options.id)
    result(f"{options.id} is revoked.")
    return 0


def _state(row: KeyRow) -> str:
    if row.revoked_at == DAMAGED_AT:
        return "damaged, so it is refused; see `reportrun doctor`"
    if row.revoked_at is not None:
        return f"revoked {utc_text(row.revoked_at)}"
    limits = f", may: {' '.join(row.permissions)}" if row.permissions else ""
    return (f"until {utc_text(row.expires_at)}" if row.expires_at else "good") + limits
