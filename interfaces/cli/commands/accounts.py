"""`accounts`: the owners of the ledgers' rows."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress

from application.log.damage import RecordDamaged
from domain.instants import utc_text
from interfaces.cli.arguments import add_action, add_data, id_text, plain
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.cli.output import remark, result, table
from interfaces.settings import Settings


def add_accounts(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = add_action(actions, "create", "make an account and print its id", 'accounts create --name "Shop 2"')
    create.add_argument(
        "--platform",
        type=id_text,
        metavar="acct_...",
        help="platform that the account is connected to (default: none, for one more platform)",
    )
    create.add_argument("--name", type=plain, default="", help="what people call it")
    add_action(actions, "list", "list all accounts", "accounts list")
    for action in actions.choices.values():
        add_data(action)


def accounts(settings: Settings, options: argparse.Namespace) -> int:
    """Make and list accounts. The first platform account is made by itself.

    With --platform an account is connected to it, without it is one more platform.

    Example: reportrun accounts create --platform acct_1A2b3C4d5E6f7G8h --name "Shop 2"
    """
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation

    reads = options.action == "list"
    with Installation(settings, only_reads=reads) as installation, removed_if_refused(installation):
        stores, admin = installation.stores, administration(installation)
        if options.action == "create":
            first = admin.platform()
            made = admin.register_account(name=options.name, platform=options.platform)
            remark(_kind(made, options.platform, first))
            result(made)
            return 0
        if not installation.reads_a_copy:
            with suppress(RecordDamaged):  # the others are listed all the same
                admin.platform()
        stores.projector.catch_up()
        rows = asyncio.run(stores.views.accounts.all())
        table(
            ("id", "name", "platform", "created"),
            [(row.id, row.name, row.platform or "-", utc_text(row.created)) for row in rows],
        )
        return 0


def _kind(id: str, platform: str | None, first: str) -> str:
    """What was made, as a sentence."""
    if platform is not None:
        return f"{id} is an account that is connected to {platform}."
    return f"{id} is a platform account of its own. An account that belongs to {first} is made with --platform {first}."
