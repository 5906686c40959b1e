"""`load` and `demo`: rows into the ledger."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from application.ledger.loading import Loaded, LoadFiles
from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from domain.errors.ledger import printable
from domain.instants import utc_text
from domain.ledger.loaded_file import LoadedFile
from interfaces.cli.arguments import add_mode, filled, id_text, instant, path
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.cli.output import progress_bar, remark, result, table
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.settings import Settings


def add_load(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "table", type=filled, metavar="TABLE | DIR", help="table that the files are for, or a folder of files"
    )
    command.add_argument(
        "files", metavar="FILE", type=path, nargs="*", help="CSV, Parquet or JSON lines; -: standard input"
    )
    add_mode(command)
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="account that owns the rows (default: the platform)"
    )
    command.add_argument(
        "--owner-column", type=id_text, metavar="NAME", help="column that names the owner of each row instead"
    )
    command.add_argument(
        "--complete-from", metavar="TIME", type=instant, help="from when the ledger is complete with this load"
    )
    command.add_argument(
        "--complete-through", metavar="TIME", type=instant, help="until when the ledger is complete with this load"
    )
    command.add_argument(
        "--before-opening",
        choices=("refuse", "ignore"),
        default="refuse",
        help="rows before an opening balance: refuse them (default), or load them and leave them out of balances",
    )
    command.add_argument("--strict", action="store_true", help="refuse files with columns that nothing reads")


def load(settings: Settings, options: argparse.Namespace) -> int:
    """Load files into the ledger, all of their rows or none.

    FILE is CSV, Parquet or JSON lines of API objects. A row whose id is known replaces the old one; loading a file
    again changes nothing. With a folder, each file is loaded into the table that it is named after.

    Balances start at zero before the first row. Of a ledger that begins midway, load opening balances: the table
    opening_balances has the columns currency, amount (in minor units) and as_of.

    Example: reportrun load balance_transactions january.csv february.csv --complete-through 2026-03-01
    """
    from interfaces.composition.commands import loading
    from interfaces.composition.installation import Installation

    sources = _sources(options.table, options.files)
    for source in sources:
        _must_have_a_name(source.path)
    command = LoadFiles(
        sources,
        livemode=options.mode == "live",
        account=options.account,
        owner_column=options.owner_column,
        complete_through=options.complete_through,
        complete_from=options.complete_from,
        strict=options.strict,
        ignore_before_opening=options.before_opening == "ignore",
    )
    with Installation(settings) as installation, removed_if_refused(installation):
        load_files = loading(installation).load
        with progress_bar("loading") as progress:
            loaded = load_files(command, progress)
    _report(loaded, options.mode)
    return 0


def add_demo(command: argparse.ArgumentParser) -> None:
    """`demo` has no flags of its own."""


def demo(settings: Settings, options: argparse.Namespace) -> int:
    """Load the demo ledger: a year of a believable business, in test and in live mode.

    It is the same ledger every time. Loading it again changes nothing.

    Example: reportrun demo --data ./reportrun-data
    """
    from interfaces.composition.commands import demo_sources, loading
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation, removed_if_refused(installation):
        load_files = loading(installation).load
        for mode in ("test", "live"):
            scratch = ScratchFolder(settings.spill_folder, "demo-")
            with progress_bar("demo") as progress:
                sources = demo_sources(scratch.path, livemode=mode == "live")
                loaded = load_files(LoadFiles(sources, livemode=mode == "live"), progress)
            scratch.remove()
            _report(loaded, mode)
    return 0


def _sources(name: str, files: Sequence[Path]) -> list[LedgerSource]:
    from interfaces.composition.commands import folder_contents, table_named

    if files:
        return [LedgerSource(table_named(name), file) for file in files]
    folder = Path(name)
    if not folder.is_dir():
        raise LedgerRefused(_why_no_folder(folder))
    sources, left_out = folder_contents(folder)
    for sentence in left_out:
        remark(sentence)
    if not sources:
        raise LedgerRefused(f"{name} has no file that is named after a table of the ledger.")
    return sources


def _why_no_folder(path: Path) -> str:
    """The sentence about a lone word after `load` that is no folder: what is missing before or after it."""
    from interfaces.composition.commands import table_named, table_named_by

    if path.is_file():
        table = table_named_by(path)
        return f"Say which table {path} is for: `reportrun load {table or 'TABLE'} {path}`."
    try:
        table = table_named(str(path))
    except LedgerRefused:
        return (
            f"There is no folder {path}. Files come after the table that they are for: `reportrun load TABLE FILE ...`."
        )
    return f"Say which files to load into {table}: `reportrun load {table} FILE ...`."


def _must_have_a_name(file: Path) -> None:
    """Raises `LedgerRefused` for a name that the record of the load, which is text, cannot hold."""
    try:
        file.name.encode()
    except UnicodeEncodeError:
        raise LedgerRefused(f"The name of {file.name!a} is not UTF-8. Give the file another name.") from None


def _report(loaded: Loaded, mode: str) -> None:
    for warning in loaded.warnings:
        remark(warning)
    table(_HEADINGS, [_counts(file) for file in loaded.files])
    for sentence in dict.fromkeys(sentence for file in loaded.files for sentence in _unread(file)):
        result(sentence)
    window = loaded.ledger.window
    span = f", data from {utc_text(window.start)} through {utc_text(window.end)}" if window else ""
    word = "is now at" if loaded.changed else "is unchanged at"
    if loaded.hint:
        result(loaded.hint)
    result(f"The {mode} ledger {word} version {loaded.ledger.version}{span}.")


_HEADINGS = ("table", "file", "rows", "new", "changed", "same", "repeated", "deleted")

_SHOWN_COLUMNS = 100
"""Unread columns that are listed for each file; the `ledger.loaded` event has them all."""


def _counts(file: LoadedFile) -> tuple[str | int, ...]:
    changes = (file.inserted, file.updated, file.unchanged, file.repeated, file.deleted)
    return (file.table, file.file, file.rows, *changes)


def _unread(file: LoadedFile) -> Iterator[str]:
    data = file.unread_data
    if data:
        yield f"{file.file}: Nothing reads the columns {_listed(data)}."
    bookkeeping = [column for column in file.unread if column not in data]
    if bookkeeping:
        yield f"{file.file}: Bookkeeping of a connector, not read: {_listed(bookkeeping)}."


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - _SHOWN_COLUMNS
    listed = printable(", ".join(columns[:_SHOWN_COLUMNS]))
    return f"{listed} and {more} more" if more > 0 else listed
