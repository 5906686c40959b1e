"""Dispatch: finds the command, runs it, and reports an error as one sentence."""

from __future__ import annotations

import argparse
import inspect
import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from types import ModuleType

from interfaces.cli.arguments import add_data
from interfaces.cli.ctrl_c import CTRL_C, STOPPED
from interfaces.cli.error_sentences import sentence
from interfaces.cli.output import libraries_silenced, remark, result
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

COMMANDS = {
    "serve": ("serve", "Serve the API, with processes beside it that make reports and deliver webhooks."),
    "worker": ("serve", "Make reports, anywhere that the data folder can be reached."),
    "deliver": ("serve", "Deliver webhooks, anywhere that the store can be reached."),
    "load": ("load", "Load files into the ledger, all of their rows or none."),
    "demo": ("load", "Load the demo ledger: a year of a believable business, in test and in live mode."),
    "ledger": ("ledger", "Show the ledger and its versions, declare it complete, repair, compact or vacuum it."),
    "keys": ("keys", "Make, list and revoke API keys."),
    "accounts": ("accounts", "Make and list accounts. The first platform account is made by itself."),
    "webhooks": (
        "webhooks",
        "Make, list and change webhook endpoints, roll their secrets, show deliveries and send events again.",
    ),
    "listen": (
        "development.listen",
        "Show events as they happen, and forward them to a program that is being developed.",
    ),
    "trigger": ("development.trigger", "Make a run in test mode that ends as asked for, and with it a real event."),
    "run": ("run", "Make one report here and now, with its events, as if it had been asked for over HTTP."),
    "types": ("type_list", "List the report types: what each holds and takes, and whether it can run now."),
    "history": ("history", "Show every event of one run: sequence, time, who did it, what, and the data."),
    "runs": ("past.run_list", "List the runs, oldest first, now or as they were at a time."),
    "verify-result": (
        "past.result_check",
        "Check that a result is the one that the log speaks of, and that it can be made again.",
    ),
    "audit": ("audit.group", "Prove what is in the log, and check that nobody has changed it."),
    "seal": ("audit.seal", "Seal the log into the transparency log, as `serve` does by default."),
    "rebuild": (
        "rebuild",
        "Replay all events into new views, put these in the place of the old, and fill the queue of runs from them.",
    ),
    "files": ("files", "Sweep the result files: remove the bytes of those that have expired."),
    "migrate": ("store", "Make the database's schema, or bring it up to this version."),
    "backup": (
        "store",
        "Write the log of events into one file, while servers go on; with --all the ledger and the result files too.",
    ),
    "restore": (
        "store",
        "Take a backup into an empty store and make its views; with --all the ledger and the result files too.",
    ),
    "healthcheck": (
        "healthcheck",
        "Ask a running server whether it can serve, as `GET /readyz` does; exit code 0 when it can, 1 when not.",
    ),
    "doctor": ("doctor", "Look at the installation, and say what is set up, what is wrong and how to mend it."),
}
"""Each command: its module in `commands/`, and the first line of its help.

The module has a function of the command's name, and `add_<name>` for its flags. It is imported on demand, so that no
command waits for the imports of another.
"""

CAN_BEGIN = ("serve", "worker", "deliver", "load", "demo", "accounts", "migrate", "restore", "doctor")
"""Commands that a new installation may begin with."""

WITHOUT_STORE = ("healthcheck",)
"""Commands that open no installation, and do not wait for its imports."""

LONG_RUNNING = ("serve", "worker", "deliver", "seal")
"""Commands that log. The others end with a sentence, and log at debug level only."""


def run_command(words: Sequence[str]) -> int:
    """Run one command and give its exit code. Raises `SystemExit` for words that are no command, or ask for help."""
    try:
        options = _parser(words).parse_args(words)
        command = getattr(_module(options.command), function_name(options.command))
        settings = Settings.read(data=getattr(options, "data", None))
        _require_installation(settings, options)
        _log(settings, options)
        if options.command not in WITHOUT_STORE:
            import_module("interfaces.composition.installation")  # nothing is half done yet
        CTRL_C.begin_work()
        with _quiet_libraries(settings, options):
            return int(command(settings, options))
    except SystemExit:
        raise
    except BaseException as trouble:  # a panic of a library in Rust is no `Exception`
        return _say(STOPPED if CTRL_C.asked else sentence(trouble))


def _log(settings: Settings, options: argparse.Namespace) -> None:
    if options.command in LONG_RUNNING or settings.log_level == "debug":
        from interfaces.host.log_format import set_up_logging

        set_up_logging(settings.log_level, settings.log_format)
    else:
        logging.basicConfig(handlers=[logging.NullHandler()])


def _quiet_libraries(settings: Settings, options: argparse.Namespace) -> AbstractContextManager[None]:
    """Keep from the terminal what libraries write beside their exceptions, as a panic in Rust does."""
    if options.command in LONG_RUNNING or settings.log_level == "debug":
        return nullcontext()
    return libraries_silenced()


def _require_installation(settings: Settings, options: argparse.Namespace) -> None:
    """Raises `SettingRefused` where a command would make an empty installation: the folder is likely mistyped."""
    if settings.data.exists() and not settings.data.is_dir():
        raise SettingRefused(
            f"The data folder {settings.data} is not a folder. --data or REPORTRUN_DATA names another."
        )
    needs_none = options.command in WITHOUT_STORE or getattr(options, "folder", None) is not None
    begins = options.command in CAN_BEGIN or needs_none or getattr(options, "action", None) == "create"
    if not begins and not settings.database_url and not settings.events_file.exists():
        raise SettingRefused(
            f"There is no installation in {settings.data}. `reportrun demo` and `reportrun serve` make one; --data "
            "names another folder."
        )


def _say(said: str) -> int:
    if said:
        remark(f"reportrun: {said}")
    return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; of the commands, only those among `words` know their flags."""
    parser = argparse.ArgumentParser(
        prog="reportrun",
        description="A self-hosted, event-sourced reporting backend with Stripe's Reporting API.",
        epilog="Example: reportrun demo && reportrun serve",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name in words:
            _fill(command, name)
    return parser


def _fill(command: argparse.ArgumentParser, name: str) -> None:
    """Give a command its flags, and its docstring as its help."""
    holder = _module(name)
    command.description = inspect.cleandoc(getattr(holder, function_name(name)).__doc__)
    add_data(command)
    getattr(holder, f"add_{function_name(name)}")(command)


def function_name(command: str) -> str:
    """`verify_result` of `verify-result`."""
    return command.replace("-", "_")


def _module(command: str) -> ModuleType:
    return import_module(f"interfaces.cli.commands.{COMMANDS[command][0]}")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        result(f"reportrun {version('reportrun')}")
        parser.exit()
