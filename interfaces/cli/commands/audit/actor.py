"""`audit actor`: what a key, a person or a worker did, in order."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from domain.counting import counted
from domain.errors import InvalidParameter
from interfaces.cli.arguments import add_action, id_text, instant
from interfaces.cli.output import remark
from interfaces.cli.row_formats import add_format, print_rows
from interfaces.settings import Settings

KINDS = ("key_", "cli:", "user:", "worker:", "deliverer:", "link_")
"""How the names of actors begin."""

WIDTHS = {
    "position": 9,
    "at": 24,
    "actor": 24,
    "account": 21,
    "request_id": 20,
    "event": 30,
    "touched": 28,
    "version": 0,
    "data": 0,
}


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_action(
        actions,
        "actor",
        "list everything that one key, person or worker did, in the order of the log",
        "audit actor key_1A2b3C4d5E6f7G8h --since 2025-01-01 --format csv",
    )
    command.add_argument(
        "actor",
        type=id_text,
        nargs="?",
        metavar="ACTOR",
        help="key_..., cli:name, user:name, worker:host:pid or deliverer:host:pid; worker:host is every process of "
        "that host (default: every actor)",
    )
    command.add_argument("--account", type=id_text, metavar="acct_...", help="only what is about this account")
    command.add_argument("--since", type=instant, metavar="TIME", help="from this time on")
    command.add_argument("--until", type=instant, metavar="TIME", help="before this time")
    add_format(command)
    command.set_defaults(carry_out=_list)


def _list(settings: Settings, options: argparse.Namespace) -> int:
    from application.history.actor_trail import Selection, trail
    from application.history.near_actors import near_actors
    from interfaces.composition.installation import Installation

    selection = Selection(options.actor, options.account, options.since, options.until)
    if selection == Selection():
        raise InvalidParameter("Name an actor, or narrow the list with --account, --since or --until.")
    with Installation(settings, only_reads=True) as installation:
        deeds = trail(installation.stores.events, selection)
        count = print_rows((deed._asdict() for deed in deeds), WIDTHS, options.format)
        near = near_actors(installation.stores.events, options.actor) if options.actor and not count else []
    remark(counted(count, "event"))
    if options.actor and not count:
        _suggest(options.actor, near)
    return 0


def _suggest(actor: str, near: Sequence[str]) -> None:
    """Say how actors are called, and which are near."""
    if any(one.partition(" ")[0] == actor for one in near):
        return  # it did something, at other times or about other accounts
    called = "" if actor.startswith(KINDS) else f" People are called `cli:{actor}` or `user:{actor}`, keys `key_...`."
    others = f" Near: {', '.join(near)}." if near else ""
    remark(f"{actor} is no actor in the log.{called}{others}")
