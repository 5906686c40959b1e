"""`ledger`: its versions, its tables and windows; declaring it complete; repair and upkeep."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from application.ledger.completeness import DeclareComplete
from application.ledger.overview import AccountWindow, LedgerChange, TableSize
from domain.errors.ledger import printable
from domain.instants import utc_text
from domain.ledger.availability import ALL_ACCOUNTS, DataWindow
from interfaces.cli.arguments import add_action, add_data, add_mode, id_text, instant
from interfaces.cli.ledger_upkeep import add_vacuum, compact_ledger, vacuum_ledger
from interfaces.cli.output import remark, result, table
from interfaces.settings import Settings

_SHOWN_FILES = 3
"""Names of files that are listed for each load; `reportrun history ledger_test` has them all."""


_WITHOUT_FILES = {
    "ledger.completeness_declared": "declared complete",
    "ledger.compacted": "compacted",
    "ledger.vacuumed": "vacuumed",
}
"""What is said of versions that are no loads, by the topic of their event; a load without files is a repair."""


def add_ledger(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = add_action(
        actions, "show", "show the tables with their rows, and the data window of each account", "ledger show"
    )
    versions = add_action(
        actions, "versions", "list every load: when, by whom, which files, how many rows", "ledger versions --mode live"
    )
    complete = add_action(
        actions,
        "complete",
        "declare from when and through when the data is complete, without loading rows",
        "ledger complete --from 2025-01-01 --through 2025-04-01 --account acct_1A2b3C4d5E6f7G8h",
    )
    complete.add_argument("--from", dest="complete_from", metavar="TIME", type=instant, help="from when")
    complete.add_argument("--through", dest="complete_through", metavar="TIME", type=instant, help="through when")
    owner = complete.add_mutually_exclusive_group()
    owner.add_argument(
        "--account", type=id_text, metavar="acct_...", help="account whose data it is (default: the platform)"
    )
    owner.add_argument("--all-accounts", action="store_true", help="the data of every account")
    add_action(
        actions, "repair", "bring tables that cannot be read back to their last version that can", "ledger repair"
    )
    compact = add_action(actions, "compact", "merge the small files of its tables; no row changes", "ledger compact")
    vacuum = add_action(
        actions, "vacuum", "remove the files of old versions, which cannot be read then", "ledger vacuum --keep 90d"
    )
    add_vacuum(vacuum)
    for action in (show, versions, complete, compact, vacuum):
        add_mode(action)
    for action in actions.choices.values():
        add_data(action)


def ledger(settings: Settings, options: argparse.Namespace) -> int:
    """Show the ledger and its versions, declare it complete, repair, compact or vacuum it.

    A declaration of completeness loads no rows: a quiet account can then be asked for whole months. A repair brings
    tables that cannot be read back to their last version that can; the rows of later loads are missing until their
    files are loaded again, and `reportrun doctor` names them. A compaction makes a version with the same rows in fewer
    files, which reports read faster; every version before it stays readable. A vacuum keeps the newest versions (--keep
    100) or those of some days (--keep 90d), and removes what only older ones read.

    Example: reportrun ledger complete --from 2025-01-01 --through 2025-04-01
    """
    actions = {
        "show": _show,
        "versions": _versions,
        "complete": _complete,
        "repair": _repair,
        "compact": compact_ledger,
        "vacuum": vacuum_ledger,
    }
    return actions[options.action](settings, options)


def _show(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import ledger_overview
    from interfaces.composition.installation import Installation

    livemode = options.mode == "live"
    with Installation(settings, only_reads=True) as installation:
        installation.stores.projector.catch_up()
        overview = ledger_overview(installation)
        tables, windows = overview.tables(livemode), asyncio.run(overview.windows(livemode))
    if not tables and not windows:
        result(f"The {options.mode} ledger is empty.")
        return 0
    table(("table", "version", "rows"), [_size(size) for size in tables])
    result("")
    headings = ("account", "table", "data from", "data through", "declared from", "declared through")
    table(headings, [_window(window) for window in windows])
    return 0


def _size(size: TableSize) -> Sequence[object]:
    return (size.table, size.version, "cannot be read" if size.rows is None else f"{size.rows:,}")


def _window(window: AccountWindow) -> Sequence[object]:
    declared = (window.complete_from, window.complete_through)
    return (_owner(window.account), window.table, *_span(window.window), *map(_time, declared))


def _versions(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import ledger_overview
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        overview = ledger_overview(installation)
        changes = overview.changes(livemode=options.mode == "live")
        kept_from = overview.kept_from(livemode=options.mode == "live")
    if not changes:
        result(f"The {options.mode} ledger is empty.")
        return 0
    headings = ("version", "time", "by", "account", "rows", "new", "changed", "data from", "data through", "files")
    table(headings, [_change(change) for change in changes])
    if kept_from > changes[0].version:
        result(f"Versions before {kept_from} were vacuumed: files cannot be made from them again.")
    return 0


def _change(change: LedgerChange) -> Sequence[object]:
    counts = (f"{count:,}" for count in (change.rows, change.inserted, change.updated))
    made = (change.version, utc_text(int(change.at.timestamp())), change.actor, _owner(change.owner))
    return (*made, *counts, *_span(change.window), _files(change))


def _files(change: LedgerChange) -> str:
    if not change.files:
        return f"({_WITHOUT_FILES.get(change.topic, 'repaired')})"
    more = len(change.files) - _SHOWN_FILES
    listed = printable(", ".join(change.files[:_SHOWN_FILES]))
    return f"{listed} and {more} more" if more > 0 else listed


def _complete(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import completeness
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        declared = completeness(installation).declare(
            DeclareComplete(
                livemode=options.mode == "live",
                account=options.account,
                all_accounts=options.all_accounts,
                complete_from=options.complete_from,
                complete_through=options.complete_through,
            )
        )
        now = installation.clock.now().timestamp()
    if declared.is_new:
        remark(f"The account {declared.owner} is new, and is connected to the platform now.")
    if options.complete_through is not None and options.complete_through > now:
        remark(
            f"{utc_text(options.complete_through)} lies in the future: reports up to then can be asked for now, and "
            "lack what is loaded later."
        )
    word = "is now at" if declared.changed else "is unchanged at"
    result(f"The {options.mode} ledger {word} version {declared.version}. Complete data of {_owner(declared.owner)}:")
    table(("table", "from", "through"), [(name, *_span(window)) for name, window in declared.windows.items()])
    return 0


def _repair(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import ledger_repair
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        for mode in ("test", "live"):
            tables = ledger_repair(installation).repair(livemode=mode == "live")
            done = f"went back with {', '.join(tables)}" if tables else "is whole"
            result(f"The {mode} ledger {done}.")
    return 0


def _owner(owner: str) -> str:
    return "all accounts" if owner == ALL_ACCOUNTS else owner


def _span(window: DataWindow | None) -> tuple[str, str]:
    return ("-", "-") if window is None else (utc_text(window.start), utc_text(window.end))


def _time(seconds: int | None) -> str:
    return "-" if seconds is None else utc_text(seconds)
